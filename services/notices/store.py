"""SQL of the notices: every function takes an open transaction and does one thing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.notices.tables import mailbox, notice, report, wish

Conn = AsyncConnection


# — the outbox —


async def add(conn: Conn, **values: Any) -> bool:
    """False when this cause has its notice already."""
    query = insert(notice).values(**values).on_conflict_do_nothing(index_elements=["cause"]).returning(notice.c.id)
    return (await conn.execute(query)).first() is not None


async def noted(conn: Conn, causes: Collection[str]) -> set[str]:
    """Which of these causes have their notice."""
    return set((await conn.execute(select(notice.c.cause).where(notice.c.cause.in_(causes)))).scalars()) if causes else set()


async def withdraw(conn: Conn, *, subject: str, now: datetime, but: str) -> None:
    """What is still to be said about a subject is out of date; ``but``: except this cause."""
    query = update(notice).where(notice.c.subject == subject, notice.c.state == "waiting", notice.c.cause != but)
    await conn.execute(query.values(state="withdrawn", settled_at=now))


async def claim(conn: Conn, *, worker: str, now: datetime, until: datetime, limit: int) -> Sequence[Row[Any]]:
    """Takes the lease of notices that are due, longest waiting first."""
    free = or_(notice.c.busy_until.is_(None), notice.c.busy_until < now)
    query = select(notice.c.id).where(notice.c.state == "waiting", notice.c.next_at <= now, free).order_by(notice.c.next_at).limit(limit)
    chosen = query.with_for_update(skip_locked=True).cte("chosen")  # a locking CTE runs once
    taken = update(notice).where(notice.c.id == chosen.c.id).values(busy_by=worker, busy_until=until)
    return (await conn.execute(taken.returning(*notice.c))).all()


async def release(conn: Conn, *, worker: str) -> None:
    """Gives back every lease of this worker's former life."""
    await conn.execute(update(notice).where(notice.c.busy_by == worker).values(busy_by=None, busy_until=None))


async def change(conn: Conn, notice_id: str, **values: Any) -> None:
    await conn.execute(update(notice).where(notice.c.id == notice_id).values(**values))


# — what a platform says later —


async def lock_reference(conn: Conn, way: str, reference: str) -> None:
    """What is noted as sent and what is reported of it, one after the other, until the transaction ends."""
    await conn.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"notices:{way}:{reference}", 0))))


async def add_report(conn: Conn, **values: Any) -> None:
    """The first word of a platform stands."""
    await conn.execute(insert(report).values(**values).on_conflict_do_nothing(index_elements=["way", "reference"]))


async def reported(conn: Conn, way: str, reference: str) -> Row[Any] | None:
    """(why he never got it, whether he wants nothing this way), if the platform said so."""
    query = select(report.c.why, report.c.off).where(report.c.way == way, report.c.reference == reference)
    return (await conn.execute(query)).first()


async def person_told(conn: Conn, way: str, reference: str) -> str | None:
    """Whose notice was sent under this reference."""
    return await conn.scalar(select(notice.c.person_id).where(notice.c.way == way, notice.c.reference == reference))


async def reopen(conn: Conn, *, way: str, reference: str, why: str, now: datetime) -> bool:
    """The notice that was sent under this reference waits for another way; False: there is none, or it is out of date."""
    later = notice.alias()
    newer = select(later.c.id).where(later.c.subject == notice.c.subject, later.c.created_at > notice.c.created_at).exists()
    query = update(notice).where(notice.c.way == way, notice.c.reference == reference, notice.c.state == "sent", notice.c.expires_at > now, ~newer)
    fresh = {"state": "waiting", "way": None, "attempts": 0, "reason": None, "reference": None, "settled_at": None, "next_at": now}
    refused = notice.c.refused.op("||")(func.jsonb_build_object(way, why))
    return (await conn.execute(query.values(refused=refused, **fresh))).rowcount > 0


async def state_of(conn: Conn, notice_id: str) -> str | None:
    return await conn.scalar(select(notice.c.state).where(notice.c.id == notice_id))


async def in_state(conn: Conn, states: Collection[str], *, limit: int) -> Sequence[Row[Any]]:
    query = select(notice).where(notice.c.state.in_(states)).order_by(notice.c.created_at.desc()).limit(limit)
    return (await conn.execute(query)).all()


async def revive(conn: Conn, *, ids: Collection[str] | None, now: datetime) -> int:
    """Dead letters wait again, all of them without ``ids``; what was refused is asked anew, and a way that left its outcome open is kept."""
    query = update(notice).where(notice.c.state == "dead", notice.c.expires_at > now)
    query = query if ids is None else query.where(notice.c.id.in_(ids))
    fresh = {"state": "waiting", "attempts": 0, "refused": {}, "next_at": now, "settled_at": None, "busy_by": None, "busy_until": None}
    return (await conn.execute(query.values(**fresh))).rowcount


async def figures(conn: Conn) -> Sequence[Row[Any]]:
    """(state, how many) of what waits and of dead letters."""
    query = select(notice.c.state, func.count()).where(notice.c.state.in_(["waiting", "dead"]))
    return (await conn.execute(query.group_by(notice.c.state))).all()


# — wishes and mailboxes —


async def wish_of(conn: Conn, person_id: str) -> Row[Any] | None:
    return (await conn.execute(select(wish).where(wish.c.person_id == person_id))).first()


async def put_wish(conn: Conn, **values: Any) -> None:
    query = insert(wish).values(**values)
    kept = {name: query.excluded[name] for name in values if name != "person_id"}
    await conn.execute(query.on_conflict_do_update(index_elements=["person_id"], set_=kept))


async def lock_person(conn: Conn, person_id: str) -> None:
    """One change of a person's wishes or mailbox at a time, until the transaction ends."""
    await conn.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"notices:{person_id}", 0))))


async def mailbox_of(conn: Conn, *, person_id: str | None = None, mailbox_id: str | None = None) -> Row[Any] | None:
    where = mailbox.c.person_id == person_id if mailbox_id is None else mailbox.c.id == mailbox_id
    return (await conn.execute(select(mailbox).where(where))).first()


async def put_mailbox(conn: Conn, *, person_id: str, new_id: str, **values: Any) -> None:
    query = insert(mailbox).values(id=new_id, person_id=person_id, **values)
    await conn.execute(query.on_conflict_do_update(index_elements=["person_id"], set_={name: query.excluded[name] for name in values}))


async def drop_mailbox(conn: Conn, person_id: str) -> bool:
    return (await conn.execute(delete(mailbox).where(mailbox.c.person_id == person_id))).rowcount > 0


# — forgetting —


async def forget_person(conn: Conn, person_id: str) -> None:
    for table in (notice, wish, mailbox):
        await conn.execute(delete(table).where(table.c.person_id == person_id))


async def forget_settled(conn: Conn, before: datetime) -> int:
    await conn.execute(delete(report).where(report.c.at < before))
    return (await conn.execute(delete(notice).where(notice.c.state != "waiting", notice.c.settled_at < before))).rowcount
