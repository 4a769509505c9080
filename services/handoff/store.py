"""SQL of the handoff; every function runs in the caller's transaction.

Whoever changes an episode holds its conversation's row (``Conversations.locked``, or the turn's commit): one order of locks for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from common.ids import new_id
from services.handoff.model import Episode
from services.handoff.tables import assignment, episode, note, presence, written

Conn = AsyncConnection
_OPEN = episode.c.state != "ended"


async def add(conn: Conn, new: Episode) -> None:
    await conn.execute(episode.insert().values(**vars(new)))


async def find(conn: Conn, *where: sa.ColumnElement[bool], order: Any = None, limit: int | None = None) -> list[Episode]:
    query = sa.select(episode).where(*where).order_by(*(order or (episode.c.rank_at, episode.c.id))).limit(limit)
    return [Episode(**row._mapping) for row in await conn.execute(query)]


async def open_of(conn: Conn, conversation_id: str) -> Episode | None:
    found = await find(conn, episode.c.conversation_id == conversation_id, _OPEN)
    return found[0] if found else None


async def latest_of(conn: Conn, conversation_id: str) -> Episode | None:
    found = await find(conn, episode.c.conversation_id == conversation_id, order=(episode.c.queued_since.desc(),), limit=1)
    return found[0] if found else None


async def by_id(conn: Conn, episode_id: str) -> Episode | None:
    found = await find(conn, episode.c.id == episode_id)
    return found[0] if found else None


async def queued(conn: Conn) -> list[Episode]:
    """In the order they are served."""
    return await find(conn, episode.c.state == "queued")


async def connected(conn: Conn, *, agent_id: str | None = None) -> list[Episode]:
    mine = [episode.c.agent_id == agent_id] if agent_id else []
    return await find(conn, episode.c.state == "connected", *mine, order=(episode.c.claimed_at,))


async def elsewhere(conn: Conn) -> list[Episode]:
    """With people who do not sit at our desk, or waiting for them; longest first."""
    return await find(conn, episode.c.state == "elsewhere", order=(episode.c.queued_since,))


async def ahead_of(conn: Conn, rank_at: datetime, episode_id: str) -> int:
    before = sa.or_(episode.c.rank_at < rank_at, sa.and_(episode.c.rank_at == rank_at, episode.c.id < episode_id))
    query = sa.select(sa.func.count()).select_from(episode).where(episode.c.state == "queued", episode.c.id != episode_id, before)
    return await conn.scalar(query) or 0


async def change(conn: Conn, episode_id: str, **values: Any) -> None:
    await conn.execute(episode.update().where(episode.c.id == episode_id).values(**values))


async def start_assignment(conn: Conn, episode_id: str, agent_id: str, now: datetime) -> None:
    await conn.execute(assignment.insert().values(id=new_id("as"), episode_id=episode_id, agent_id=agent_id, started_at=now))


async def end_assignment(conn: Conn, episode_id: str, now: datetime, ended_as: str) -> None:
    mine = sa.and_(assignment.c.episode_id == episode_id, assignment.c.ended_at.is_(None))
    await conn.execute(assignment.update().where(mine).values(ended_at=now, ended_as=ended_as))


async def count_reply(conn: Conn, episode_id: str, now: datetime) -> None:
    """The first answer of a person stops the citizen's clock, and this agent's."""
    await conn.execute(episode.update().where(episode.c.id == episode_id, episode.c.first_reply_at.is_(None)).values(first_reply_at=now))
    open_one = sa.and_(assignment.c.episode_id == episode_id, assignment.c.ended_at.is_(None), assignment.c.first_reply_at.is_(None))
    await conn.execute(assignment.update().where(open_one).values(first_reply_at=now))


async def recent_handling_s(conn: Conn, since: datetime, limit: int) -> list[float]:
    """How long the conversations that agents finished lately took."""
    took = sa.extract("epoch", assignment.c.ended_at - assignment.c.started_at)
    done = sa.and_(assignment.c.ended_at >= since, assignment.c.ended_as.in_(["closed", "bot"]))
    rows = await conn.execute(sa.select(took).where(done).order_by(assignment.c.ended_at.desc()).limit(limit))
    return [float(s) for s in rows.scalars()]


async def recent_pickup_s(conn: Conn, since: datetime, limit: int) -> list[float]:
    """How long those waited for whom an agent was free at once."""
    took = sa.extract("epoch", episode.c.claimed_at - episode.c.queued_since)
    done = sa.and_(episode.c.claimed_at >= since, episode.c.direct)
    rows = await conn.execute(sa.select(took).where(done).order_by(episode.c.claimed_at.desc()).limit(limit))
    return [float(s) for s in rows.scalars()]


async def last_end(conn: Conn, conversation_id: str) -> datetime | None:
    return await conn.scalar(sa.select(sa.func.max(episode.c.ended_at)).where(episode.c.conversation_id == conversation_id))


# — presence —


async def put_presence(conn: Conn, staff_id: str, *, state: str, capacity: int | None, default: int, now: datetime) -> sa.Row[Any]:
    """``since`` is when this state began; a repeat only shows that he is there."""
    new = insert(presence).values(staff_id=staff_id, state=state, capacity=default if capacity is None else capacity, since=now, seen_at=now)
    began = sa.case((presence.c.state == state, presence.c.since), else_=now)
    kept = presence.c.capacity if capacity is None else capacity
    statement = new.on_conflict_do_update(
        index_elements=[presence.c.staff_id], set_={"state": state, "capacity": kept, "since": began, "seen_at": now}
    )
    return (await conn.execute(statement.returning(*presence.c))).one()


async def presences(conn: Conn) -> Sequence[sa.Row[Any]]:
    return (await conn.execute(sa.select(presence).order_by(presence.c.staff_id))).all()


async def locked_presence(conn: Conn, staff_id: str) -> sa.Row[Any] | None:
    """Two claims of one agent go one after the other, so that his capacity holds."""
    return (await conn.execute(sa.select(presence).where(presence.c.staff_id == staff_id).with_for_update())).first()


async def seen(conn: Conn, staff_id: str, now: datetime) -> None:
    await conn.execute(presence.update().where(presence.c.staff_id == staff_id, presence.c.seen_at < now).values(seen_at=now))


async def active_counts(conn: Conn) -> dict[str, int]:
    query = sa.select(episode.c.agent_id, sa.func.count()).where(episode.c.state == "connected").group_by(episode.c.agent_id)
    return {row[0]: row[1] for row in await conn.execute(query)}


# — notes —


async def add_note(conn: Conn, **values: Any) -> None:
    await conn.execute(note.insert().values(**values))


async def notes_of(conn: Conn, conversation_id: str) -> Sequence[sa.Row[Any]]:
    return (await conn.execute(sa.select(note).where(note.c.conversation_id == conversation_id).order_by(note.c.at))).all()


async def note_by_id(conn: Conn, note_id: str) -> sa.Row[Any] | None:
    return (await conn.execute(sa.select(note).where(note.c.id == note_id))).first()


# — what was written under a page's own id; the caller holds the conversation's row, so looking and adding are one —


async def earlier(conn: Conn, conversation_id: str, staff_id: str, what: str, client_message_id: str | None) -> str | None:
    """The id of what this call wrote the first time."""
    w = written.c
    same = (w.conversation_id == conversation_id, w.staff_id == staff_id, w.what == what, w.client_message_id == client_message_id)
    return await conn.scalar(sa.select(w.result_id).where(*same)) if client_message_id else None


async def remember(conn: Conn, **values: Any) -> None:
    if values["client_message_id"]:
        await conn.execute(written.insert().values(**values))


async def forget_written(conn: Conn, before: datetime) -> int:
    """Nobody repeats a call after days."""
    return (await conn.execute(written.delete().where(written.c.at < before))).rowcount


async def erase_conversations(conn: Conn, conversation_ids: Sequence[str]) -> None:
    for table in (written, note, episode):
        await conn.execute(table.delete().where(table.c.conversation_id.in_(conversation_ids)))


async def erase_person(conn: Conn, person_id: str) -> None:
    """Assignments go with their episode (ON DELETE CASCADE)."""
    await conn.execute(written.delete().where(written.c.person_id == person_id))
    await conn.execute(note.delete().where(note.c.person_id == person_id))
    await conn.execute(episode.delete().where(episode.c.person_id == person_id))
