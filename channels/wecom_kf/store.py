"""SQL of 微信客服: every function takes an open transaction and does one thing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row, and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.wecom_kf.tables import account, customer, item

Conn = AsyncConnection
Key = tuple[str, str]  # (open_kfid, digest of the customer)


def _free(table: sa.Table, now: datetime) -> sa.ColumnElement[bool]:
    return or_(table.c.busy_until.is_(None), table.c.busy_until < now)


# — accounts —


async def learn(conn: Conn, open_kfids: Collection[str], now: datetime) -> None:
    """Accounts there are; those not known yet are pulled soon."""
    if open_kfids:
        rows = [{"open_kfid": name, "first_at": now, "next_at": now} for name in sorted(open_kfids)]
        await conn.execute(insert(account).values(rows).on_conflict_do_nothing())


async def signal(conn: Conn, tokens: dict[str, str], now: datetime) -> None:
    """Each of these accounts has something new, and a fresh token."""
    for open_kfid, token in sorted(tokens.items()):
        new = insert(account).values(open_kfid=open_kfid, token=token, signalled_at=now, signals=1, first_at=now, next_at=now)
        fresh = {"token": token, "signalled_at": now, "signals": account.c.signals + 1, "next_at": now}
        await conn.execute(new.on_conflict_do_update(index_elements=["open_kfid"], set_=fresh))


async def claim_accounts(conn: Conn, *, worker: str, now: datetime, until: datetime, fresh: datetime, gap: datetime) -> Sequence[Row[Any]]:
    """Takes the lease of the accounts that are due: all with a token since ``fresh``; one without, and only if none was since ``gap``."""
    due = and_(account.c.next_at <= now, _free(account, now))
    with_token = select(account.c.open_kfid).where(due, account.c.token.is_not(None), account.c.signalled_at > fresh)
    other, asked = account.alias("other"), account.alias("asked")
    stale = or_(other.c.token.is_(None), other.c.signalled_at <= fresh)
    idle = and_(other.c.next_at <= now, _free(other, now), stale, ~sa.exists().where(asked.c.asked_at > gap))
    without = select(other.c.open_kfid).where(idle).order_by(other.c.next_at).limit(1)
    ids = sa.union_all(with_token, without.subquery().select()).subquery()
    chosen = select(account.c.open_kfid).where(account.c.open_kfid.in_(select(ids.c[0]))).with_for_update(skip_locked=True).cte("chosen")
    taken = update(account).where(account.c.open_kfid == chosen.c.open_kfid, due).values(busy_by=worker, busy_until=until)
    return (await conn.execute(taken.returning(*account.c))).all()


async def account_of(conn: Conn, open_kfid: str) -> Row[Any]:
    return (await conn.execute(select(account).where(account.c.open_kfid == open_kfid))).one()


async def move_cursor(conn: Conn, open_kfid: str, *, worker: str, old: str, new: str, until: datetime) -> bool:
    """False when another has pulled meanwhile: nothing of this page may be kept then."""
    mine = and_(account.c.open_kfid == open_kfid, account.c.cursor == old, account.c.busy_by == worker)
    moved = await conn.execute(update(account).where(mine).values(cursor=new, busy_until=until, failures=0).returning(account.c.open_kfid))
    return moved.first() is not None


async def change_account(conn: Conn, open_kfid: str, **values: Any) -> None:
    await conn.execute(update(account).where(account.c.open_kfid == open_kfid).values(**values))


async def leave_account(conn: Conn, open_kfid: str, *, worker: str, signals: int, again_at: datetime, now: datetime, failures: int = 0) -> None:
    """Gives the lease back; looked at again at once if a signal came meanwhile."""
    next_at = sa.case((account.c.signals > signals, now), else_=again_at)
    mine = and_(account.c.open_kfid == open_kfid, account.c.busy_by == worker)
    await conn.execute(update(account).where(mine).values(busy_by=None, busy_until=None, next_at=next_at, failures=failures))


async def drop_token(conn: Conn, open_kfid: str, token: str) -> None:
    """Unless a signal has brought another meanwhile."""
    await conn.execute(update(account).where(account.c.open_kfid == open_kfid, account.c.token == token).values(token=None))


# — what was pulled —


async def add_items(conn: Conn, rows: Sequence[dict[str, Any]]) -> list[Key]:
    """Stores what is not here yet, in order; for each of these, whose it is."""
    if not rows:
        return []
    added = await conn.execute(insert(item).values(list(rows)).on_conflict_do_nothing().returning(item.c.open_kfid, item.c.customer))
    return [(row.open_kfid, row.customer) for row in added]


async def expect(conn: Conn, keys: Sequence[Key], now: datetime) -> None:
    """These customers have something to be taken in."""
    for open_kfid, digest in keys:
        new = insert(customer).values(open_kfid=open_kfid, digest=digest, waiting=True, next_at=now, seen_at=now)
        kept = {"waiting": True, "seen_at": now}
        await conn.execute(new.on_conflict_do_update(index_elements=["open_kfid", "digest"], set_=kept))


async def claim_customers(conn: Conn, *, worker: str, now: datetime, until: datetime, limit: int) -> Sequence[Row[Any]]:
    due = select(customer.c.open_kfid, customer.c.digest).where(customer.c.waiting, customer.c.next_at <= now, _free(customer, now))
    chosen = due.order_by(customer.c.next_at).limit(limit).with_for_update(skip_locked=True).cte("chosen")
    mine = and_(customer.c.open_kfid == chosen.c.open_kfid, customer.c.digest == chosen.c.digest)
    return (await conn.execute(update(customer).where(mine).values(busy_by=worker, busy_until=until).returning(*customer.c))).all()


async def next_items(conn: Conn, key: Key, limit: int = 50) -> Sequence[Row[Any]]:
    mine = and_(item.c.open_kfid == key[0], item.c.customer == key[1], item.c.sealed.is_not(None))
    return (await conn.execute(select(item).where(mine).order_by(item.c.number).limit(limit))).all()


async def done(conn: Conn, number: int) -> None:
    """Taken in: what it said is forgotten, its number is kept for a while."""
    await conn.execute(update(item).where(item.c.number == number).values(sealed=None))


async def became(conn: Conn, open_kfid: str, msgid: str, seq: int) -> None:
    """A servicer's words stand in the talk as this message."""
    await conn.execute(update(item).where(item.c.open_kfid == open_kfid, item.c.msgid == msgid).values(seq=seq))


