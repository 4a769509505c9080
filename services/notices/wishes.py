"""What a citizen wants to be told, and by which way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.database import Database
from services.notices import store
from services.notices.model import TOPICS, Topic, Wishes


class WishBook:
    """Nothing kept of somebody: everything, in our order."""

    def __init__(self, *, database: Database, clock: Clock):
        self._database, self._clock = database, clock

    async def of(self, *, person_id: str) -> Wishes:
        async with self._database.begin() as conn:
            return await self._of(conn, person_id)

    async def change(
        self, *, person_id: str, order: Sequence[str] | None = None, switches: Mapping[str, Mapping[Topic, bool]] | None = None
    ) -> Wishes:
        """``order``: his ways, first choice first. ``switches``: way → topic → on; what is not named stays as it is."""
        async with self._database.begin() as conn:
            await store.lock_person(conn, person_id)
            known = await self._of(conn, person_id)
            off = {way: set(topics) for way, topics in known.off.items()}
            for way, topics in (switches or {}).items():
                for topic, on in topics.items():
                    (off.setdefault(way, set()).discard if on else off.setdefault(way, set()).add)(topic)
            wishes = Wishes(tuple(order) if order is not None else known.order, {way: frozenset(topics) for way, topics in off.items() if topics})
            kept = {way: sorted(topics) for way, topics in wishes.off.items()}
            await store.put_wish(conn, person_id=person_id, ways=list(wishes.order), off=kept, changed_at=self._clock.now())
            return wishes

    async def unsubscribe(self, *, person_id: str, way: str, topic: Topic | None = None) -> None:
        """Nothing more through this way, or nothing of this topic."""
        await self.change(person_id=person_id, switches={way: dict.fromkeys([topic] if topic else TOPICS, False)})

    async def _of(self, conn: AsyncConnection, person_id: str) -> Wishes:
        row = await store.wish_of(conn, person_id)
        return _wishes(row) if row else Wishes()


def _wishes(row: Row) -> Wishes:
    return Wishes(tuple(row.ways), {way: frozenset(topics) for way, topics in row.off.items()})


def in_order(ways: Sequence[str], *wanted: Sequence[str]) -> list[str]:
    """``ways`` as ``wanted`` by the first who says something of each."""
    said = list(dict.fromkeys(way for order in wanted for way in order))
    return sorted(ways, key=lambda way: said.index(way) if way in said else len(said))
