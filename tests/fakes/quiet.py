"""Waiting until there is nothing left to do, so that "nothing came" is said of a gateway that has done its work, however slow the machine."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime

import sqlalchemy as sa

from common.database import Database
from services.conversations.tables import turn
from services.deliveries.tables import address, stop

_LOOK_S = 0.02
_AT_MOST_S = 60.0


async def idle(database: Database, *, now: datetime, worker: str) -> bool:
    """No turn is open; ``worker`` serves nobody; and nobody could be served now."""
    stopped = sa.select(stop.c.channel)
    due = sa.and_(address.c.due_seq > address.c.delivered_seq, address.c.parked.is_(None), address.c.collects.is_(False), address.c.next_at <= now)
    free = sa.or_(address.c.busy_until.is_(None), address.c.busy_until < now)
    served = sa.or_(address.c.busy_by == worker, sa.and_(due, free, address.c.channel.not_in(stopped)))
    async with database.begin() as conn:
        turns = (await conn.execute(sa.select(sa.func.count()).where(turn.c.state == "pending"))).scalar_one()
        return turns == 0 and (await conn.execute(sa.select(sa.func.count()).where(served))).scalar_one() == 0


async def settled(database: Database, *, now: datetime, worker: str = "gateway-0") -> None:
    """Until it is idle; a gateway that never is (a closed gate, say) is watched for a minute."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_AT_MOST_S):
            while not await idle(database, now=now, worker=worker):
                await asyncio.sleep(_LOOK_S)
