"""What a citizen does at a channel: his words stored once, his allowance counted anew, and what was kept for him set free."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.database import Database
from services.conversations.errors import NotSignedIn
from services.conversations.model import Incoming
from services.conversations.service import Conversations, check
from services.deliveries import metrics, store
from services.deliveries.addresses import Addresses
from services.deliveries.allowances import granted
from services.deliveries.arriving import Arriving, Message
from services.deliveries.gathering import Gathering
from services.deliveries.model import Allowance, Arrival, Place
from services.messages.model import Choice
from services.messages.rendering import ways_on


@cache
def _words() -> dict[str, Any]:
    found = yaml.safe_load((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))
    return {"fetching": frozenset(found["fetching"]), "number": re.compile(found["number"])}


class Intake:
    def __init__(self, *, database: Database, clock: Clock, conversations: Conversations, addresses: Addresses):
        self._database, self._clock, self._conversations, self._addresses = database, clock, conversations, addresses
        arriving = Arriving(database=database, clock=clock, conversations=conversations, addresses=addresses)
        self._gathering: Gathering[Message, Arrival] = Gathering(together=arriving.store, alone=self._alone, note=conversations.pace.note)

    async def arrived(
        self, *, place: Place, incoming: Incoming, label: str | None, allowance: Allowance | None, hold_s: float
    ) -> Arrival:  # fmt: skip
        check(incoming)
        message = Message(place, incoming, label, allowance, hold_s)
        arrival = await (self._alone(message) if _depends(incoming) else self._gathering.put(message))
        if arrival.duplicate:
            metrics.DUPLICATES.labels(place.channel).inc()
        elif arrival.turn_id is not None:
            metrics.RECEIVED.labels(place.channel, incoming.kind).inc()
        return arrival

    async def _alone(self, message: Message) -> Arrival:
        """In a transaction of its own, waiting for whoever writes to him at the moment."""
        place, incoming, allowance, hold_s = message.place, message.incoming, message.allowance, message.hold_s
        row, new = await self._addresses.ensure(place)
        if incoming.kind == "text" and _owed(row) and incoming.content.strip() in _words()["fetching"]:
            await self._free(row.id, allowance, hold_s)
            return Arrival(row.conversation_id, None, fetching=True)
        incoming, label = await self._meant(row, incoming, message.label)
        try:
            return await self._store(row, new, incoming, label, allowance, hold_s)
        except NotSignedIn:
            row = await self._addresses.begin_anew(place, instead_of=row.conversation_id)
            return await self._store(row, True, incoming, label, allowance, hold_s)

    async def _store(
        self, row: Row[Any], new: bool, incoming: Incoming, label: str | None, allowance: Allowance | None, hold_s: float
    ) -> Arrival:  # fmt: skip
        async def heard(conn: AsyncConnection) -> None:
            await self._heard(conn, row.id, allowance, hold_s)

        receipt = await self._conversations.received(conversation_id=row.conversation_id, incoming=incoming, label=label, within=heard)
        return Arrival(row.conversation_id, receipt.turn_id, duplicate=receipt.duplicate, new=new)

    async def touched(self, *, place: Place, allowance: Allowance | None) -> str:
        row, _ = await self._addresses.ensure(place)
        await self._free(row.id, allowance, 0.0)
        return row.conversation_id

    async def only(self, conn: AsyncConnection, *, place: Place, allowance: Allowance) -> None:
        row = await self._addresses.find(conn, place, lock=True)
        if row is not None:
            await store.change(conn, row.id, allowances=[])
            await self._heard(conn, row.id, allowance, 0.0)

    async def _free(self, address_id: str, allowance: Allowance | None, hold_s: float) -> None:
        async with self._database.begin() as conn:
            await self._heard(conn, address_id, allowance, hold_s)

    async def _heard(self, conn: AsyncConnection, address_id: str, allowance: Allowance | None, hold_s: float) -> None:
        row, now = await store.by_id(conn, address_id, lock=True), self._clock.now()
        if row is None:
            return
        allowances = granted(row.allowances, allowance or Allowance(), now)
        await store.change(conn, address_id, heard_at=now, allowances=allowances, parked=None, attempts=0, next_at=now + timedelta(seconds=hold_s))

    async def _meant(self, row: Row[Any], incoming: Incoming, label: str | None) -> tuple[Incoming, str | None]:
        """A bare number stands for the entry he was shown under it; the record shows that entry's words."""
        if incoming.kind != "text" or not row.offered or not (said := _words()["number"].match(incoming.content)):
            return incoming, label
        key = row.offered.get(str(int(said[1])))
        choice = await self.behind(row.conversation_id, key) if key else None
        return (Incoming("payload", choice.payload, incoming.channel_message_id), choice.label) if choice else (incoming, label)

    async def tapped(self, *, place: Place, key: str) -> Choice | None:
        async with self._database.begin() as conn:
            row = await self._addresses.find(conn, place)
        return await self.behind(row.conversation_id, key) if row is not None else None

    async def behind(self, conversation_id: str, key: str) -> Choice | None:
        """``key`` is ``<sequence number>.<place in ways_on>``."""
        if not re.fullmatch(r"\d{1,15}\.\d{1,3}", key):
            return None
        seq, index = map(int, key.split("."))
        found = await self._conversations.messages(conversation_id=conversation_id, after=seq - 1, limit=1)
        ways = ways_on(found[0]) if found and found[0].seq == seq else []
        return ways[index] if index < len(ways) else None


def _depends(incoming: Incoming) -> bool:
    """Whether what it means depends on what he was shown: a number of an entry, a word that fetches what was kept."""
    return incoming.kind == "text" and (incoming.content.strip() in _words()["fetching"] or _words()["number"].match(incoming.content) is not None)


def _owed(row: Row[Any]) -> bool:
    return row.due_seq > row.delivered_seq or row.batch is not None
