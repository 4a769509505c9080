"""Five failures lock a name for five minutes, every further one for twice as long, up to an hour; quiet or success forgets them."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from common.ids import digest
from services.staff.errors import LockedOut
from services.staff.tables import failure

FREE_TRIES = 5
FIRST_LOCK, LONGEST_LOCK = timedelta(minutes=5), timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(hours=2)


def lock_after(failures: int) -> timedelta | None:
    """How long a name is locked once it has failed so often."""
    return None if failures < FREE_TRIES else min(LONGEST_LOCK, FIRST_LOCK * 2 ** (failures - FREE_TRIES))


async def check(conn: AsyncConnection, username: str, now: datetime) -> None:
    """:raises LockedOut:"""
    until = await conn.scalar(sa.select(failure.c.locked_until).where(failure.c.name_digest == digest(username)))
    if until is not None and until > now:
        raise LockedOut(minutes=math.ceil((until - now).total_seconds() / 60))


async def count(conn: AsyncConnection, username: str, now: datetime) -> None:
    """One more failure; those of long ago no longer count. Copes with many at once."""
    key = digest(username)
    statement = insert(failure).values(name_digest=key, count=1, last_at=now)
    recent = sa.case((failure.c.last_at > now - FORGOTTEN_AFTER, failure.c.count + 1), else_=1)
    statement = statement.on_conflict_do_update(index_elements=[failure.c.name_digest], set_={"count": recent, "last_at": now})
    failures = (await conn.execute(statement.returning(failure.c.count))).scalar_one()
    lock = lock_after(failures)
    await conn.execute(failure.update().where(failure.c.name_digest == key).values(locked_until=now + lock if lock else None))


async def forget(conn: AsyncConnection, username: str) -> None:
    await conn.execute(failure.delete().where(failure.c.name_digest == digest(username)))
