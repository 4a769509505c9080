"""One aspect of a guide (多少钱, 多久, 在哪办 …) for a case: only that, from the section that says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from knowledge.guidance.situations import Answers, describe, next_question, open_conditions, settle
from knowledge.schema.condition import Condition, holds, uses
from knowledge.schema.guide import Guide, Situation

Aspect = Literal[
    "materials", "conditions", "fee", "time", "where", "steps", "proxy", "online", "visits", "delivery", "result", "basis", "phone", "faq"
]
# aspect → the section (field) of the guide that answers it
SECTIONS: dict[str, str] = {
    "materials": "materials",
    "conditions": "conditions",
    "fee": "fees",
    "time": "time_limit",
    "where": "where",
    "steps": "steps",
    "proxy": "proxy",
    "online": "online",
    "visits": "visits",
    "delivery": "delivery",
    "result": "results",
    "basis": "legal_basis",
    "phone": "phones",
    "faq": "faq",
}


@dataclass(frozen=True)
class Fact:
    """One entry of the section. ``only_if`` names the case in words when it is not yet known whether it applies."""

    value: Any
    only_if: str | None = None


@dataclass(frozen=True)
class AspectFacts:
    """``published`` is False when the guide says nothing about the aspect: the assistant then says so."""

    aspect: str
    section: str
    facts: list[Fact]
    published: bool
    channels: list[str]


def aspect_facts(guide: Guide, aspect: str, answers: Answers) -> AspectFacts:
    """The facts of one aspect that hold, or may hold, for the case."""
    known = settle(guide, answers)
    section = SECTIONS[aspect]
    entries = getattr(guide, section)
    held = [(e, holds(_condition(e), known)) for e in entries]
    facts = [Fact(e, None if truth else describe(guide, _condition(e), known)) for e, truth in held if truth is not False]
    channels = guide.channels if aspect in ("online", "where") else []
    return AspectFacts(aspect, section, facts, bool(facts or channels), channels)


def aspect_question(guide: Guide, aspects: Sequence[str], answers: Answers) -> Situation | None:
    """The question that tells most about which facts of these aspects hold; None when it is known of all of them."""
    return next_question(guide, answers, _conditions(guide, aspects))


def bears_on(guide: Guide, aspects: Sequence[str], answers: Answers, situation_id: str) -> bool:
    """Whether the answer to this question helps to decide which facts of these aspects hold."""
    undecided = open_conditions(_conditions(guide, aspects), settle(guide, answers))
    return any(situation_id == used for condition in undecided for used, _ in uses(condition))


def _conditions(guide: Guide, aspects: Sequence[str]) -> list[Condition | None]:
    return [_condition(entry) for aspect in aspects for entry in getattr(guide, SECTIONS[aspect])]


def _condition(entry: Any) -> Condition | None:
    return getattr(entry, "when", None)


def sections_of(guide: Guide) -> list[str]:
    """Aspects the guide has something to say about, in the order people read them."""
    return [a for a, section in SECTIONS.items() if getattr(guide, section) or (a == "online" and guide.channels)]
