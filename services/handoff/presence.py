"""Who is there. What an agent says of himself is in PostgreSQL; that he is still there is a heartbeat in Valkey.

Heartbeats come with every call of the desk and from its open stream. PostgreSQL gets one now and then, so that an
outage of Valkey makes presence coarser and never sends everybody home.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import redis.asyncio as redis
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.database import Database
from services.handoff import store
from services.handoff.model import Online, Presence, PresenceState, policy

log = structlog.get_logger(__name__)
_KEY = "bangban:presence:"
_WRITE_EVERY_S = 20.0


class PresenceBoard:
    """``redis_url`` None: PostgreSQL alone. An agent counts as there for ``heartbeat_s`` after this process began, since a restart
    of the gateway silences every heartbeat."""

    def __init__(self, *, database: Database, clock: Clock, redis_url: str | None = None):
        self._database, self._clock = database, clock
        self._lasts = timedelta(seconds=policy()["heartbeat_s"])
        self._redis = redis.from_url(redis_url, decode_responses=True, socket_connect_timeout=0.5, socket_timeout=0.5) if redis_url else None
        self._written: dict[str, float] = {}
        self._born = clock.now()

    async def close(self) -> None:
        if self._redis:
            await self._redis.aclose()

    async def put(self, *, staff_id: str, state: PresenceState, capacity: int | None = None) -> Presence:
        now = self._clock.now()
        async with self._database.begin() as conn:
            row = await store.put_presence(conn, staff_id, state=state, capacity=capacity, default=policy()["default_capacity"], now=now)
        await self._beat(staff_id)
        return _presence(row, alive=True)

    async def touch(self, staff_id: str) -> None:
        """A heartbeat; cheap enough for every request."""
        beaten = await self._beat(staff_id)
        last = self._written.get(staff_id)
        if beaten and last is not None and time.monotonic() - last < _WRITE_EVERY_S:
            return
        self._written[staff_id] = time.monotonic()
        async with self._database.begin() as conn:
            await store.seen(conn, staff_id, self._clock.now())

    async def _beat(self, staff_id: str) -> bool:
        if self._redis is None:
            return False
        try:
            await self._redis.set(_KEY + staff_id, "1", ex=int(self._lasts.total_seconds()))
        except (redis.RedisError, OSError):
            log.warning("presence.heartbeat.failed", staff_id=staff_id)
            return False
        return True

    async def all(self, conn: AsyncConnection) -> list[Presence]:
        rows = await store.presences(conn)
        beating = await self._beating([r.staff_id for r in rows if not self._fresh(r.seen_at)])
        return [_presence(r, alive=self._fresh(r.seen_at) or r.staff_id in beating) for r in rows]

    async def online(self, conn: AsyncConnection) -> list[Online]:
        """Who takes citizens now."""
        active = await store.active_counts(conn)
        return [Online(p.staff_id, p.capacity, active.get(p.staff_id, 0)) for p in await self.all(conn) if p.online]

    async def of(self, conn: AsyncConnection, staff_id: str) -> Online | None:
        """One agent, held until the transaction ends; None when he is not online."""
        row = await store.locked_presence(conn, staff_id)
        if row is None or row.state != "online" or not (self._fresh(row.seen_at) or await self._beating([staff_id])):
            return None
        return Online(staff_id, row.capacity, (await store.active_counts(conn)).get(staff_id, 0))

    async def last_online(self, conn: AsyncConnection) -> datetime:
        """Until when anybody is known to have been online; this process's start, at the earliest."""
        left = [p.seen_at if p.state == "online" else p.since for p in await self.all(conn)]
        return max([self._born, *left])

    def _fresh(self, seen_at: datetime) -> bool:
        return max(seen_at, self._born) > self._clock.now() - self._lasts

    async def _beating(self, staff_ids: Sequence[str]) -> set[str]:
        if self._redis is None or not staff_ids:
            return set()
        try:
            found: list[Any] = await self._redis.mget([_KEY + s for s in staff_ids])
        except (redis.RedisError, OSError):
            return set()
        return {s for s, value in zip(staff_ids, found, strict=True) if value}


def _presence(row: Any, *, alive: bool) -> Presence:
    return Presence(row.staff_id, row.state, row.capacity, row.since, row.seen_at, alive)
