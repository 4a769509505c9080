"""What a talk was worth: the right guide, the right list, and which questions were put for nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.dialogue.goals import Goal
from knowledge.guidance.situations import find_situation, settle
from knowledge.schema.condition import holds
from knowledge.schema.guide import Guide


@dataclass
class Result:
    """One talk. ``questions`` = ``clarifying`` (which item) + ``situations``; ``needless``: about something told already, or whose answer
    cannot change the list; ``misread``: an answer in words after which the same was asked again; ``wrong_items``: turns that showed
    another item; ``missing`` and ``extra``: names the last list of the right guide lacks or should not have; ``aside``: whether a
    question asked in passing about the item in hand was answered, or said to be not published (None: none was asked)."""

    reached: bool = False
    listed: bool = False
    turns: int = 0
    clarifying: int = 0
    situations: int = 0
    needless: int = 0
    misread: int = 0
    wrong_items: int = 0
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    aside: bool | None = None
    problem: str | None = None

    @property
    def questions(self) -> int:
        return self.clarifying + self.situations

    @property
    def wrong_materials(self) -> bool:
        return self.listed and bool(self.missing or self.extra)

    @property
    def success(self) -> bool:
        return self.reached and self.listed and not self.wrong_materials and self.problem is None

    @property
    def straight(self) -> bool:
        """Success without a detour over another item."""
        return self.success and not self.wrong_items

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "questions": self.questions, "success": self.success, "wrong_materials": self.wrong_materials}


def judge_list(goal: Goal, shown: Sequence[str], result: Result) -> None:
    """Compares a list with the one computed from the case; the last one shown counts."""
    wanted, got = Counter(goal.materials), Counter(shown)
    result.listed = True
    result.missing, result.extra = sorted((wanted - got).elements()), sorted((got - wanted).elements())


def is_needless(guide: Guide, situation_id: str, known: Mapping[str, str]) -> bool:
    """Whether a situation question tells nothing new: it was answered, or every answer leaves the same materials in the same state."""
    situation = find_situation(guide, situation_id)
    if situation is None:
        return False
    if situation_id in known:
        return True
    lists = {_states(guide, {**known, situation_id: option.id}) for option in situation.options}
    return len(lists) == 1


def _states(guide: Guide, answers: Mapping[str, str]) -> tuple[bool | None, ...]:
    known = settle(guide, answers)
    return tuple(holds(m.when, known) for m in guide.materials)
