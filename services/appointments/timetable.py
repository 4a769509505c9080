"""Which slots a hall's window has: opening hours × working days × closures, cut into pieces. Pure; nothing is stored or asked.

Slots are derived, never generated ahead: a day's slots follow from the facts in force when they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from common.clock import SHANGHAI, local
from knowledge.schema.hall import WEEKDAYS, Hall
from services.appointments.calendar import DayStatus, WorkingCalendar
from services.appointments.errors import SlotClosed, SlotPast
from services.appointments.model import SlotKey
from services.appointments.policy import Policy
from services.appointments.statutory import festival_on
from services.appointments.words import words


@dataclass(frozen=True)
class Closure:
    """Nothing is served from ``starts_at`` until ``ends_at``; no ``hall_id`` means every hall, no ``line`` every line."""

    starts_at: datetime
    ends_at: datetime
    reason: str
    hall_id: str | None = None
    line: str | None = None


@dataclass(frozen=True)
class Timetable:
    """One line of business at one hall."""

    hall: Hall
    line: str
    policy: Policy
    calendar: WorkingCalendar
    closures: Sequence[Closure] = ()
    minutes: int = 30
    places: int = 1

    def intervals(self, day: date) -> list[tuple[time, time]]:
        """Opening hours of a day, closures aside."""
        hours, status = self.hall.hours, self.calendar.status(day)
        weekly = self.policy.weekly_of(self.hall)
        if hours and hours.holidays and set((festival_on(day) or "").split("、")) & set(hours.holidays.names):
            return list(hours.holidays.intervals)
        if status.kind == "holiday":
            return []
        if status.kind == "makeup":  # a weekend day worked instead keeps the hours of a working day
            return list(next((weekly[d] for d in WEEKDAYS[:5] if d in weekly), []))
        return list(weekly.get(WEEKDAYS[day.weekday()], []))

    def slots(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """(start, end) of every slot of a day, in order, whether or not it has begun; a rest shorter than a slot is left."""
        length = timedelta(minutes=self.minutes)
        for opens, closes in self.intervals(day):
            start, last = _at(day, opens), _at(day, closes) - length
            while start <= last:
                if not any(c.starts_at < start + length and start < c.ends_at for c in self._closures()):
                    yield start, start + length
                start += length

    def last_day(self, now: datetime) -> date:
        """The last day that can be booked."""
        return self.calendar.add_working_days(local(now).date(), self.policy.horizon_working_days)

    def bookable(self, day: date, now: datetime) -> list[tuple[datetime, datetime]]:
        """The slots of a day that may still be taken."""
        if not local(now).date() <= day <= self.last_day(now):
            return []
        return [s for s in self.slots(day) if s[0] >= now + self.policy.lead]

    def check(self, key: SlotKey, now: datetime) -> tuple[datetime, datetime]:
        """(start, end) of a slot that may be taken. Raises ``SlotPast`` or ``SlotClosed``."""
        slot = next((s for s in self.slots(local(key.start).date()) if s[0] == key.start), None)
        if slot is None or local(key.start).date() > self.last_day(now):
            raise SlotClosed()
        if key.start < now + self.policy.lead:
            raise SlotPast()
        return slot

    def note(self, day: date) -> tuple[bool, str | None]:
        """(provisional, what to tell of the day): why it is closed, or that its arrangement is not announced."""
        status, said = self.calendar.status(day), words()
        if any(self.slots(day)):
            return status.provisional, said["provisional"] if status.provisional else None
        return status.provisional, self._why_closed(day, status)

    def _why_closed(self, day: date, status: DayStatus) -> str | None:
        said = words()
        if status.kind == "holiday":
            return said["closed_holiday"].format(name=status.name)
        if not self.intervals(day):
            return said["closed_weekend"] if status.kind == "weekend" else None
        reasons = [c.reason for c in self._closures() if c.starts_at < _at(day, time.max) and _at(day, time.min) < c.ends_at]
        return said["closed_hall"].format(reason="、".join(dict.fromkeys(reasons))) if reasons else None

    def _closures(self) -> Iterator[Closure]:
        return (c for c in self.closures if c.hall_id in (None, self.hall.id) and c.line in (None, self.line))


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, tzinfo=SHANGHAI)
