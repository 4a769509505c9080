"""The reminder the day before a visit: produced once a visit, when its hour has come, for what is booked then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import SHANGHAI, Clock, local
from common.database import Database
from services.appointments.model import Appointment
from services.notices import store
from services.notices.causes import Causes, visit_cause

_AT_ONCE = 100


class VisitBook(Protocol):
    """A booking platform that knows whom it expects; ours does, a city's reminds its visitors itself."""

    async def expected(self, *, start: datetime, end: datetime) -> list[Appointment]:
        """Booked visits that begin in this time."""

    async def locked(self, conn: AsyncConnection, ids: Sequence[str]) -> list[Appointment]:
        """These visits as they stand, and so they stay until the transaction ends."""


class Reminding:
    """``at``: from this hour on the day before, on a Guangdong wall clock. A visit that was booked or moved later than that is as good as
    reminded: its citizen has just been told."""

    def __init__(self, *, database: Database, clock: Clock, visits: VisitBook, causes: Causes, at: time):
        self._database, self._clock, self._visits, self._causes, self._at = database, clock, visits, causes, at

    async def remind(self) -> int:
        """A job of the upkeep, for tomorrow's visits; may be cut off and run again. How many reminders it put into the outbox."""
        now = local(self._clock.now())
        due = datetime.combine(now.date(), self._at, tzinfo=SHANGHAI)
        if now < due:
            return 0
        start = datetime.combine(now.date() + timedelta(days=1), time(), tzinfo=SHANGHAI)
        visits = [v for v in await self._visits.expected(start=start, end=start + timedelta(days=1)) if v.updated_at < due]
        causes = {visit_cause(v, "appointment_tomorrow"): v.id for v in visits}
        async with self._database.begin() as conn:
            done = await store.noted(conn, causes)
        left = sorted(visit_id for cause, visit_id in causes.items() if cause not in done)
        return sum([await self._add(left[at : at + _AT_ONCE], start=start) for at in range(0, len(left), _AT_ONCE)])

    async def _add(self, ids: Sequence[str], *, start: datetime) -> int:
        """A visit that is cancelled or moved in this very moment waits for us, or has gone before and is seen as it is."""
        async with self._database.begin() as conn:
            found = await self._visits.locked(conn, ids)
            still = [v for v in found if v.state == "booked" and start <= v.start < start + timedelta(days=1)]
            return sum([await self._causes.visit_tomorrow(conn, v) for v in still])
