"""Who is reached where: finding and making, sealed, found by keyed hashes that survive a change of keys."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.database import Database
from common.ids import new_id
from common.vault import Vault
from services.conversations.service import Conversations, DialogueState
from services.deliveries import bulk, store
from services.deliveries.model import Place


class Addresses:
    """``secrets``: newest first; the newest hashes, all of them find."""

    def __init__(self, *, database: Database, vault: Vault, clock: Clock, conversations: Conversations, secrets: list[str]):
        self._database, self._vault, self._clock, self._conversations = database, vault, clock, conversations
        self._keys = [hashlib.sha256(b"bangban.deliveries:" + s.encode()).digest() for s in secrets]

    async def find(self, conn: AsyncConnection, place: Place, *, lock: bool = False) -> Row[Any] | None:
        return await store.at(conn, channel=place.channel, account=place.account, digests=self._digests(place), lock=lock)

    async def ensure(self, place: Place) -> tuple[Row[Any], bool]:
        """The row of a place and whether it was made just now, with a visitor and his conversation."""
        async with self._database.begin() as conn:
            found = await self.find(conn, place)
            if found is not None:
                return found, False
            made = await self._add(conn, place)
            row = await self.find(conn, place)
        assert row is not None
        return row, made

    async def _add(self, conn: AsyncConnection, place: Place) -> bool:
        now, conversation_id, person_id = self._clock.now(), new_id("cv"), new_id("vs")
        where = {"channel": place.channel, "account": place.account, "digest": self._digests(place)[0], "sealed": self.seal(place)}
        added = await store.add(conn, id=new_id("ad"), **where, person_id=person_id, conversation_id=conversation_id, created_at=now, next_at=now)
        if added:
            await self._conversations.begin(conn, conversation_id=conversation_id, person_id=person_id, channel=place.channel, state=DialogueState())
        return added

    async def begin_anew(self, place: Place, *, instead_of: str) -> Row[Any]:
        """His conversation was forgotten for its age: the same person, a new one."""
        async with self._database.begin() as conn:
            row = await self.find(conn, place, lock=True)
            assert row is not None
            if row.conversation_id == instead_of:
                conversation_id = new_id("cv")
                await self._conversations.begin(
                    conn, conversation_id=conversation_id, person_id=row.person_id, channel=place.channel, state=DialogueState()
                )
                fresh = {"due_seq": 0, "delivered_seq": 0, "batch": None, "batch_done": 0, "offered": None, "collected_key": None, "collected": None}
                await store.change(conn, row.id, conversation_id=conversation_id, **fresh)
                row = await self.find(conn, place)
        assert row is not None
        return row

    def keys(self, place: Place) -> list[bulk.Key]:
        """By which it may be found; the first is the one that new ones get."""
        return [(place.channel, place.account, digest) for digest in self._digests(place)]

    async def among(self, conn: AsyncConnection, keys: Sequence[bulk.Key]) -> set[bulk.Key]:
        """Which of them somebody is known by, locked or not."""
        return await bulk.known(conn, keys)

    def seal(self, place: Place) -> bytes:
        return self._vault.seal(place.address)

    def place(self, row: Row[Any]) -> Place:
        return Place(row.channel, row.account, self._vault.open(row.sealed))

    def _digests(self, place: Place) -> list[str]:
        said = f"{place.channel}\n{place.account}\n{place.address}".encode()
        return [hmac.new(key, said, hashlib.sha256).hexdigest() for key in self._keys]
