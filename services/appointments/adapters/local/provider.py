"""Our own booking platform: capacity, holds and limits, each change in one transaction on locked rows.

A person's appointments are counted under a lock on the person, those of a slot under a lock on the slot (:mod:`.places`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock, local
from common.database import Database
from common.ids import new_id, spoken_code
from knowledge.schema.hall import Hall
from knowledge.schema.hall_library import shipped_halls
from services.appointments.adapters.local.availability import Availability, midnight
from services.appointments.adapters.local.places import Full, Places
from services.appointments.adapters.local.store import Store
from services.appointments.adapters.local.transactions import Transactions
from services.appointments.errors import (
    AppointmentExists,
    AppointmentNotFound,
    NotChangeable,
    SlotClosed,
    SlotPast,
    SlotTaken,
    TooManyAppointments,
)
from services.appointments.model import Appointment, Day, SlotKey
from services.appointments.policy import Policy, shipped_policy
from services.appointments.ports import Change, Listener

_REMEMBERED = timedelta(days=7)  # how long a turn may still be repeated


class LocalProvider:
    """:class:`~services.appointments.ports.AppointmentProvider` on PostgreSQL."""

    def __init__(
        self, *, database: Database, clock: Clock, halls: Mapping[str, Hall] | None = None, policy: Policy | None = None, store: Store | None = None
    ):
        """``changed`` is told of every booking, move and cancellation, in its transaction."""
        self._clock, self._store, self._policy = clock, store or Store(), policy or shipped_policy()
        self._transactions = Transactions(database=database, lock_timeout_ms=self._policy.lock_timeout_ms)
        self._availability = Availability(
            transactions=self._transactions, clock=clock, halls=shipped_halls() if halls is None else halls, policy=self._policy, store=self._store
        )
        self._places = Places(availability=self._availability, store=self._store, clock=clock)
        self.changed: list[Listener] = []

    # -- looking ----------------------------------------------------------------------------------------------------------
    async def days(
        self, *, hall_id: str, line: str, start: date | None = None, days: int = 7, person_id: str | None = None, closed: bool = False
    ) -> list[Day]:
        return await self._availability.days(hall_id=hall_id, line=line, start=start, days=days, person_id=person_id, closed=closed)

    async def get(self, *, appointment_id: str) -> Appointment:
        async with self._transactions.reading() as c:
            found = await self._store.find(c, appointment_id)
        if found is None:
            raise AppointmentNotFound()
        return found.seen_at(self._clock.now())

    async def active(self, *, person_id: str) -> list[Appointment]:
        async with self._transactions.reading() as c:
            return await self._store.open_of(c, person_id, self._clock.now())

    async def on_day(self, *, hall_id: str, day: date) -> list[Appointment]:
        """Whom a hall expects on a day, in order; for its staff."""
        async with self._transactions.reading() as c:
            found = await self._store.at_hall(c, hall_id=hall_id, start=midnight(day), end=midnight(day + timedelta(1)))
        return [a for a in (a.seen_at(self._clock.now()) for a in found) if a.state != "cancelled"]

    async def expected(self, *, start: datetime, end: datetime) -> list[Appointment]:
        """Booked visits of every hall that begin in this time."""
        async with self._transactions.reading() as c:
            return await self._store.booked(c, start=start, end=end)

    async def locked(self, conn: AsyncConnection, ids: Sequence[str]) -> list[Appointment]:
        """These as they stand, and so they stay until the caller's transaction ends."""
        return [found for i in sorted(ids) if (found := await self._store.find(conn, i, lock=True))]

    # -- changing ---------------------------------------------------------------------------------------------------------
    async def hold(
        self, *, slot_id: str, person_id: str, guide_id: str, turn_id: str, bring: Sequence[str] = (),
        title: str | None = None, lines: Sequence[str] | None = None,
    ) -> Appointment:  # fmt: skip
        key = SlotKey.parse(slot_id)
        if lines is not None and key.line not in lines:
            raise SlotClosed()

        async def work(c: AsyncConnection) -> Appointment:
            mine = await self._store.open_of(c, person_id, self._clock.now())
            same = next((a for a in mine if a.guide_id == guide_id), None)
            if same and same.slot_id == slot_id:
                return same  # a second tap
            if same and same.state == "booked":
                raise AppointmentExists(existing=same)
            self._within_limits([a for a in mine if a is not same], holding=True)
            place = await self._places.take(c, key)
            now = self._clock.now()
            if same:
                await self._cancel(c, same, reason="replaced")
            made = Appointment(
                id=new_id("ap"), code=spoken_code(), person_id=person_id, guide_id=guide_id, title=title,
                hall_id=key.hall_id, line=key.line, lines=tuple(lines or (key.line,)), slot_id=slot_id, start=place.start, end=place.end,
                state="held", reason=None, expires_at=now + self._policy.hold, bring=tuple(bring), sequence=0, created_at=now, updated_at=now,
            )  # fmt: skip
            await self._store.add(c, made, by="citizen")
            return made

        return await self._once(person_id, turn_id, "hold", f"{guide_id} {slot_id}", work)

    async def confirm(self, *, appointment_id: str, person_id: str, turn_id: str) -> Appointment:
        async def work(c: AsyncConnection) -> Appointment:
            found = await self._own(c, appointment_id, person_id)
            now = self._clock.now()
            if found.state == "booked" and found.start > now:
                return found
            if found.start <= now:
                raise SlotPast()
            if found.state == "cancelled" and found.reason == "expired":
                await self._take_again(c, found)
            elif found.state != "held":
                raise NotChangeable(state=found.state)
            booked = replace(found, state="booked", reason=None, expires_at=None, updated_at=self._clock.now())
            await self._store.save(c, booked, what="booked", by="citizen")
            await self._tell(c, booked, "booked")
            return booked

        return await self._once(person_id, turn_id, "confirm", appointment_id, work)

    async def reschedule(self, *, appointment_id: str, slot_id: str, person_id: str, turn_id: str) -> Appointment:
        key = SlotKey.parse(slot_id)

        async def work(c: AsyncConnection) -> Appointment:
            found = self._changeable(await self._own(c, appointment_id, person_id))
            if found.slot_id == slot_id:
                return found
            if key.line not in found.lines:
                raise SlotClosed()
            place = await self._places.take(c, key, moving=found)
            now = self._clock.now()
            moved = replace(
                found, hall_id=key.hall_id, line=key.line, slot_id=slot_id, start=place.start, end=place.end, sequence=found.sequence + 1,
                expires_at=now + self._policy.hold if found.state == "held" else None, updated_at=now,
            )  # fmt: skip
            await self._store.save(c, moved, what="moved", by="citizen")
            if moved.state == "booked":
                await self._tell(c, moved, "moved")
            return moved

        return await self._once(person_id, turn_id, "reschedule", f"{appointment_id} {slot_id}", work)

    async def cancel(self, *, appointment_id: str, person_id: str, turn_id: str) -> Appointment:
        async def work(c: AsyncConnection) -> Appointment:
            found = await self._own(c, appointment_id, person_id)
            if found.reason == "expired":  # said so, it can not be confirmed late any more
                return await self._cancel(c, found, reason="citizen")
            return found if found.state == "cancelled" else await self._cancel(c, self._changeable(found), reason="citizen")

        return await self._once(person_id, turn_id, "cancel", appointment_id, work)

    async def visited(self, *, appointment_id: str, came: bool, staff_id: str) -> Appointment:
        async with self._transactions.changing() as c:
            found = await self._store.find(c, appointment_id, lock=True)
            now = self._clock.now()
            if found is None:
                raise AppointmentNotFound()
            state = "completed" if came else "no_show"
            if found.state == state:
                return found
            early = local(found.start).date() > local(now).date() if came else found.end > now
            if found.state not in ("booked", "completed", "no_show") or early:
                raise NotChangeable(state=found.state)
            changed = replace(found, state=state, updated_at=now)
            await self._store.save(c, changed, what=state, by=staff_id)
            return changed

    # -- now and then -----------------------------------------------------------------------------------------------------
    async def tidy(self) -> int:
        """Writes down which holds ran out (everybody reads them as cancelled already) and forgets what old turns did. How many holds."""
        now = self._clock.now()
        async with self._transactions.changing() as c:
            found = await self._store.run_out(c, now)
            for held in found:
                expired = replace(held.seen_at(now), expires_at=None, updated_at=now)
                await self._store.save(c, expired, what="expired", by="system")
            await self._store.forget_operations(c, now - _REMEMBERED)
        return len(found)

    # -- inside a transaction -----------------------------------------------------------------------------------------------
    async def _once(
        self, person_id: str, turn_id: str, what: str, target: str, work: Callable[[AsyncConnection], Awaitable[Appointment]]
    ) -> Appointment:
        """Runs ``work`` under the person's lock, unless this turn has done it before; then the appointment as it stands now."""
        try:
            async with self._transactions.changing() as c:
                await self._store.lock_person(c, person_id)
                same = {"person_id": person_id, "turn_id": turn_id, "what": what, "target": target}
                if earlier := await self._store.done(c, **same):
                    found = await self._store.find(c, earlier)
                    assert found is not None
                    return found.seen_at(self._clock.now())
                result = await work(c)
                await self._store.remember(c, **same, result=result)
                return result
        except Full as full:
            raise SlotTaken(alternatives=await self._availability.alternatives(full.key, person_id)) from None

    async def _own(self, c: AsyncConnection, appointment_id: str, person_id: str) -> Appointment:
        found = await self._store.find(c, appointment_id, lock=True)
        if found is None or found.person_id != person_id:
            raise AppointmentNotFound()
        return found.seen_at(self._clock.now())

    def _changeable(self, found: Appointment) -> Appointment:
        if found.state not in ("held", "booked") or found.start <= self._clock.now():
            raise NotChangeable(state=found.state)
        return found

    async def _take_again(self, c: AsyncConnection, expired: Appointment) -> None:
        """The place of a hold that ran out, if it is still free and the person may still have it."""
        mine = await self._store.open_of(c, expired.person_id, self._clock.now())
        if same := next((a for a in mine if a.guide_id == expired.guide_id), None):
            raise AppointmentExists(existing=same)
        self._within_limits(mine)
        await self._places.take(c, SlotKey.parse(expired.slot_id))

    async def _cancel(self, c: AsyncConnection, found: Appointment, *, reason: str) -> Appointment:
        now = self._clock.now()
        cancelled = replace(found, state="cancelled", reason=reason, expires_at=None, sequence=found.sequence + 1, updated_at=now)
        await self._store.save(c, cancelled, what=reason if reason == "replaced" else "cancelled", by="citizen")
        if found.state == "booked":
            await self._tell(c, cancelled, "cancelled")
        return cancelled

    async def _tell(self, c: AsyncConnection, visit: Appointment, what: Change) -> None:
        for listener in self.changed:
            await listener(c, visit, what)

    def _within_limits(self, others: list[Appointment], *, holding: bool = False) -> None:
        if holding and sum(1 for a in others if a.state == "held") >= self._policy.held_per_person:
            raise TooManyAppointments(limit=self._policy.held_per_person, what="held")
        if len(others) >= self._policy.active_per_person:
            raise TooManyAppointments(limit=self._policy.active_per_person, what="active")
