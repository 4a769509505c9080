"""What an administrator sets: the calendar, closures, capacity. Takes effect with the next question; nothing is rebuilt.

Booked visits are not touched by any of it; :meth:`LocalProvider.on_day` tells whom a closure concerns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.dialects.postgresql import insert as upsert

from common.clock import Clock
from common.database import Database
from common.ids import new_id
from knowledge.schema.hall import Hall
from knowledge.schema.hall_library import shipped_halls
from services.appointments.adapters.local.store import Store
from services.appointments.calendar import WorkingCalendar
from services.appointments.errors import HallNotFound, WrongEntry
from services.appointments.tables import calendar_day, calendar_year, closure, windows


class Administration:
    def __init__(self, *, database: Database, clock: Clock, halls: Mapping[str, Hall] | None = None):
        self._database, self._clock = database, clock
        self._halls = shipped_halls() if halls is None else halls

    async def calendar(self) -> WorkingCalendar:
        """Working days as they are in force now; for whoever counts them (time limits of cases, service hours)."""
        async with self._database.begin() as c:
            return WorkingCalendar(await Store().arrangement(c))

    async def set_day(self, *, day: date, working: bool, name: str | None = None, staff_id: str) -> None:
        """Overrides one day, whatever the announced data or the law say."""
        await self._set_days({day: (working, name)}, staff_id)

    async def clear_day(self, *, day: date) -> None:
        async with self._database.begin() as c:
            await c.execute(delete(calendar_day).where(calendar_day.c.day == day))

    async def announce(self, *, year: int, source: str, off: Mapping[date, str], worked: Iterable[date] = (), staff_id: str) -> None:
        """Enters the State Council's notice for a year whole: days off with the festival's name, weekend days worked instead.

        No day of the year is provisional afterwards. Raises :class:`WrongEntry` when a day is both, lies more than a week outside the
        year, or a day worked is no weekend day.
        """
        made_up = set(worked)
        near = [d for d in (*off, *made_up) if not date(year - 1, 12, 25) <= d <= date(year + 1, 1, 7)]
        if near or made_up & set(off) or any(d.weekday() < 5 for d in made_up):
            raise WrongEntry(fields={"days": sorted(str(d) for d in near) or "contradictory"})
        await self._set_days({**{d: (False, name) for d, name in off.items()}, **{d: (True, None) for d in made_up}}, staff_id)
        row = {"source": source, "set_by": staff_id, "set_at": self._clock.now()}
        async with self._database.begin() as c:
            await c.execute(upsert(calendar_year).values(year=year, **row).on_conflict_do_update(index_elements=["year"], set_=row))

    async def close(
        self, *, starts_at: datetime, ends_at: datetime, reason: str, staff_id: str, hall_id: str | None = None, line: str | None = None
    ) -> str:
        """A hall, or every hall (``None``), serves nothing, or not this line, for a while; returns the closure's id."""
        if starts_at >= ends_at or not reason.strip():
            raise WrongEntry(fields={"ends_at": "before starts_at"} if reason.strip() else {"reason": "empty"})
        if hall_id is not None and hall_id not in self._halls:
            raise HallNotFound()
        closure_id = new_id("cl")
        values: dict[str, Any] = {"id": closure_id, "hall_id": hall_id, "line": line, "starts_at": starts_at, "ends_at": ends_at}
        async with self._database.begin() as c:
            await c.execute(insert(closure).values(**values, reason=reason.strip(), set_by=staff_id, set_at=self._clock.now()))
        return closure_id

    async def reopen(self, *, closure_id: str) -> None:
        async with self._database.begin() as c:
            await c.execute(delete(closure).where(closure.c.id == closure_id))

    async def set_windows(self, *, hall_id: str, line: str, places: int, minutes: int = 30, staff_id: str) -> None:
        """How many citizens a hall takes at once for a line, and how long each has. ``places=0`` stops booking; what is booked stays.

        After a change of ``minutes``, visits booked on the old grid still take their time: a slot that overlaps them has fewer places.
        """
        hall = self._halls.get(hall_id)
        if hall is None or not hall.serves(line):
            raise HallNotFound()
        if not (0 <= places <= 200 and 5 <= minutes <= 240):
            raise WrongEntry(fields={"places": "0–200", "minutes": "5–240"})
        row = {"places": places, "minutes": minutes, "set_by": staff_id, "set_at": self._clock.now()}
        async with self._database.begin() as c:
            statement = upsert(windows).values(hall_id=hall_id, line=line, **row)
            await c.execute(statement.on_conflict_do_update(index_elements=["hall_id", "line"], set_=row))

    async def _set_days(self, days: Mapping[date, tuple[bool, str | None]], staff_id: str) -> None:
        if not days:
            return
        statement = upsert(calendar_day)
        changed = {name: statement.excluded[name] for name in ("working", "name", "set_by", "set_at")}
        rows = [
            {"day": day, "working": working, "name": name, "set_by": staff_id, "set_at": self._clock.now()} for day, (working, name) in days.items()
        ]
        async with self._database.begin() as c:
            await c.execute(statement.on_conflict_do_update(index_elements=["day"], set_=changed), rows)
