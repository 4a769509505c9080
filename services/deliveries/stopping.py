"""The kill switch of a channel: while it is stopped nothing is taken in and nothing is sent, and nothing is lost."""

from __future__ import annotations

import asyncio
import time

from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.database import Database
from services.audit.service import Audit
from services.deliveries import store

_REMEMBER_S = 2.0


class Stops:
    """Kept in the database, so that every gateway heeds it within two seconds, and over restarts."""

    def __init__(self, *, database: Database, clock: Clock, audit: Audit | None = None):
        self._database, self._clock, self._audit = database, clock, audit
        self._known: tuple[float, frozenset[str]] | None = None
        self._looking, self._changes = asyncio.Lock(), 0

    async def all(self) -> frozenset[str]:
        """The channels that are stopped. While one caller looks, the others go by what was known before."""
        if self._old() and (self._known is None or not self._looking.locked()):
            async with self._looking:
                while self._old():
                    changes = self._changes
                    async with self._database.begin() as conn:
                        found = frozenset(row.channel for row in await store.stops(conn))
                    if changes == self._changes:  # else it is what was before a change of ours
                        self._known = time.monotonic(), found
        return self.known()

    def _old(self) -> bool:
        return self._known is None or time.monotonic() - self._known[0] > _REMEMBER_S

    def known(self) -> frozenset[str]:
        """As last looked up, without looking."""
        return self._known[1] if self._known else frozenset()

    async def stop(self, *, channel: str, by: str) -> None:
        """From now on; again is nothing new."""
        async with self._database.begin() as conn:
            if await store.put_stop(conn, channel=channel, stopped_at=self._clock.now(), stopped_by=by):
                await self._record(conn, "channel.stop", channel, by)
        self._forget()

    async def start(self, *, channel: str, by: str) -> bool:
        """False when it was not stopped."""
        async with self._database.begin() as conn:
            lifted = await store.lift_stop(conn, channel)
            if lifted:
                await self._record(conn, "channel.start", channel, by)
        self._forget()
        return lifted

    def _forget(self) -> None:
        self._known, self._changes = None, self._changes + 1

    async def _record(self, conn: AsyncConnection, action: str, channel: str, by: str) -> None:
        if self._audit is not None:
            await self._audit.record(actor=by, action=action, subject=channel, conn=conn)
