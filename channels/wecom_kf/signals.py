"""Signals of the platform, put down before they are acknowledged. Those that come together are put down together: they all touch one row."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from channels.wecom_kf import store
from common.clock import Clock
from common.database import Database


class Signals:
    """``heard`` is called once they stand in the database."""

    def __init__(self, *, database: Database, clock: Clock, heard: Callable[[], None]):
        self._database, self._clock, self._heard = database, clock, heard
        self._newest: dict[str, str] = {}
        self._next: asyncio.Task[None] | None = None
        self._writing = asyncio.Lock()

    async def note(self, *, open_kfid: str, token: str) -> None:
        """Returns when it cannot be lost any more; raises what the database raises."""
        self._newest[open_kfid] = token
        if self._next is None:
            self._next = asyncio.create_task(self._write())
        await asyncio.shield(self._next)

    async def _write(self) -> None:
        async with self._writing:
            tokens, self._newest, self._next = self._newest, {}, None
            async with self._database.begin() as conn:
                await store.signal(conn, tokens, self._clock.now())
        self._heard()
