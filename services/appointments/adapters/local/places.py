"""The places of a slot: one is taken only under the slot's lock, and only while there is room.

A place is free when fewer appointments than the window has places overlap the slot; holds that ran out do not count, whether or not
anyone has written that down, so nothing has to be swept or rebuilt. The count is read after the slot's row is locked and written before
it is let go: two people can not both get the last place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from services.appointments.adapters.local.availability import Availability
from services.appointments.adapters.local.store import Store
from services.appointments.errors import HallNotFound, SlotClosed
from services.appointments.model import Appointment, SlotKey


@dataclass(frozen=True)
class Place:
    """A slot that may be taken, until the transaction ends."""

    key: SlotKey
    start: datetime
    end: datetime


class Full(Exception):
    """No room; becomes ``SlotTaken`` once the transaction is over and alternatives can be looked for."""

    def __init__(self, key: SlotKey):
        self.key = key


class Places:
    def __init__(self, *, availability: Availability, store: Store, clock: Clock):
        self._availability, self._store, self._clock = availability, store, clock

    async def take(self, c: AsyncConnection, key: SlotKey, *, moving: Appointment | None = None) -> Place:
        """Locks the slot (and the one moved from) and makes sure that it has room, the moved appointment not counted.

        Whoever comes to a full slot is turned away before queueing for its lock; only the count under the lock lets anyone in.
        :raises Full: :raises SlotClosed: :raises SlotPast:
        """
        now = self._clock.now()
        try:
            table = await self._availability.timetable(c, hall_id=key.hall_id, line=key.line, now=now)
        except HallNotFound:
            raise SlotClosed() from None
        place = Place(key, *table.check(key, now))
        await self._need_room(c, place, table.places, moving)
        await self._store.lock_slots(c, [str(key), moving.slot_id] if moving else [str(key)])
        await self._need_room(c, place, table.places, moving)
        return place

    async def _need_room(self, c: AsyncConnection, place: Place, places: int, moving: Appointment | None) -> None:
        key, now = place.key, self._clock.now()
        taken = await self._store.taken(c, hall_id=key.hall_id, line=key.line, start=place.start, end=place.end, now=now)
        if sum(1 for r in taken if moving is None or r.id != moving.id) >= places:
            raise Full(key)
