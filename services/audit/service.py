"""The door of the package: append an entry, read entries, prove the chain.

Each entry's seal is an HMAC over the entry and the seal before it, so changing, inserting or removing one breaks every
seal after it, also for somebody who can write to the database but does not have the secret. Ids and reasons go in, never
personal values: strings are masked on the way. The head row is locked until the caller's transaction ends; record last.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.database import Database
from common.masking import mask
from common.signing import Signer
from services.audit.tables import entry, head

__all__ = ["Audit", "Entry"]
_PURPOSE = "audit.entry"


@dataclass(frozen=True)
class Entry:
    """``actor`` is a staff id (or ``system``), ``subject`` the id of what it was done to."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    data: dict[str, Any]


class Audit:
    def __init__(self, *, database: Database, clock: Clock, signer: Signer):
        self._database, self._clock, self._signer = database, clock, signer

    async def record(self, *, actor: str, action: str, subject: str, conn: AsyncConnection | None = None, **data: Any) -> int:
        """Appends one entry, in the caller's transaction where ``conn`` is given; its sequence number."""
        if conn is None:
            async with self._database.begin() as own:
                return await self._append(own, actor, action, subject, data)
        return await self._append(conn, actor, action, subject, data)

    async def _append(self, conn: AsyncConnection, actor: str, action: str, subject: str, data: dict[str, Any]) -> int:
        last = (await conn.execute(sa.select(head).with_for_update())).one()
        masked = {k: mask(v) if isinstance(v, str) else v for k, v in data.items()}
        new = Entry(last.seq + 1, self._clock.now(), actor, action, subject, masked)
        seal = self._signer.sign(purpose=_PURPOSE, id=_canonical(new, last.seal))
        await conn.execute(entry.insert().values(seal=seal, **vars(new)))
        await conn.execute(head.update().values(seq=new.seq, seal=seal))
        return new.seq

    async def entries(
        self, *, subject: str | None = None, actor: str | None = None, before: int | None = None, limit: int = 100
    ) -> Sequence[Entry]:
        """Newest first."""
        query = sa.select(entry).order_by(entry.c.seq.desc()).limit(limit)
        for column, wanted in ((entry.c.subject, subject), (entry.c.actor, actor)):
            query = query.where(column == wanted) if wanted is not None else query
        query = query.where(entry.c.seq < before) if before is not None else query
        async with self._database.begin() as conn:
            return [_entry(row) for row in await conn.execute(query)]

    async def broken_at(self) -> int | None:
        """The first sequence number that is not as it was written, or None when the whole chain holds."""
        previous, expected = "", 1
        async with self._database.begin() as conn:
            last = (await conn.execute(sa.select(head))).one()
            rows = await conn.stream(sa.select(entry).order_by(entry.c.seq).execution_options(yield_per=1000))
            async for row in rows:
                if row.seq != expected or not self._signer.verify(purpose=_PURPOSE, id=_canonical(_entry(row), previous), key=row.seal):
                    return expected
                previous, expected = row.seal, expected + 1
        return None if (last.seq, last.seal) == (expected - 1, previous) else expected


def _entry(row: Any) -> Entry:
    return Entry(row.seq, row.at, row.actor, row.action, row.subject, row.data)


def _canonical(e: Entry, previous: str) -> str:
    at = e.at.astimezone(UTC).isoformat(timespec="microseconds")
    return json.dumps([previous, e.seq, at, e.actor, e.action, e.subject, e.data], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
