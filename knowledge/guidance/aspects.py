"""One aspect of a guide (多少钱, 多久, 在哪办 …) for a case: only that, from the section that says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from knowledge.guidance.situations import Answers, describe, settle
from knowledge.schema.condition import Condition, holds
from knowledge.schema.guide import Guide

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
    facts = [Fact(e, None if truth else describe(guide, _condition(e))) for e in entries if (truth := holds(_condition(e), known)) is not False]
    channels = guide.channels if aspect in ("online", "where") else []
    return AspectFacts(aspect, section, facts, bool(facts or channels), channels)


def _condition(entry: Any) -> Condition | None:
    return getattr(entry, "when", None)


def sections_of(guide: Guide) -> list[str]:
    """Aspects the guide has something to say about, in the order people read them."""
    return [a for a, section in SECTIONS.items() if getattr(guide, section) or (a == "online" and guide.channels)]
