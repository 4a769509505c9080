"""SQL of the conversations: every function takes an open transaction and does one thing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, case, delete, func, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.conversations.tables import conversation, message, session, staged, turn, upload

Conn = AsyncConnection


async def add_conversation(conn: Conn, **values: Any) -> None:
    await conn.execute(insert(conversation).values(**values))


async def add_session(conn: Conn, **values: Any) -> None:
    await conn.execute(insert(session).values(**values))


async def session_by_digest(conn: Conn, token_digest: str, now: datetime) -> Row[Any] | None:
    query = select(session, conversation.c.channel).join(conversation, conversation.c.id == session.c.conversation_id)
    return (await conn.execute(query.where(session.c.token_digest == token_digest, session.c.expires_at > now))).first()


async def conversation_by_id(conn: Conn, conversation_id: str, *, lock: bool = False) -> Row[Any] | None:
    query = select(conversation).where(conversation.c.id == conversation_id)
    return (await conn.execute(query.with_for_update() if lock else query)).first()


async def take_number(conn: Conn, conversation_id: str, *, worker: str, now: datetime, lease: timedelta) -> Row[Any] | None:
    """Locks the conversation, gives the next sequence number, and takes the lease if no other worker holds it."""
    free = or_(conversation.c.busy_by.is_(None), conversation.c.busy_until < now)
    query = (
        update(conversation)
        .where(conversation.c.id == conversation_id)
        .values(
            last_seq=conversation.c.last_seq + 1,
            last_at=now,
            busy_by=case((free, worker), else_=conversation.c.busy_by),
            busy_until=case((free, now + lease), else_=conversation.c.busy_until),
        )
        .returning(conversation.c.last_seq, conversation.c.owner, conversation.c.version, (conversation.c.busy_until == now + lease).label("mine"))
    )
    return (await conn.execute(query)).first()


async def turn_by_channel_id(conn: Conn, conversation_id: str, channel_message_id: str) -> Row[Any] | None:
    query = select(turn).where(turn.c.conversation_id == conversation_id, turn.c.channel_message_id == channel_message_id)
    return (await conn.execute(query)).first()


async def add_turn(conn: Conn, **values: Any) -> bool:
    """False when this channel message is here already."""
    query = pg_insert(turn).values(**values).on_conflict_do_nothing(index_elements=["conversation_id", "channel_message_id"]).returning(turn.c.id)
    return (await conn.execute(query)).first() is not None


async def add_messages(conn: Conn, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        columns = [c.name for c in message.c]
        await conn.execute(insert(message), [{k: r.get(k) for k in columns} for r in rows])


async def open_turns(conn: Conn, conversation_id: str) -> Sequence[Row[Any]]:
    query = select(turn).where(turn.c.conversation_id == conversation_id, turn.c.state == "pending").order_by(turn.c.seq)
    return (await conn.execute(query)).all()


async def count_attempt(conn: Conn, turn_id: str) -> int:
    return (await conn.execute(update(turn).where(turn.c.id == turn_id).values(attempts=turn.c.attempts + 1).returning(turn.c.attempts))).scalar_one()


async def finish_turn(conn: Conn, turn_id: str, **values: Any) -> bool:
    """False when it has ended already."""
    return (await conn.execute(update(turn).where(turn.c.id == turn_id, turn.c.state == "pending").values(**values))).rowcount > 0


async def merge_turns(conn: Conn, turn_ids: Sequence[str], *, into: str, now: datetime) -> None:
    if turn_ids:
        await conn.execute(update(turn).where(turn.c.id.in_(turn_ids)).values(state="merged", merged_into=into, finished_at=now))


async def turn_by_id(conn: Conn, turn_id: str) -> Row[Any] | None:
    return (await conn.execute(select(turn).where(turn.c.id == turn_id))).first()


async def turn_with_conversation(conn: Conn, turn_id: str) -> Row[Any] | None:
    columns = [turn.c.id, turn.c.conversation_id, turn.c.kind, turn.c.masked, turn.c.sealed, turn.c.state.label("turn_state"), turn.c.owner_version]
    more = [conversation.c.person_id, conversation.c.channel, conversation.c.owner, conversation.c.version, conversation.c.state]
    query = select(*columns, *more).join(conversation, conversation.c.id == turn.c.conversation_id).where(turn.c.id == turn_id)
    return (await conn.execute(query)).first()


async def merged_turns(conn: Conn, turn_id: str) -> Sequence[Row[Any]]:
    return (await conn.execute(select(turn).where(turn.c.merged_into == turn_id).order_by(turn.c.seq))).all()


async def put_staged(conn: Conn, turn_id: str, body: bytes) -> None:
    query = pg_insert(staged).values(turn_id=turn_id, body=body)
    await conn.execute(query.on_conflict_do_update(index_elements=["turn_id"], set_={"body": query.excluded.body, "staged_at": text("now()")}))


async def pop_staged(conn: Conn, turn_id: str) -> bytes | None:
    return (await conn.execute(delete(staged).where(staged.c.turn_id == turn_id).returning(staged.c.body))).scalar()


async def advance(conn: Conn, conversation_id: str, *, version: int, count: int, now: datetime, state: dict[str, Any] | None = None) -> int | None:
    """Reserves ``count`` sequence numbers if the ownership version still stands; the last number reserved, or None."""
    values: dict[str, Any] = {"last_seq": conversation.c.last_seq + count, "last_at": now}
    if state is not None:
        values["state"] = state
    query = update(conversation).where(conversation.c.id == conversation_id, conversation.c.version == version).values(**values)
    return (await conn.execute(query.returning(conversation.c.last_seq))).scalar()


async def change_owner(
    conn: Conn, conversation_id: str, *, version: int, owner: str, agent_id: str | None = None, state: dict[str, Any] | None = None
) -> Row[Any] | None:
    """Compare and set; None when somebody was faster."""
    query = update(conversation).where(conversation.c.id == conversation_id, conversation.c.version == version)
    values = {"owner": owner, "agent_id": agent_id, "version": conversation.c.version + 1}
    query = query.values(**values if state is None else {**values, "state": state})
    return (await conn.execute(query.returning(*conversation.c))).first()


async def latest_state(conn: Conn, person_id: str) -> dict[str, Any] | None:
    """What the assistant remembers of the talk in which a person was heard of last."""
    query = select(conversation.c.state).where(conversation.c.person_id == person_id).order_by(conversation.c.last_at.desc().nulls_last()).limit(1)
    return await conn.scalar(query)


async def change_person(conn: Conn, conversation_id: str, person_id: str) -> None:
    await conn.execute(update(conversation).where(conversation.c.id == conversation_id).values(person_id=person_id))
    await conn.execute(update(session).where(session.c.conversation_id == conversation_id).values(person_id=person_id))


async def release(conn: Conn, conversation_id: str, *, worker: str) -> None:
    query = update(conversation).where(conversation.c.id == conversation_id, conversation.c.busy_by == worker)
    await conn.execute(query.values(busy_by=None, busy_until=None))


async def release_idle(conn: Conn, conversation_id: str, *, worker: str) -> bool:
    """Gives the lease back if no turn is pending; whether it did, or the lease was not ours."""
    pending = select(turn.c.id).where(turn.c.conversation_id == conversation_id, turn.c.state == "pending").exists()
    query = update(conversation).where(conversation.c.id == conversation_id, conversation.c.busy_by == worker)
    free = {"busy_by": case((pending, conversation.c.busy_by), else_=None), "busy_until": case((pending, conversation.c.busy_until), else_=None)}
    row = (await conn.execute(query.values(**free).returning(conversation.c.busy_by))).first()
    return row is None or row.busy_by is None


async def release_all(conn: Conn, *, worker: str) -> None:
    """Every lease of this worker's former life."""
    await conn.execute(update(conversation).where(conversation.c.busy_by == worker).values(busy_by=None, busy_until=None))


