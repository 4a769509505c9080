"""What is sent to a citizen next, rendered once and kept, so that a gateway that takes over sends the very same parts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from common.clock import Clock
from common.database import Database
from common.vault import Vault
from services.conversations.service import Conversations
from services.deliveries import store
from services.deliveries.allowances import room
from services.deliveries.model import Part, parts_adapter
from services.deliveries.ports import Outlet

_AT_ONCE = 50  # messages of one batch


@dataclass(frozen=True)
class Batch:
    """``done`` of the parts he has; ``stored_at``: when the first of its messages was written, for measuring."""

    parts: list[Part]
    done: int
    stored_at: datetime | None


class Batches:
    def __init__(self, *, database: Database, vault: Vault, clock: Clock, conversations: Conversations):
        self._database, self._vault, self._clock, self._conversations = database, vault, clock, conversations

    async def next(self, row: Row[Any], outlet: Outlet, *, limit: int | None = None, unlimited: bool = False) -> Batch | None:
        """The batch begun, or a new one of what he is owed; None when there is nothing. ``unlimited``: allowances do not count here."""
        if row.batch is not None:
            kept = self._vault.open(row.batch)
            return Batch(parts_adapter.validate_python(kept["parts"]), row.batch_done, _moment(kept["stored_at"]))
        found = await self._conversations.messages(conversation_id=row.conversation_id, after=row.delivered_seq, limit=_AT_ONCE)
        shown = set(row.shown or [])
        messages = [m for m in found if m.sender != "citizen" and m.seq not in shown]
        last = found[-1].seq if found else row.due_seq
        free = limit if unlimited else room(row.allowances, self._clock.now())
        parts = outlet.plan(account=row.account, messages=messages, room=free) if messages else []
        if not parts:
            await self._skip(row, upto=last)
            return None
        number = row.batch_number + 1
        named = [p.model_copy(update={"key": _key(row.id, number, k)}) for k, p in enumerate(parts)]
        batch = Batch(_ending(named, last), 0, messages[0].created_at)
        await self._keep(row, batch, number)
        return batch

    async def _keep(self, row: Row[Any], batch: Batch, number: int) -> None:
        stored_at = batch.stored_at and batch.stored_at.isoformat()
        sealed = self._vault.seal({"parts": [p.model_dump(mode="json") for p in batch.parts], "stored_at": stored_at})
        async with self._database.begin() as conn:
            await store.change(conn, row.id, batch=sealed, batch_done=0, batch_number=number)

    async def _skip(self, row: Row[Any], *, upto: int) -> None:
        """Nothing in these messages is for him (or they were erased)."""
        async with self._database.begin() as conn:
            await store.change(conn, row.id, delivered_seq=upto)


def _ending(parts: Sequence[Part], last: int) -> list[Part]:
    """The last part is the end of what was read, whatever the renderer thought."""
    return [*parts[:-1], parts[-1].model_copy(update={"upto": last, "whole": True})]


def _key(address_id: str, number: int, index: int) -> str:
    return hashlib.sha256(f"{address_id}:{number}:{index}".encode()).hexdigest()[:32]


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
