"""SQL for messages of many conversations at once. Each statement costs one way to the database, however many they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, LargeBinary, Row, Text, and_, case, insert, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from common.database import listed
from services.conversations.tables import conversation, message, turn

Conn = AsyncConnection


async def begin(conn: Conn, *, ids: Sequence[str], people: Sequence[str], channel: str, now: datetime) -> None:
    """New conversations of one channel."""
    new = listed("new", id=(Text, ids), person_id=(Text, people))
    columns = ["id", "person_id", "channel", "state", "created_at", "last_at"]
    given = select(new.c.id, new.c.person_id, literal(channel), text("'{}'::jsonb"), literal(now), literal(now))
    await conn.execute(insert(conversation).from_select(columns, given))


async def lock(conn: Conn, ids: Sequence[str]) -> dict[str, Row[Any]]:
    """The conversations among these that nobody else has locked, locked; never waits. (id, last_seq, owner, busy_by, busy_until)"""
    wanted = conversation.c.id.in_(select(listed("wanted", id=(Text, ids)).c.id))
    columns = (conversation.c.id, conversation.c.last_seq, conversation.c.owner, conversation.c.busy_by, conversation.c.busy_until)
    rows = (await conn.execute(select(*columns).where(wanted).with_for_update(skip_locked=True))).all()
    return {row.id: row for row in rows}


async def earlier(conn: Conn, ids: Sequence[str], channel_message_ids: Sequence[str]) -> dict[tuple[str, str], str]:
    """Turns that are here already, by conversation and channel message. Exact for conversations that are locked."""
    given = listed("given", conversation_id=(Text, ids), channel_message_id=(Text, channel_message_ids))
    same = and_(turn.c.conversation_id == given.c.conversation_id, turn.c.channel_message_id == given.c.channel_message_id)
    rows = (await conn.execute(select(turn.c.id, turn.c.conversation_id, turn.c.channel_message_id).join(given, same))).all()
    return {(row.conversation_id, row.channel_message_id): row.id for row in rows}


async def number(conn: Conn, *, last: dict[str, int], leased: Collection[str], worker: str, now: datetime, until: datetime) -> None:
    """Writes the last sequence number of each locked conversation, and ``worker``'s lease of those in ``leased``."""
    given = listed("given", id=(Text, list(last)), last_seq=(BigInteger, list(last.values())), leased=(Boolean, [key in leased for key in last]))
    values = {
        "last_seq": given.c.last_seq, "last_at": now, "busy_by": case((given.c.leased, worker), else_=conversation.c.busy_by),
        "busy_until": case((given.c.leased, until), else_=conversation.c.busy_until),
    }  # fmt: skip
    await conn.execute(update(conversation).where(conversation.c.id == given.c.id).values(**values))


async def add(conn: Conn, rows: Sequence[dict[str, Any]], *, now: datetime) -> None:
    """Pending turns, whose channel messages are known to be new, and what citizens said in them (``said``: its id, ``body``: sealed)."""
    turns = {"id": Text, "conversation_id": Text, "seq": BigInteger, "channel_message_id": Text, "kind": Text, "masked": Text, "sealed": LargeBinary}
    given = listed("given", **{name: (kind, [row[name] for row in rows]) for name, kind in turns.items()})
    await conn.execute(insert(turn).from_select([*turns, "received_at"], select(*given.c, literal(now))))
    words = {"said": Text, "conversation_id": Text, "seq": BigInteger, "body": LargeBinary}
    given = listed("given", **{name: (kind, [row[name] for row in rows]) for name, kind in words.items()})
    columns = ["id", "conversation_id", "seq", "body", "sender", "type", "created_at"]
    await conn.execute(insert(message).from_select(columns, select(*given.c, literal("citizen"), literal("text"), literal(now))))


async def renew(conn: Conn, ids: Sequence[str], *, worker: str, until: datetime) -> set[str]:
    """Keeps the leases that this worker still holds; which these are."""
    wanted = conversation.c.id.in_(select(listed("wanted", id=(Text, ids)).c.id))
    query = update(conversation).where(wanted, conversation.c.busy_by == worker).values(busy_until=until)
    return set((await conn.execute(query.returning(conversation.c.id))).scalars())


async def claim_abandoned(conn: Conn, *, worker: str, now: datetime, until: datetime, limit: int) -> list[tuple[str, str]]:
    """Takes the lease of conversations with pending turns that nobody has a lease of, longest waiting first. Nobody else gets the same ones.
    (id, owner)"""
    free = conversation.c.busy_by.is_(None) | (conversation.c.busy_until < now)
    pending = select(turn.c.id).where(turn.c.conversation_id == conversation.c.id, turn.c.state == "pending").exists()
    query = select(conversation.c.id).where(free, pending).order_by(conversation.c.last_at).limit(limit)
    chosen = query.with_for_update(skip_locked=True).cte("chosen")  # a locking CTE runs once
    taken = update(conversation).where(conversation.c.id == chosen.c.id).values(busy_by=worker, busy_until=until)
    return [(row.id, row.owner) for row in await conn.execute(taken.returning(conversation.c.id, conversation.c.owner))]
