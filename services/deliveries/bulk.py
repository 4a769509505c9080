"""SQL for many citizens at once. Each statement costs one way to the database, however many they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, LargeBinary, Row, Text, and_, bindparam, cast, null, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from common.database import listed, rows_of
from services.deliveries.tables import address

Conn = AsyncConnection
Key = tuple[str, str, str]  # channel, account, digest
_NOW = bindparam("now", type_=DateTime(timezone=True))

_keys = listed("given", channel=Text, account=Text, digest=Text)
_AT = and_(address.c.channel == _keys.c.channel, address.c.account == _keys.c.account, address.c.digest == _keys.c.digest)
_PLACE = (address.c.channel, address.c.account, address.c.digest)
_LOCK = select(address.c.id, *_PLACE, address.c.conversation_id, address.c.allowances).join(_keys, _AT).with_for_update(
    of=address, skip_locked=True
)  # fmt: skip
_KNOWN = select(*_PLACE).join(_keys, _AT)

_NEW: dict[str, Any] = {
    "id": Text, "channel": Text, "account": Text, "digest": Text, "person_id": Text, "conversation_id": Text, "sealed": LargeBinary
}  # fmt: skip
_ADD = (
    pg_insert(address)
    .from_select([*_NEW, "created_at", "next_at"], select(*listed("given", **_NEW).c, _NOW, _NOW))
    .on_conflict_do_nothing(index_elements=["channel", "account", "digest"])
    .returning(address.c.id)
)

_heard = listed("given", id=Text, allowances=Text, next_at=DateTime(timezone=True))
_HEAR = update(address).where(address.c.id == _heard.c.id).values(
    heard_at=_NOW, allowances=cast(_heard.c.allowances, JSONB), parked=null(), attempts=0, next_at=_heard.c.next_at
)  # fmt: skip


async def lock(conn: Conn, keys: Sequence[Key]) -> dict[Key, Row[Any]]:
    """Who is known at these places and locked by nobody else, locked; never waits. (id, conversation_id, allowances)"""
    return {(row.channel, row.account, row.digest): row for row in await conn.execute(_LOCK, _rows(keys))}


async def known(conn: Conn, keys: Sequence[Key]) -> set[Key]:
    """By which of these somebody is known, locked or not."""
    return {(row.channel, row.account, row.digest) for row in await conn.execute(_KNOWN, _rows(keys))}


def _rows(keys: Sequence[Key]) -> dict[str, list[Any]]:
    channels, accounts, digests = zip(*keys, strict=True)
    return rows_of("given", channel=channels, account=accounts, digest=digests)


async def add(conn: Conn, rows: Sequence[dict[str, Any]], *, now: datetime) -> set[str]:
    """New citizens; the ids of those whom nobody else had added. In the order of their digests, so that two gateways never wait for each other."""
    rows = sorted(rows, key=lambda row: row["digest"])
    given = rows_of("given", **{name: [row[name] for row in rows] for name in _NEW})
    return set((await conn.execute(_ADD, {**given, "now": now})).scalars())


async def hear(conn: Conn, *, ids: Sequence[str], allowances: Sequence[str], next_at: Sequence[datetime], now: datetime) -> None:
    """They were heard of now: their allowances (JSON) as counted anew, and what was kept for them is set free from ``next_at`` on."""
    await conn.execute(_HEAR, {**rows_of("given", id=ids, allowances=allowances, next_at=next_at), "now": now})
