"""What booking talks about: slots, days, appointments. Times are aware and in UTC; ``date`` is the day in Guangdong."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from common.clock import SHANGHAI, local
from services.appointments.errors import SlotClosed

State = Literal["held", "booked", "cancelled", "completed", "no_show"]
Reason = Literal["citizen", "expired", "replaced"]  # why it was cancelled
_SLOT_ID = re.compile(r"^([a-z][a-z0-9-]{0,79})\.([a-z][a-z0-9_]{0,39})\.(\d{8}T\d{4})$")


@dataclass(frozen=True)
class SlotKey:
    """What a slot id says: ``<hall>.<line>.<local start>``, e.g. ``haizhu-zhengwu.id_card.20261124T0900``."""

    hall_id: str
    line: str
    start: datetime

    def __str__(self) -> str:
        return f"{self.hall_id}.{self.line}.{local(self.start):%Y%m%dT%H%M}"

    @classmethod
    def parse(cls, slot_id: str) -> SlotKey:
        """Raises :class:`SlotClosed` for what is no slot id: there is no such slot, whatever the reason."""
        match = _SLOT_ID.match(slot_id)
        try:
            start = datetime.strptime(match[3], "%Y%m%dT%H%M").replace(tzinfo=SHANGHAI) if match else None
        except ValueError:
            start = None
        if match is None or start is None:
            raise SlotClosed()
        return cls(match[1], match[2], start)


@dataclass(frozen=True)
class Slot:
    """``left`` places are free for the person who asks; their own hold counts as free for them."""

    slot_id: str
    hall_id: str
    line: str
    start: datetime
    end: datetime
    capacity: int
    left: int


@dataclass(frozen=True)
class Day:
    """``weekday`` in Chinese (周三); ``note`` says in Chinese why it is closed, or that its arrangement is not announced yet (安排未公布)."""

    date: date
    weekday: str
    slots: tuple[Slot, ...]
    provisional: bool = False
    note: str | None = None


@dataclass(frozen=True)
class Appointment:
    """A visit. ``bring`` is what to bring; ``lines`` those that may take the item, for moving it; ``sequence`` grows with every change
    a calendar must learn of. ``expires_at`` is set while it is held only."""

    id: str
    code: str
    person_id: str
    guide_id: str
    title: str | None
    hall_id: str
    line: str
    lines: tuple[str, ...]
    slot_id: str
    start: datetime
    end: datetime
    state: State
    reason: Reason | None
    expires_at: datetime | None
    bring: tuple[str, ...]
    sequence: int
    created_at: datetime
    updated_at: datetime

    def seen_at(self, now: datetime) -> Appointment:
        """As it stands at ``now``: a hold that ran out is cancelled, whether or not anyone has written that down."""
        if self.state == "held" and self.expires_at is not None and self.expires_at <= now:
            return replace(self, state="cancelled", reason="expired")
        return self

    def active_at(self, now: datetime) -> bool:
        """It takes a place that is still to come."""
        return self.seen_at(now).state in ("held", "booked") and self.end > now
