"""A day or an hour that was said ("周四下午", "最早的"), and the free times of a hall that fit it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from common.clock import local
from services.messages.model import Day, Slot, Slots
from services.messages.rendering import render_template

HOURS = {"morning": (0, 12), "noon": (11, 14), "afternoon": (12, 18), "evening": (17, 24)}  # as the engine understands them
Said = Mapping[str, Sequence[str]]  # the engine's entities of time: date, daypart, time, preference
KINDS = ("date", "daypart", "time", "preference")


@dataclass(frozen=True)
class When:
    """What was said about a time. ``days`` are those that fit what was said; a bare weekday fits several weeks."""

    days: tuple[date, ...] = ()
    daypart: str | None = None
    at: time | None = None
    latest: bool = False
    earliest: bool = False

    @classmethod
    def of(cls, said: Said | None) -> When | None:
        """From the engine's entities; None when no time was said."""
        said = said or {}
        when = cls(
            days=tuple(date.fromisoformat(d) for d in said.get("date", ())),
            daypart=next(iter(said.get("daypart", ())), None),
            at=next((time.fromisoformat(t) for t in said.get("time", ())), None),
            latest="latest" in said.get("preference", ()),
            earliest="earliest" in said.get("preference", ()),
        )
        return when if when != cls() else None

    @property
    def one(self) -> bool:
        """Whether one time was meant, not a part of a day to choose from."""
        return bool(self.at or self.earliest or self.latest)

    def _day_fits(self, day: date) -> bool:
        return not self.days or day in self.days

    def _slot_fits(self, slot: Slot) -> bool:
        starts: datetime = local(slot.start)
        low, high = HOURS.get(self.daypart or "", (0, 24))
        near = self.at is None or (starts.hour, starts.minute >= 30) == (self.at.hour, self.at.minute >= 30)
        return slot.left > 0 and low <= starts.hour < high and near

    def is_at(self, start: datetime) -> bool:
        """Whether exactly this time was said: its hour, and its day or none."""
        then = local(start)
        return self.at is not None and self._day_fits(then.date()) and (then.hour, then.minute) == (self.at.hour, self.at.minute)

    def fitting(self, slots: Slots) -> Slots | None:
        """The same hall with the free times that fit only; of several weeks the nearest one. None when there is none."""
        days = [d.model_copy(update={"slots": [s for s in d.slots if self._slot_fits(s)]}) for d in slots.days if self._day_fits(d.date)]
        days = [d for d in days if d.slots]
        if not days:
            return None
        if self.days and not _in_a_row(self.days):
            days = days[:1]
        if self.one:
            days = [_one_of(days, latest=self.latest)]
        return slots.model_copy(update={"days": days, "text": ""})

    def spoken(self) -> str:
        """In the citizen's words: 11月26日周四下午."""
        return render_template("spoken_time", day=self.days[0] if self.days else None, daypart=self.daypart, at=self.at)


def _in_a_row(days: Sequence[date]) -> bool:
    return all(b - a == timedelta(days=1) for a, b in pairwise(days))


def _one_of(days: Sequence[Day], *, latest: bool) -> Day:
    day = days[-1] if latest else days[0]
    return day.model_copy(update={"slots": [day.slots[-1] if latest else day.slots[0]]})
