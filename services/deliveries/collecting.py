"""Answers that go out within the citizen's own call: a passive reply, a hotline that waits, a program that asks from time to time."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from sqlalchemy import Row

from common.clock import Clock
from common.database import Database
from common.vault import Vault
from services.conversations.service import Conversations
from services.deliveries import metrics, store
from services.deliveries.addresses import Addresses
from services.deliveries.batches import Batch, Batches
from services.deliveries.model import Part, Place, parts_adapter
from services.deliveries.ports import Outlet
from services.deliveries.sending import LEASE, offered

_LOOK_S = 0.5


class Collecting:
    def __init__(
        self, *, database: Database, vault: Vault, clock: Clock, conversations: Conversations, addresses: Addresses, batches: Batches, worker: str
    ):
        self._database, self._vault, self._clock, self._conversations = database, vault, clock, conversations
        self._addresses, self._batches, self._worker = addresses, batches, worker

    async def collect(self, *, place: Place, outlet: Outlet, key: str, room: int | None, wait_s: float, turn_id: str | None) -> list[Part]:
        deadline = asyncio.get_running_loop().time() + wait_s
        row = await self._row(place)
        if row is None:
            return []
        if (again := self._answered(row, key)) is not None:
            return again
        if turn_id is not None:
            await self._conversations.result(conversation_id=row.conversation_id, turn_id=turn_id, timeout_s=wait_s)
        claimed = await self._claim(place, deadline, key)
        return await self._take(claimed, outlet, key, room) if claimed is not None else self._answered(await self._row(place), key) or []

    async def _claim(self, place: Place, deadline: float, key: str) -> Row[Any] | None:
        """The lease of somebody who is owed something; None when there was nothing in time, or the call was answered by another of its copies."""
        row = await self._row(place)
        assert row is not None
        with self._conversations.events.subscribe(row.conversation_id) as queue:
            while row is not None and self._answered(row, key) is None:
                if _owed(row):
                    now = self._clock.now()
                    async with self._database.begin() as conn:
                        if taken := await store.claim_one(conn, row.id, worker=self._worker, now=now, until=now + LEASE):
                            return taken
                left = deadline - asyncio.get_running_loop().time()
                if left <= 0:
                    return None
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(min(left, _LOOK_S)):
                        await queue.get()
                row = await self._row(place)
        return None

    async def _take(self, row: Row[Any], outlet: Outlet, key: str, room: int | None) -> list[Part]:
        taken: list[Part] = []
        try:
            current: Row[Any] | None = row
            while current is not None and _owed(current) and (room is None or len(taken) < room):
                batch = await self._batches.next(current, outlet, limit=None if room is None else room - len(taken), unlimited=True)
                if batch is not None:
                    parts = batch.parts[batch.done :] if room is None else batch.parts[batch.done : batch.done + room - len(taken)]
                    taken += parts
                    await self._write_down(current, batch, parts, key, taken)
                current = await self._row_by_id(row.id)
        finally:
            async with self._database.begin() as conn:
                await store.change(conn, row.id, next_at=self._clock.now())
                await store.free(conn, worker=self._worker, address_id=row.id)
        return taken

    async def _write_down(self, row: Row[Any], batch: Batch, parts: list[Part], key: str, taken: list[Part]) -> None:
        done = batch.done + len(parts)
        last = done == len(batch.parts)
        upto = max([row.delivered_seq, *(p.upto for p in parts if p.whole)])
        values: dict[str, Any] = {"delivered_seq": upto, "batch_done": 0 if last else done, "collected_key": key}
        values["collected"] = self._vault.seal([p.model_dump(mode="json") for p in taken])
        if last:
            values["batch"] = None
        for number, part in enumerate(parts, start=batch.done):
            metrics.SENT.labels(row.channel, part.kind).inc()
            values |= offered(part, first=number == 0)
        async with self._database.begin() as conn:
            await store.change(conn, row.id, **values)

    def _answered(self, row: Row[Any] | None, key: str) -> list[Part] | None:
        if row is None or row.collected_key != key or row.collected is None:
            return None
        return parts_adapter.validate_python(self._vault.open(row.collected))

    async def waiting(self, place: Place) -> bool:
        row = await self._row(place)
        return row is not None and _owed(row)

    async def _row(self, place: Place) -> Row[Any] | None:
        async with self._database.begin() as conn:
            return await self._addresses.find(conn, place)

    async def _row_by_id(self, address_id: str) -> Row[Any] | None:
        async with self._database.begin() as conn:
            return await store.by_id(conn, address_id)


def _owed(row: Row[Any]) -> bool:
    return row.due_seq > row.delivered_seq or row.batch is not None
