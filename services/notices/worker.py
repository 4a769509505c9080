"""The worker of the notices in each gateway: takes what is due, and looks by itself every few seconds."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

import structlog
from sqlalchemy import Row

from common.clock import Clock
from common.database import Database
from services.deliveries.service import Stops
from services.notices import metrics, store
from services.notices.ports import Notifier
from services.notices.sending import LEASE, Sending

log = structlog.get_logger(__name__)
_TROUBLE_S = 1.0


class Worker:
    """``stops``: a way may be stopped like a channel; its notices go by another way or wait."""

    def __init__(self, *, database: Database, clock: Clock, sending: Sending, stops: Stops | None, worker: str, look_s: float, at_once: int):
        self._database, self._clock, self._sending, self._stops = database, clock, sending, stops
        self._worker, self._look_s, self._at_once = worker, look_s, at_once
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Look now."""
        self._wake.set()

    async def run(self, ways: Mapping[str, Notifier]) -> None:
        """For ever. What a former life of this worker had in hand is taken up first."""
        begun, serving = False, set[asyncio.Task[None]]()
        try:
            while True:
                try:
                    if not begun:
                        async with self._database.begin() as conn:
                            await store.release(conn, worker=self._worker)
                        begun = True
                    self._wake.clear()
                    await self._begin(ways, serving)
                except Exception as error:
                    log.warning("notices.look.failed", error=type(error).__name__)
                    await asyncio.sleep(_TROUBLE_S)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._look_s):  # before Python 3.12 wait_for may lose a cancellation
                        await self._wake.wait()
        finally:
            for task in list(serving):
                task.cancel()
            await asyncio.gather(*serving, return_exceptions=True)

    async def look(self, ways: Mapping[str, Notifier]) -> int:
        """Sends what is due now, as much as one gateway sends at once; how many were looked at."""
        serving = set[asyncio.Task[None]]()
        found = await self._begin(ways, serving)
        await asyncio.gather(*serving)
        return found

    async def _begin(self, ways: Mapping[str, Notifier], serving: set[asyncio.Task[None]]) -> int:
        """Takes on as much as there is room for; a slow provider holds up its own places only."""
        free, now = self._at_once - len(serving), self._clock.now()
        if free <= 0:
            return 0
        stopped = await self._stops.all() if self._stops else frozenset[str]()
        async with self._database.begin() as conn:
            rows = await store.claim(conn, worker=self._worker, now=now, until=now + LEASE, limit=free)
        for row in rows:
            task = asyncio.create_task(self._serve(row, ways, stopped))
            serving.add(task)
            task.add_done_callback(serving.discard)
            task.add_done_callback(lambda _: self.wake())
        return len(rows)

    async def _serve(self, row: Row[Any], ways: Mapping[str, Notifier], stopped: frozenset[str]) -> None:
        try:
            await self._sending.serve(row, ways, stopped)
        except Exception as error:  # its lease ends by itself
            log.error("notice.serve.failed", notice_id=row.id, error=type(error).__name__)

    async def count(self) -> None:
        """Sets the gauges of what waits."""
        async with self._database.begin() as conn:
            rows = await store.figures(conn)
        metrics.WAITING.clear()
        for state, number in rows:
            metrics.WAITING.labels(state).set(number)
