"""What simulated citizens want: an item, their situation, how they put it. The same seed gives the same citizens."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.evaluation.questions import Question
from knowledge.guidance.materials import materials_for
from knowledge.guidance.situations import settle
from knowledge.schema.condition import holds
from knowledge.schema.guide import Guide
from services.dialogue import lexicon
from services.dialogue.hints import infer_answers


@cache
def words() -> dict[str, Any]:
    """How they speak (``words.yml``)."""
    return yaml.safe_load((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Goal:
    """``answers``: this citizen's case, every situation that arises for it; ``told``: those the opening gives away, as the assistant
    reads it (whether it reads rightly is not judged here); ``others``: more ways he would put it when he is not understood;
    ``names``: what he calls the item, none of which says another case than his."""

    guide: Guide
    manner: str
    opening: str
    answers: dict[str, str]
    told: frozenset[str]
    others: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def materials(self) -> list[str]:
        """The names of the exact list for this case, sorted. He is anonymous, so no e-licence waives anything."""
        return sorted(n.material.name for n in materials_for(self.guide, self.answers))


def make_goals(guides: Mapping[str, Guide], questions: Iterable[Question], *, per_manner: int, seed: int) -> list[Goal]:
    """``guides`` by id, bundles put together; ``questions``: openings to choose from. As many goals of each manner, items not repeated
    before all of a manner's were had; fewer where the questions do not suffice."""
    by_name = {g.name: g for g in guides.values() if g.materials}
    asked = [q for q in questions if q.item in by_name]
    taken: set[str] = set()
    goals: list[Goal] = []
    for manner, how in words()["manners"].items():
        rng = random.Random(f"{seed} {manner}")
        fitting = [q for q in asked if q.kind in how["kinds"]]
        rng.shuffle(fitting)
        fitting.sort(key=lambda q: q.item in taken)  # stable: items nobody has yet come first
        chosen = list({q.item: q for q in reversed(fitting)}.values())[::-1][:per_manner]
        chosen.sort(key=fitting.index)
        taken |= {q.item for q in chosen}
        goals += [_goal(by_name[q.item], manner, q, asked, rng) for q in chosen]
    return goals


def _goal(guide: Guide, manner: str, question: Question, asked: Sequence[Question], rng: random.Random) -> Goal:
    told = told_by(guide, question.text)
    answers = dict(told)
    for situation in guide.situations:  # in order: whether one arises depends on those before it
        if situation.id not in answers and holds(situation.when, settle(guide, answers)) is not False:
            answers[situation.id] = rng.choice(situation.options).id
    others = [q.text for q in asked if q.item == guide.name and q.text != question.text and q.kind in ("plain", "oblique", "official")]
    agreeing = [text for text in others if told_by(guide, text).items() <= answers.items()]
    names = tuple(name for name in (*guide.aliases, guide.name) if told_by(guide, name).items() <= answers.items())
    return Goal(guide, manner, question.text, answers, frozenset(told), tuple(agreeing[:2]), names)


def told_by(guide: Guide, text: str) -> dict[str, str]:
    """Answers a sentence gives away: what it says, and what goes without saying for whom it names."""
    ids = {s.id: {o.id for o in s.options} for s in guide.situations}
    said = {**lexicon.of_course(lexicon.whom(text) or "self"), **infer_answers(guide, text)}
    plain = {key.removeprefix(f"{guide.id}:"): option for key, option in said.items()}
    return {key: option for key, option in plain.items() if option in ids.get(key, set())}
