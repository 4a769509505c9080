"""Which situation questions are open, and which one splits the case best."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from knowledge.schema.condition import Condition, holds, uses
from knowledge.schema.guide import Guide, Option, Situation

Answers = Mapping[str, str]
_STANDS_ALONE = 4
NOT_APPLICABLE = "_"  # stands for "this question does not arise"; no option has this id


def find_situation(guide: Guide, situation_id: str) -> Situation | None:
    return next((s for s in guide.situations if s.id == situation_id), None)


def find_option(guide: Guide, situation_id: str, option_id: str) -> Option | None:
    situation = find_situation(guide, situation_id)
    return next((o for o in situation.options if o.id == option_id), None) if situation else None


def settle(guide: Guide, answers: Answers) -> dict[str, str]:
    """The answers that bear on this guide, with questions that cannot arise marked, so that conditions on them are false."""
    known: dict[str, str] = {}
    for situation in guide.situations:  # in order: a question's `when` looks only at earlier ones
        if holds(situation.when, known) is False:
            known[situation.id] = NOT_APPLICABLE
        elif find_option(guide, situation.id, answers.get(situation.id, "")):
            known[situation.id] = answers[situation.id]
    return known


def open_conditions(conditions: Iterable[Condition | None], known: Answers) -> list[Condition]:
    """Those conditions that cannot be decided yet."""
    return [c for c in conditions if c is not None and holds(c, known) is None]


def next_question(guide: Guide, answers: Answers, conditions: Iterable[Condition | None]) -> Situation | None:
    """The open question that leaves, on average over its options, the fewest of ``conditions`` undecided; None when all are decided."""
    known = settle(guide, answers)
    undecided = open_conditions(conditions, known)
    if not undecided:
        return None
    wanted = _with_prerequisites(guide, {s for c in undecided for s, _ in uses(c)}, known)
    askable = [s for s in guide.situations if s.id in wanted and s.id not in known and holds(s.when, known) is True]
    return min(askable, key=lambda s: _left_open(guide, s, known, undecided), default=None)


def _with_prerequisites(guide: Guide, ids: set[str], known: Answers) -> set[str]:
    """Also the questions that decide whether a wanted question arises at all."""
    grown = ids | {u for s in guide.situations if s.id in ids and holds(s.when, known) is None for u, _ in uses(s.when)}
    return grown if grown == ids else _with_prerequisites(guide, grown, known)


def _left_open(guide: Guide, situation: Situation, known: Answers, undecided: list[Condition]) -> float:
    left = 0
    for option in situation.options:
        assumed = settle(guide, {**known, situation.id: option.id})
        left += len(open_conditions(undecided, assumed))
    return left / len(situation.options)


def describe(guide: Guide, condition: Condition | None, known: Answers = MappingProxyType({})) -> str:
    """What is not known yet of a condition in people's words (``phrases.yml``), from the labels of the options it names."""
    parts = [_phrase(guide, key, value, known) for key, value in (condition or {}).items() if holds({key: value}, known) is None]
    return phrases()["and"].join(dict.fromkeys(p for p in parts if p))


def _phrase(guide: Guide, key: str, value: Any, known: Answers) -> str:
    if key == "not":
        return phrases()["not"].format(describe(guide, value, known))
    if key in ("any", "all"):
        parts = [describe(guide, part, known) for part in value]
        return phrases()["or" if key == "any" else "and"].join(dict.fromkeys(p for p in parts if p))
    return _labels(guide, key, [value] if isinstance(value, str) else value)


def _labels(guide: Guide, situation_id: str, option_ids: Sequence[str]) -> str:
    """The labels, preceded by their question when one is too short to stand alone ("要")."""
    situation = find_situation(guide, situation_id)
    labels = [o.label for o in (find_option(guide, situation_id, i) for i in option_ids) if o]
    asked = situation.ask if situation and any(len(label) < _STANDS_ALONE for label in labels) else ""
    return asked + phrases()["or"].join(labels)


@cache
def phrases() -> dict[str, str]:
    """How parts of a condition are put together."""
    return yaml.safe_load((Path(__file__).parent / "phrases.yml").read_text(encoding="utf-8"))


def spoken_answers(guide: Guide, answers: Answers) -> list[tuple[str, str]]:
    """(question, chosen option's label) for every answered question of the guide, in its order."""
    known = settle(guide, answers)
    pairs = [(s, find_option(guide, s.id, known.get(s.id, ""))) for s in guide.situations]
    return [(s.ask, o.label) for s, o in pairs if o is not None]