async def hold(conn: Conn, conversation_id: str, *, worker: str, now: datetime, until: datetime) -> Row[Any] | None:
    """Locks the conversation and keeps its lease, or takes it when it is free; None when another worker holds it."""
    free = or_(conversation.c.busy_by.is_(None), conversation.c.busy_by == worker, conversation.c.busy_until < now)
    query = update(conversation).where(conversation.c.id == conversation_id, free).values(busy_by=worker, busy_until=until)
    return (await conn.execute(query.returning(*conversation.c))).first()


async def finished_turns(conn: Conn, conversation_id: str, limit: int) -> Sequence[Row[Any]]:
    query = select(turn).where(turn.c.conversation_id == conversation_id, turn.c.state.in_(["done", "failed", "silent"]))
    return list(reversed((await conn.execute(query.order_by(turn.c.seq.desc()).limit(limit))).all()))


async def count_outcomes(conn: Conn, since: datetime) -> dict[str, int]:
    query = select(turn.c.outcome, func.count()).where(turn.c.outcome.is_not(None), turn.c.received_at >= since).group_by(turn.c.outcome)
    return {row[0]: row[1] for row in (await conn.execute(query)).all()}


async def messages_after(conn: Conn, conversation_id: str, after: int, limit: int) -> Sequence[Row[Any]]:
    query = select(message).where(message.c.conversation_id == conversation_id, message.c.seq > after).order_by(message.c.seq).limit(limit)
    return (await conn.execute(query)).all()


async def messages_of_turn(conn: Conn, turn_id: str) -> Sequence[Row[Any]]:
    return (await conn.execute(select(message).where(message.c.turn_id == turn_id).order_by(message.c.seq))).all()


async def message_by_id(conn: Conn, message_id: str) -> Row[Any] | None:
    return (await conn.execute(select(message).where(message.c.id == message_id))).first()


async def add_upload(conn: Conn, **values: Any) -> None:
    await conn.execute(insert(upload).values(**values))


async def upload_by_id(conn: Conn, upload_id: str, person_id: str) -> Row[Any] | None:
    return (await conn.execute(select(upload).where(upload.c.id == upload_id, upload.c.person_id == person_id))).first()


async def change_uploader(conn: Conn, visitor_id: str, person_id: str) -> None:
    await conn.execute(update(upload).where(upload.c.person_id == visitor_id).values(person_id=person_id))


async def erase_person(conn: Conn, person_id: str) -> int:
    """Messages, turns and sessions go with their conversation (ON DELETE CASCADE)."""
    await conn.execute(delete(upload).where(upload.c.person_id == person_id))
    return len((await conn.execute(delete(conversation).where(conversation.c.person_id == person_id).returning(conversation.c.id))).all())
