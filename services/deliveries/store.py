"""SQL of the deliveries: every function takes an open transaction and does one thing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, case, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.deliveries.tables import address, seen, stop

Conn = AsyncConnection
_OWED = and_(address.c.due_seq > address.c.delivered_seq, address.c.parked.is_(None))


async def add(conn: Conn, **values: Any) -> bool:
    """False when somebody is known at this place already."""
    query = insert(address).values(**values).on_conflict_do_nothing(index_elements=["channel", "account", "digest"]).returning(address.c.id)
    return (await conn.execute(query)).first() is not None


async def at(conn: Conn, *, channel: str, account: str, digests: Sequence[str], lock: bool = False) -> Row[Any] | None:
    query = select(address).where(address.c.channel == channel, address.c.account == account, address.c.digest.in_(digests))
    return (await conn.execute(query.with_for_update() if lock else query)).first()


async def by_id(conn: Conn, address_id: str, *, lock: bool = False) -> Row[Any] | None:
    query = select(address).where(address.c.id == address_id)
    return (await conn.execute(query.with_for_update() if lock else query)).first()


async def change(conn: Conn, address_id: str, **values: Any) -> None:
    await conn.execute(update(address).where(address.c.id == address_id).values(**values))


async def owe(conn: Conn, conversation_id: str, seq: int) -> None:
    query = update(address).where(address.c.conversation_id == conversation_id, address.c.due_seq < seq)
    await conn.execute(query.values(due_seq=seq))


async def read_elsewhere(conn: Conn, conversation_id: str, *, upto: int, next_at: datetime) -> None:
    """He has everything up to ``upto``, and nothing is sent before ``next_at``."""
    all_read = address.c.due_seq <= upto
    read = {
        "delivered_seq": func.greatest(address.c.delivered_seq, func.least(upto, address.c.due_seq)),
        "next_at": func.greatest(address.c.next_at, next_at),
        "batch": case((all_read, None), else_=address.c.batch), "batch_done": case((all_read, 0), else_=address.c.batch_done),
        "parked": case((and_(all_read, address.c.parked != "gone"), None), else_=address.c.parked),
    }  # fmt: skip
    await conn.execute(update(address).where(address.c.conversation_id == conversation_id).values(**read))


async def claim(conn: Conn, *, channels: Collection[str], worker: str, now: datetime, until: datetime, limit: int) -> Sequence[Row[Any]]:
    """Takes the lease of up to ``limit`` citizens who are owed something now, longest waiting first."""
    free = or_(address.c.busy_until.is_(None), address.c.busy_until < now)
    query = select(address.c.id).where(_OWED, address.c.collects.is_(False), address.c.next_at <= now, free, address.c.channel.in_(channels))
    chosen = query.order_by(address.c.next_at).limit(limit).with_for_update(skip_locked=True).cte("chosen")  # a locking CTE runs once
    taken = update(address).where(address.c.id == chosen.c.id).values(busy_by=worker, busy_until=until).returning(*address.c)
    return (await conn.execute(taken)).all()


async def claim_one(conn: Conn, address_id: str, *, worker: str, now: datetime, until: datetime) -> Row[Any] | None:
    """Takes the lease of this citizen; None while another holds it."""
    free = or_(address.c.busy_until.is_(None), address.c.busy_until < now)
    query = update(address).where(address.c.id == address_id, free).values(busy_by=worker, busy_until=until)
    return (await conn.execute(query.returning(*address.c))).first()


async def free(conn: Conn, *, worker: str, address_id: str | None = None) -> None:
    """Gives back the lease of one citizen, or every lease of this worker's former life."""
    query = update(address).where(address.c.busy_by == worker)
    query = query if address_id is None else query.where(address.c.id == address_id)
    await conn.execute(query.values(busy_by=None, busy_until=None))


async def ask_again(conn: Conn) -> None:
    """Whether a channel can push is asked anew, since its settings may have changed."""
    await conn.execute(update(address).where(address.c.collects).values(collects=False))


async def of_conversation(conn: Conn, conversation_id: str) -> Row[Any] | None:
    return (await conn.execute(select(address).where(address.c.conversation_id == conversation_id))).first()


async def of_person(conn: Conn, person_id: str) -> Sequence[Row[Any]]:
    return (await conn.execute(select(address).where(address.c.person_id == person_id))).all()


async def forget_person(conn: Conn, person_id: str) -> int:
    return (await conn.execute(delete(address).where(address.c.person_id == person_id))).rowcount


async def forget_conversations(conn: Conn, conversation_ids: Sequence[str]) -> int:
    return (await conn.execute(delete(address).where(address.c.conversation_id.in_(conversation_ids)))).rowcount


async def first_time(conn: Conn, *, key: str, now: datetime, until: datetime) -> bool:
    query = insert(seen).values(key=key, until=until)
    query = query.on_conflict_do_update(index_elements=["key"], set_={"until": until}, where=seen.c.until < now).returning(seen.c.key)
    return (await conn.execute(query)).first() is not None


async def forget_seen(conn: Conn, now: datetime) -> int:
    return (await conn.execute(delete(seen).where(seen.c.until < now))).rowcount


async def figures(conn: Conn) -> Sequence[Row[Any]]:
    """(channel, why it waits or None, how many citizens are owed something)."""
    query = select(address.c.channel, address.c.parked, func.count()).where(address.c.due_seq > address.c.delivered_seq)
    return (await conn.execute(query.group_by(address.c.channel, address.c.parked))).all()


async def stops(conn: Conn) -> Sequence[Row[Any]]:
    return (await conn.execute(select(stop).order_by(stop.c.channel))).all()


async def put_stop(conn: Conn, **values: Any) -> bool:
    query = insert(stop).values(**values).on_conflict_do_nothing().returning(stop.c.channel)
    return (await conn.execute(query)).first() is not None


async def lift_stop(conn: Conn, channel: str) -> bool:
    return (await conn.execute(delete(stop).where(stop.c.channel == channel))).rowcount > 0
