"""SQL for messages of many conversations at once. Each statement costs one way to the database, however many they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, DateTime, LargeBinary, Row, Text, and_, bindparam, case, insert, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from common.database import listed, rows_of
from services.conversations.tables import conversation, message, turn

Conn = AsyncConnection
_NOW = bindparam("now", type_=DateTime(timezone=True))
_UNTIL = bindparam("until", type_=DateTime(timezone=True))
_WORKER = bindparam("worker", type_=Text)

_new = listed("new", id=Text, person_id=Text)
_BEGIN = insert(conversation).from_select(
    ["id", "person_id", "channel", "state", "created_at", "last_at"],
    select(_new.c.id, _new.c.person_id, bindparam("channel_name", type_=Text), text("'{}'::jsonb"), _NOW, _NOW),
)

_wanted = listed("wanted", id=Text)
_AMONG = conversation.c.id.in_(select(_wanted.c.id))
_LOCK = select(
    conversation.c.id, conversation.c.last_seq, conversation.c.owner, conversation.c.busy_by, conversation.c.busy_until
).where(_AMONG).with_for_update(skip_locked=True)  # fmt: skip
_RENEW = update(conversation).where(_AMONG, conversation.c.busy_by == _WORKER).values(busy_until=_UNTIL).returning(conversation.c.id)

_known = listed("given", conversation_id=Text, channel_message_id=Text)
_EARLIER = select(turn.c.id, turn.c.conversation_id, turn.c.channel_message_id).join(
    _known, and_(turn.c.conversation_id == _known.c.conversation_id, turn.c.channel_message_id == _known.c.channel_message_id)
)

_numbered = listed("given", id=Text, last_seq=BigInteger, leased=Boolean)
_NUMBER = update(conversation).where(conversation.c.id == _numbered.c.id).values(
    last_seq=_numbered.c.last_seq, last_at=_NOW, busy_by=case((_numbered.c.leased, _WORKER), else_=conversation.c.busy_by),
    busy_until=case((_numbered.c.leased, _UNTIL), else_=conversation.c.busy_until),
)  # fmt: skip

_TURN = {"id": Text, "conversation_id": Text, "seq": BigInteger, "channel_message_id": Text, "kind": Text, "masked": Text, "sealed": LargeBinary}
_turns = listed("given", **_TURN)
_ADD_TURNS = insert(turn).from_select([*_TURN, "received_at"], select(*_turns.c, _NOW))
_SAID = {"said": Text, "conversation_id": Text, "seq": BigInteger, "body": LargeBinary}
_words = listed("given", **_SAID)
_ADD_WORDS = insert(message).from_select(
    ["id", "conversation_id", "seq", "body", "sender", "type", "created_at"], select(*_words.c, literal("citizen"), literal("text"), _NOW)
)


async def begin(conn: Conn, *, ids: Sequence[str], people: Sequence[str], channel: str, now: datetime) -> None:
    """New conversations of one channel."""
    await conn.execute(_BEGIN, {**rows_of("new", id=ids, person_id=people), "channel_name": channel, "now": now})


async def lock(conn: Conn, ids: Sequence[str]) -> dict[str, Row[Any]]:
    """The conversations among these that nobody else has locked, locked; never waits. (id, last_seq, owner, busy_by, busy_until)"""
    return {row.id: row for row in await conn.execute(_LOCK, rows_of("wanted", id=ids))}


async def earlier(conn: Conn, ids: Sequence[str], channel_message_ids: Sequence[str]) -> dict[tuple[str, str], str]:
    """Turns that are here already, by conversation and channel message. Exact for conversations that are locked."""
    rows = await conn.execute(_EARLIER, rows_of("given", conversation_id=ids, channel_message_id=channel_message_ids))
    return {(row.conversation_id, row.channel_message_id): row.id for row in rows}


async def number(conn: Conn, *, last: dict[str, int], leased: Collection[str], worker: str, now: datetime, until: datetime) -> None:
    """Writes the last sequence number of each locked conversation, and ``worker``'s lease of those in ``leased``."""
    rows = rows_of("given", id=last, last_seq=last.values(), leased=[key in leased for key in last])
    await conn.execute(_NUMBER, {**rows, "worker": worker, "now": now, "until": until})


async def add(conn: Conn, rows: Sequence[dict[str, Any]], *, now: datetime) -> None:
    """Pending turns, whose channel messages are known to be new, and what citizens said in them (``said``: its id, ``body``: sealed)."""
    for statement, names in ((_ADD_TURNS, _TURN), (_ADD_WORDS, _SAID)):
        await conn.execute(statement, {**rows_of("given", **{name: [row[name] for row in rows] for name in names}), "now": now})


async def renew(conn: Conn, ids: Sequence[str], *, worker: str, until: datetime) -> set[str]:
    """Keeps the leases that this worker still holds; which these are."""
    return set((await conn.execute(_RENEW, {**rows_of("wanted", id=ids), "worker": worker, "until": until})).scalars())


async def claim_abandoned(conn: Conn, *, worker: str, now: datetime, until: datetime, limit: int) -> list[tuple[str, str]]:
    """Takes the lease of conversations with pending turns that nobody has a lease of, longest waiting first. Nobody else gets the same ones.
    (id, owner)"""
    free = conversation.c.busy_by.is_(None) | (conversation.c.busy_until < now)
    pending = select(turn.c.id).where(turn.c.conversation_id == conversation.c.id, turn.c.state == "pending").exists()
    query = select(conversation.c.id).where(free, pending).order_by(conversation.c.last_at).limit(limit)
    chosen = query.with_for_update(skip_locked=True).cte("chosen")  # a locking CTE runs once
    taken = update(conversation).where(conversation.c.id == chosen.c.id).values(busy_by=worker, busy_until=until)
    return [(row.id, row.owner) for row in await conn.execute(taken.returning(conversation.c.id, conversation.c.owner))]
