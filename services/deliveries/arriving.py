"""Messages of many citizens taken in by one transaction: who they are, what they said, and what that lets us send them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.database import Database
from common.ids import new_id
from services.conversations.model import Incoming
from services.conversations.service import Conversations, Receipt, Wanted
from services.deliveries import bulk
from services.deliveries.addresses import Addresses
from services.deliveries.allowances import granted
from services.deliveries.model import Allowance, Arrival, Place


@dataclass(frozen=True)
class Message:
    """One checked message that means what it says: no number of an entry, no word that fetches what was kept."""

    place: Place
    incoming: Incoming
    label: str | None
    allowance: Allowance | None
    hold_s: float


@dataclass
class _Known:
    """A citizen whose row is locked."""

    id: str
    conversation_id: str
    allowances: list[dict[str, Any]]
    new: bool = False


class Arriving:
    def __init__(self, *, database: Database, clock: Clock, conversations: Conversations, addresses: Addresses):
        self._database, self._clock, self._conversations, self._addresses = database, clock, conversations, addresses

    async def store(self, messages: Sequence[Message]) -> list[Arrival | None]:
        """In order; None for those whom somebody else is writing to: nothing of them was stored."""
        async with self._database.begin() as conn:
            known = await self._known(conn, messages)
            going = [(m, known[m.place]) for m in messages if m.place in known]
            wanted = [Wanted(who.conversation_id, m.incoming, m.label) for m, who in going]
            receipts = await self._conversations.received_together(conn, wanted) if wanted else []
            await self._hear(conn, [(m, who) for (m, who), r in zip(going, receipts, strict=True) if r is not None and not r.duplicate])
        self._conversations.take_up(wanted, receipts)
        done = {id(m): _arrival(who, r) for (m, who), r in zip(going, receipts, strict=True) if r is not None}
        return [done.get(id(m)) for m in messages]

    async def _known(self, conn: AsyncConnection, messages: Sequence[Message]) -> dict[Place, _Known]:
        """Whom we know and may write to now; who is new has been made."""
        keys = {place: self._addresses.keys(place) for place in {m.place for m in messages}}
        found = await bulk.lock(conn, [key for several in keys.values() for key in several])
        rows = {place: next((found[key] for key in several if key in found), None) for place, several in keys.items()}
        known = {place: _Known(row.id, row.conversation_id, row.allowances) for place, row in rows.items() if row is not None}
        return known | await self._make(conn, {place: several[0] for place, several in keys.items() if place not in known})

    async def _make(self, conn: AsyncConnection, missing: dict[Place, bulk.Key]) -> dict[Place, _Known]:
        """Of those who seem to be missing some are only locked, or found by an older key: they are left out."""
        if not missing:
            return {}
        older = await self._addresses.among(conn, [key for place in missing for key in self._addresses.keys(place)])
        rows = {
            place: {
                "id": new_id("ad"), "channel": place.channel, "account": place.account, "digest": key[2], "sealed": self._addresses.seal(place),
                "person_id": new_id("vs"), "conversation_id": new_id("cv"),
            }
            for place, key in missing.items() if not older.intersection(self._addresses.keys(place))
        }  # fmt: skip
        added = await bulk.add(conn, list(rows.values()), now=self._clock.now()) if rows else set()
        made = {place: row for place, row in rows.items() if row["id"] in added}
        for channel in {place.channel for place in made}:
            mine = [row for place, row in made.items() if place.channel == channel]
            ids, people = [row["conversation_id"] for row in mine], [row["person_id"] for row in mine]
            await self._conversations.begin_many(conn, ids=ids, people=people, channel=channel)
        return {place: _Known(row["id"], row["conversation_id"], [], new=True) for place, row in made.items()}

    async def _hear(self, conn: AsyncConnection, heard: Sequence[tuple[Message, _Known]]) -> None:
        now, said = self._clock.now(), {}
        for message, who in heard:
            who.allowances = granted(who.allowances, message.allowance or Allowance(), now)
            said[who.id] = json.dumps(who.allowances), now + timedelta(seconds=message.hold_s)
        if said:
            allowances, next_at = zip(*said.values(), strict=True)
            await bulk.hear(conn, ids=list(said), allowances=allowances, next_at=next_at, now=now)


def _arrival(who: _Known, receipt: Receipt) -> Arrival:
    new, who.new = who.new, False  # of several messages the first
    return Arrival(who.conversation_id, receipt.turn_id, duplicate=receipt.duplicate, new=new)
