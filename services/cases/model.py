"""A case, its states, and its number."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from stdnum.iso7064 import mod_11_10

from services.messages.model import LabelValue, MaterialLine

State = Literal["submitted", "accepted", "supplement", "processing", "approved", "delivered", "rejected", "withdrawn"]

STEPS: dict[str, frozenset[str]] = {
    "submitted": frozenset({"accepted", "supplement", "rejected", "withdrawn"}),
    "supplement": frozenset({"submitted", "accepted", "rejected", "withdrawn"}),
    "accepted": frozenset({"processing", "supplement", "approved", "withdrawn"}),
    "processing": frozenset({"approved", "supplement", "rejected", "withdrawn"}),
    "approved": frozenset({"delivered"}),
    "delivered": frozenset(),
    "rejected": frozenset(),
    "withdrawn": frozenset(),
}


@dataclass(frozen=True)
class Entry:
    """One step of the timeline; ``note`` is what the citizen reads."""

    at: datetime
    state: State
    note: str


@dataclass(frozen=True)
class Application:
    """What a case was submitted with, in the words the citizen saw; sealed at rest."""

    title: str
    department: str | None
    fields: list[LabelValue]
    materials: list[MaterialLine]

    def sealed_form(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "department": self.department,
            "fields": [f.model_dump() for f in self.fields],
            "materials": [m.model_dump() for m in self.materials],
        }

    @classmethod
    def unsealed(cls, data: dict[str, Any]) -> Application:
        return cls(
            title=data["title"],
            department=data["department"],
            fields=[LabelValue.model_validate(f) for f in data["fields"]],
            materials=[MaterialLine.model_validate(m) for m in data["materials"]],
        )


@dataclass(frozen=True)
class Case:
    id: str
    number: str
    person_id: str
    form_id: str
    guide_id: str
    guide_version: int
    guide_name: str
    state: State
    created_at: datetime
    timeline: list[Entry] = field(default_factory=list)


def case_number(*, day: date, sequence: int) -> str:
    """``4401`` (广州) + ``yyyymmdd`` + 7 digits of the day's sequence + an ISO 7064 MOD 11,10 check digit: 20 digits.

    Twenty, because 15 to 19 digits read as an identity or bank card number, and masking would eat the number.
    """
    body = f"4401{day:%Y%m%d}{sequence:07d}"
    return body + mod_11_10.calc_check_digit(body)


def valid_number(text: str) -> str | None:
    """The number in ``text`` without blanks and hyphens, if it is one."""
    number = text.replace(" ", "").replace("-", "")
    return number if len(number) == 20 and number.startswith("4401") and mod_11_10.is_valid(number) else None


@cache
def words() -> dict[str, dict[str, str]]:
    """The Chinese of this package: ``states``, ``notes``, ``pdf``."""
    return yaml.safe_load((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))


def state_label(state: str) -> str:
    return words()["states"][state]
