"""A ticket, its states and the steps between them, and its number."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from stdnum.iso7064 import mod_11_10

from common.clock import local

State = Literal["registered", "dispatched", "processing", "replied", "closed", "returned", "disputed"]
Origin = Literal["bot", "nobody_there", "desk", "rating"]

STEPS: dict[str, tuple[str, ...]] = {
    "registered": ("dispatched", "processing", "closed"),
    "dispatched": ("processing", "returned"),
    "returned": ("dispatched", "processing", "closed"),
    "processing": ("replied", "dispatched", "returned"),
    "replied": ("closed", "disputed"),
    "disputed": ("dispatched", "processing"),
    "closed": ("disputed",),
}
ANSWERED = ("replied", "closed")


@dataclass(frozen=True)
class Step:
    """One entry of the history. ``actor`` is a staff id or ``system``; ``note`` may hold personal values."""

    at: datetime
    actor: str
    origin: str | None
    state: State
    note: str
    department: str | None = None


@dataclass(frozen=True)
class Ticket:
    """``title`` is masked and may be listed; ``detail`` is as the citizen wrote it. ``due_at`` is our deadline, ``promised_at`` what he was told."""

    number: str
    kind: str
    state: State
    title: str
    detail: str
    origin: Origin
    person_id: str | None
    conversation_id: str | None
    guide_id: str | None
    department: str | None
    created_by: str
    created_at: datetime
    due_at: datetime
    promised_at: datetime
    closed_at: datetime | None = None
    overdue_at: datetime | None = None
    history: list[Step] = field(default_factory=list)

    def overdue(self, now: datetime) -> bool:
        return self.state not in ANSWERED and now > self.due_at

    @property
    def next(self) -> tuple[str, ...]:
        """The states it may go to now."""
        return STEPS[self.state]


def ticket_number(*, day: date, sequence: int) -> str:
    """``GD`` + ``yyyymmdd`` + 5 digits of the day's sequence + an ISO 7064 MOD 11,10 check digit: 16 characters."""
    body = f"{day:%Y%m%d}{sequence:05d}"
    return f"GD{body}{mod_11_10.calc_check_digit(body)}"


def valid_number(text: str) -> str | None:
    """The number in ``text``, however it was typed, if it is one."""
    number = text.replace(" ", "").replace("-", "").upper()
    return number if len(number) == 16 and number.startswith("GD") and number[2:].isdigit() and mod_11_10.is_valid(number[2:]) else None


@cache
def words() -> dict[str, Any]:
    return yaml.safe_load((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))


def spoken(moment: datetime) -> str:
    """A deadline as it is promised: 3月19日（周四）11:00."""
    at = local(moment)
    return words()["moment"].format(month=at.month, day=at.day, weekday=words()["weekdays"][at.weekday()], clock=f"{at:%H:%M}")
