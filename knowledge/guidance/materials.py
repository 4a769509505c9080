"""The exact material list of a case (一次性告知), computed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from knowledge.guidance.situations import Answers, next_question, settle
from knowledge.schema.condition import holds
from knowledge.schema.guide import Guide, Material, Situation


@dataclass(frozen=True)
class Needed:
    """A material that applies, and what makes it free for this person, if anything does."""

    material: Material
    waived_by: Literal["e_licence", "data_sharing"] | None


def materials_for(guide: Guide, answers: Answers, licences: Collection[str] = ()) -> list[Needed]:
    """Materials that apply to the answered situations; one still undecided is included only once it is decided."""
    known = settle(guide, answers)
    return [Needed(m, _waiver(m, licences)) for m in guide.materials if holds(m.when, known)]


def _waiver(material: Material, licences: Collection[str]) -> Literal["e_licence", "data_sharing"] | None:
    if material.data_sharing:
        return "data_sharing"
    return "e_licence" if material.licence in licences else None


def material_question(guide: Guide, answers: Answers) -> Situation | None:
    """The next question without which the list is not exact; None when it is."""
    return next_question(guide, answers, [m.when for m in guide.materials])
