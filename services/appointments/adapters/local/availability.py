"""What can be booked: the days and slots of a window, with the places left. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import SHANGHAI, Clock, local
from knowledge.schema.hall import Hall
from services.appointments.adapters.local.store import Store
from services.appointments.adapters.local.transactions import Transactions
from services.appointments.errors import HallNotFound
from services.appointments.model import Day, Slot, SlotKey
from services.appointments.policy import Policy
from services.appointments.timetable import Timetable
from services.appointments.words import weekday, words

_ALTERNATIVES = 3
_Span = tuple[datetime, datetime]


class Availability:
    def __init__(self, *, transactions: Transactions, clock: Clock, halls: Mapping[str, Hall], policy: Policy, store: Store):
        self._transactions, self._clock, self._halls, self._policy, self._store = transactions, clock, halls, policy, store

    async def timetable(self, c: AsyncConnection, *, hall_id: str, line: str, now: datetime) -> Timetable:
        """The rules in force for a window. Raises :class:`HallNotFound` for a hall that is unknown or does not take the line."""
        hall = self._halls.get(hall_id)
        if hall is None or not hall.serves(line):
            raise HallNotFound()
        return await self._store.timetable(c, hall=hall, line=line, policy=self._policy, after=now)

    async def days(self, *, hall_id: str, line: str, start: date | None, days: int, person_id: str | None, closed: bool) -> list[Day]:
        now = self._clock.now()
        first = max(start or local(now).date(), local(now).date())
        async with self._transactions.reading() as c:
            table = await self.timetable(c, hall_id=hall_id, line=line, now=now)
            last = table.last_day(now)
            taken = await self._store.taken(c, hall_id=hall_id, line=line, start=midnight(first), end=midnight(last + timedelta(1)), now=now)
        # The person's own hold is a place they may still confirm or swap, so it does not count against them.
        others = [(r.starts_at, r.ends_at) for r in taken if not (r.state == "held" and r.person_id == person_id)]
        found: list[Day] = []
        for n in range((last - first).days + 1):
            day = _day(table, first + timedelta(n), others, now)
            if day.slots or closed:
                found.append(day)
            if sum(1 for d in found if d.slots) >= days:
                break
        return found

    async def alternatives(self, key: SlotKey, person_id: str) -> list[Slot]:
        """Free slots of the same window, the closest in time first."""
        days = await self.days(
            hall_id=key.hall_id, line=key.line, start=None, days=self._policy.horizon_working_days, person_id=person_id, closed=False
        )
        free = [s for day in days for s in day.slots if s.left > 0 and s.slot_id != str(key)]
        return sorted(free, key=lambda s: (abs(s.start - key.start), s.start))[:_ALTERNATIVES]


def midnight(day: date) -> datetime:
    """When a day begins in Guangdong."""
    return datetime.combine(day, time.min, tzinfo=SHANGHAI)


def _day(table: Timetable, day: date, others: list[_Span], now: datetime) -> Day:
    slots = tuple(_slot(table, start, end, others) for start, end in table.bookable(day, now))
    provisional, note = table.note(day)
    if not slots and any(table.slots(day)):
        note = words()["closed_today"]
    return Day(date=day, weekday=weekday(day), slots=slots, provisional=provisional, note=note)


def _slot(table: Timetable, start: datetime, end: datetime, others: list[_Span]) -> Slot:
    taken = sum(1 for begins, ends in others if begins < end and ends > start)
    key = SlotKey(table.hall.id, table.line, start)
    return Slot(str(key), table.hall.id, table.line, start, end, table.places, max(0, table.places - taken))