async def message_of(conn: Conn, key: Key, msgid: str) -> int | None:
    """Which message a servicer's words to this customer became."""
    mine = and_(item.c.open_kfid == key[0], item.c.customer == key[1], item.c.msgid == msgid)
    return await conn.scalar(select(item.c.seq).where(mine))


async def leave_customer(conn: Conn, key: Key, *, worker: str, **values: Any) -> None:
    """Gives the lease back; nothing waits any more unless something came meanwhile."""
    more = sa.exists().where(item.c.open_kfid == key[0], item.c.customer == key[1], item.c.sealed.is_not(None))
    mine = and_(customer.c.open_kfid == key[0], customer.c.digest == key[1], customer.c.busy_by == worker)
    await conn.execute(select(customer.c.digest).where(mine).with_for_update())  # the next statement sees what was stored while this one waited
    await conn.execute(update(customer).where(mine).values(busy_by=None, busy_until=None, waiting=more, **values))


# — sessions —


async def session(conn: Conn, key: Key, now: datetime, *, lock: bool = False) -> Row[Any]:
    """What is known of a customer, made if need be."""
    query = select(customer).where(customer.c.open_kfid == key[0], customer.c.digest == key[1])
    query = query.with_for_update() if lock else query
    if (found := (await conn.execute(query)).first()) is None:
        await conn.execute(insert(customer).values(open_kfid=key[0], digest=key[1], next_at=now, seen_at=now).on_conflict_do_nothing())
        found = (await conn.execute(query)).one()
    return found


async def change_session(conn: Conn, key: Key, **values: Any) -> None:
    await conn.execute(update(customer).where(customer.c.open_kfid == key[0], customer.c.digest == key[1]).values(**values))


# — keeping and forgetting —


async def free(conn: Conn, worker: str) -> None:
    """What a former life of this gateway had in hand."""
    for table in (account, customer):
        await conn.execute(update(table).where(table.c.busy_by == worker).values(busy_by=None, busy_until=None))


async def forget(conn: Conn, *, items_before: datetime, sessions_before: datetime) -> int:
    gone = await conn.execute(item.delete().where(item.c.pulled_at < items_before, item.c.sealed.is_(None)))
    quiet = await conn.execute(customer.delete().where(customer.c.seen_at < sessions_before, ~customer.c.waiting))
    return gone.rowcount + quiet.rowcount


async def figures(conn: Conn) -> tuple[int, datetime | None]:
    """(how many items wait, since when)."""
    row = (await conn.execute(select(func.count(), func.min(item.c.pulled_at)).where(item.c.sealed.is_not(None)))).one()
    return row[0], row[1]
