"""SQL of the local platform. Every method works in the transaction of the connection it is given and decides nothing.

Locks are taken in one order, so that transactions wait for each other but never in a circle: first the person, then one
appointment, then slots by id.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, delete, func, insert, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge.schema.hall import Hall
from services.appointments.calendar import Arrangement, DayStatus, WorkingCalendar
from services.appointments.model import Appointment
from services.appointments.policy import Policy
from services.appointments.tables import appointment, calendar_day, calendar_year, closure, event, operation, slot, windows
from services.appointments.timetable import Closure, Timetable


class Store:
    # -- locks ------------------------------------------------------------------------------------------------------------
    async def lock_person(self, c: AsyncConnection, person_id: str) -> None:
        """One change at a time per person, so that their appointments can be counted; leaves no row behind."""
        await c.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"appointments:{person_id}", 0))))

    async def lock_slots(self, c: AsyncConnection, slot_ids: Sequence[str]) -> None:
        ids = sorted(set(slot_ids))
        await c.execute(upsert(slot).on_conflict_do_nothing(), [{"id": i} for i in ids])
        await c.execute(select(slot.c.id).where(slot.c.id.in_(ids)).order_by(slot.c.id).with_for_update())

    # -- timetable --------------------------------------------------------------------------------------------------------
    async def timetable(self, c: AsyncConnection, *, hall: Hall, line: str, policy: Policy, after: datetime) -> Timetable:
        """The rules in force for a window: calendar, closures that end after ``after``, capacity."""
        here = and_(or_(closure.c.hall_id.is_(None), closure.c.hall_id == hall.id), or_(closure.c.line.is_(None), closure.c.line == line))
        closed = await c.execute(select(closure).where(here, closure.c.ends_at > after))
        window = (await c.execute(select(windows).where(windows.c.hall_id == hall.id, windows.c.line == line))).first()
        return Timetable(
            hall=hall, line=line, policy=policy, calendar=WorkingCalendar(await self.arrangement(c)),
            closures=[Closure(r.starts_at, r.ends_at, r.reason, r.hall_id, r.line) for r in closed],
            minutes=window.minutes if window else policy.slot_minutes,
            places=window.places if window else policy.places_at(hall),
        )  # fmt: skip

    async def arrangement(self, c: AsyncConnection) -> Arrangement:
        """What an administrator entered about working days."""
        years = frozenset((await c.execute(select(calendar_year.c.year))).scalars())
        return Arrangement({r.day: _status(r.day, r.working, r.name) for r in await c.execute(select(calendar_day))}, years)

    async def taken(self, c: AsyncConnection, *, hall_id: str, line: str, start: datetime, end: datetime, now: datetime) -> list[Row[Any]]:
        """Appointments that take a place in some part of the time: rows of id, person_id, state, starts_at, ends_at."""
        a = appointment.c
        rows = await c.execute(
            select(a.id, a.person_id, a.state, a.starts_at, a.ends_at).where(
                a.hall_id == hall_id, a.line == line, a.starts_at < end, a.ends_at > start, a.state != "cancelled",
                or_(a.state != "held", a.expires_at > now),
            )
        )  # fmt: skip
        return list(rows)

    # -- appointments -----------------------------------------------------------------------------------------------------
    async def find(self, c: AsyncConnection, appointment_id: str, *, lock: bool = False) -> Appointment | None:
        query = select(appointment).where(appointment.c.id == appointment_id)
        row = (await c.execute(query.with_for_update() if lock else query)).first()
        return row and _appointment(row)

    async def open_of(self, c: AsyncConnection, person_id: str, now: datetime) -> list[Appointment]:
        """The person's held and booked appointments still to come, the next first."""
        a = appointment.c
        rows = await c.execute(
            select(appointment).where(a.person_id == person_id, a.state.in_(("held", "booked")), a.ends_at > now).order_by(a.starts_at, a.id)
        )
        return [found for found in map(_appointment, rows) if found.active_at(now)]

    async def at_hall(self, c: AsyncConnection, *, hall_id: str, start: datetime, end: datetime) -> list[Appointment]:
        a = appointment.c
        rows = await c.execute(
            select(appointment)
            .where(a.hall_id == hall_id, a.starts_at >= start, a.starts_at < end, a.state != "cancelled")
            .order_by(a.starts_at, a.id)
        )
        return [_appointment(row) for row in rows]

    async def booked(self, c: AsyncConnection, *, start: datetime, end: datetime) -> list[Appointment]:
        return [_appointment(row) for row in await c.execute(booked_between(start, end))]

    async def run_out(self, c: AsyncConnection, now: datetime, *, limit: int = 500) -> list[Appointment]:
        """Holds that ran out and that nobody is busy with, locked."""
        a = appointment.c
        query = select(appointment).where(a.state == "held", a.expires_at <= now).order_by(a.expires_at).limit(limit)
        return [_appointment(row) for row in await c.execute(query.with_for_update(skip_locked=True))]

    async def forget_operations(self, c: AsyncConnection, before: datetime) -> None:
        """No turn is repeated after days."""
        await c.execute(delete(operation).where(operation.c.at < before))

    async def add(self, c: AsyncConnection, made: Appointment, *, by: str) -> None:
        await c.execute(insert(appointment).values(**_columns(made)))
        await self._note(c, made, "held", by)

    async def save(self, c: AsyncConnection, changed: Appointment, *, what: str, by: str) -> None:
        await c.execute(update(appointment).where(appointment.c.id == changed.id).values(**_columns(changed)))
        await self._note(c, changed, what, by)

    async def _note(self, c: AsyncConnection, changed: Appointment, what: str, by: str) -> None:
        number = select(func.coalesce(func.max(event.c.number), 0) + 1).where(event.c.appointment_id == changed.id).scalar_subquery()
        await c.execute(
            insert(event).values(appointment_id=changed.id, number=number, what=what, by=by, slot_id=changed.slot_id, at=changed.updated_at)
        )

    # -- what a turn has done ----------------------------------------------------------------------------------------------
    async def done(self, c: AsyncConnection, *, person_id: str, turn_id: str, what: str, target: str) -> str | None:
        """The appointment that the same call of the same turn ended in."""
        o = operation.c
        same = and_(o.person_id == person_id, o.turn_id == turn_id, o.what == what, o.target == target)
        return (await c.execute(select(o.appointment_id).where(same))).scalar()

    async def remember(self, c: AsyncConnection, *, person_id: str, turn_id: str, what: str, target: str, result: Appointment) -> None:
        await c.execute(
            insert(operation).values(
                person_id=person_id, turn_id=turn_id, what=what, target=target, appointment_id=result.id, at=result.updated_at
            )
        )


def booked_between(start: datetime, end: datetime) -> Select[Any]:
    """The visits that begin in this time, in whichever hall. The state stands in the statement itself, so that the index of booked visits serves
    a prepared statement too."""
    a = appointment.c
    booked = literal("booked", literal_execute=True)
    return select(appointment).where(a.state == booked, a.starts_at >= start, a.starts_at < end).order_by(a.id)


def _status(day: date, working: bool, name: str | None) -> DayStatus:
    if working:
        return DayStatus(day, "makeup" if day.weekday() >= 5 else "workday", name)
    return DayStatus(day, "holiday" if name or day.weekday() < 5 else "weekend", name)


def _appointment(row: Row[Any]) -> Appointment:
    data = dict(row._mapping)
    return Appointment(
        **{k: v for k, v in data.items() if k not in ("starts_at", "ends_at", "lines", "bring")},
        start=data["starts_at"], end=data["ends_at"], lines=tuple(data["lines"]), bring=tuple(data["bring"]),
    )  # fmt: skip


def _columns(made: Appointment) -> dict[str, Any]:
    data = {**vars(made), "starts_at": made.start, "ends_at": made.end, "lines": list(made.lines), "bring": list(made.bring)}
    del data["start"], data["end"]
    return data
