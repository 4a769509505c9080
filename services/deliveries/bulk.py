"""SQL for many citizens at once. Each statement costs one way to the database, however many they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, LargeBinary, Row, Select, Text, and_, cast, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from common.database import listed
from services.deliveries.tables import address

Conn = AsyncConnection
Key = tuple[str, str, str]  # channel, account, digest


async def lock(conn: Conn, keys: Sequence[Key]) -> dict[Key, Row[Any]]:
    """Who is known at these places and locked by nobody else, locked; never waits. (id, conversation_id, allowances)"""
    columns = (address.c.id, address.c.channel, address.c.account, address.c.digest, address.c.conversation_id, address.c.allowances)
    query = _at(select(*columns), keys).with_for_update(of=address, skip_locked=True)
    return {(row.channel, row.account, row.digest): row for row in await conn.execute(query)}


async def known(conn: Conn, keys: Sequence[Key]) -> set[Key]:
    """By which of these somebody is known, locked or not."""
    found = await conn.execute(_at(select(address.c.channel, address.c.account, address.c.digest), keys))
    return {(row.channel, row.account, row.digest) for row in found}


def _at(query: Select[Any], keys: Sequence[Key]) -> Select[Any]:
    channels, accounts, digests = zip(*keys, strict=True)
    given = listed("given", channel=(Text, channels), account=(Text, accounts), digest=(Text, digests))
    same = and_(address.c.channel == given.c.channel, address.c.account == given.c.account, address.c.digest == given.c.digest)
    return query.join(given, same)


async def add(conn: Conn, rows: Sequence[dict[str, Any]], *, now: datetime) -> set[str]:
    """New citizens; the ids of those whom nobody else had added. In the order of their digests, so that two gateways never wait for each other."""
    kinds: dict[str, Any] = {name: Text for name in ("id", "channel", "account", "digest", "person_id", "conversation_id")}
    kinds["sealed"] = LargeBinary
    rows = sorted(rows, key=lambda row: row["digest"])
    given = listed("given", **{name: (kind, [row[name] for row in rows]) for name, kind in kinds.items()})
    query = pg_insert(address).from_select([*kinds, "created_at", "next_at"], select(*given.c, literal(now), literal(now)))
    query = query.on_conflict_do_nothing(index_elements=["channel", "account", "digest"])
    return set((await conn.execute(query.returning(address.c.id))).scalars())


async def hear(conn: Conn, *, ids: Sequence[str], allowances: Sequence[str], next_at: Sequence[datetime], now: datetime) -> None:
    """They were heard of now: their allowances (JSON) as counted anew, and what was kept for them is set free from ``next_at`` on."""
    given = listed("given", id=(Text, ids), allowances=(Text, allowances), next_at=(DateTime(timezone=True), next_at))
    values = {"heard_at": now, "allowances": cast(given.c.allowances, JSONB), "parked": None, "attempts": 0, "next_at": given.c.next_at}
    await conn.execute(update(address).where(address.c.id == given.c.id).values(**values))
