"""The delivery worker: looks who is owed something, and sends to many citizens at once, to each by one gateway at a time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

import structlog
from sqlalchemy import Row

from common.clock import Clock
from common.database import Database
from services.conversations.service import EVERYTHING, Conversations
from services.deliveries import metrics, store
from services.deliveries.ports import Outlet
from services.deliveries.sending import LEASE, Sending
from services.deliveries.stopping import Stops

log = structlog.get_logger(__name__)
_NUDGE_S = 0.05  # nudges that come closer than this are one
_TROUBLE_S = 1.0


class Worker:
    def __init__(
        self, *, database: Database, clock: Clock, conversations: Conversations, sending: Sending, stops: Stops, worker: str, look_s: float,
        at_once: int,
    ):  # fmt: skip
        self._database, self._clock, self._events, self._sending, self._stops = database, clock, conversations.events, sending, stops
        self._worker, self._look_s, self._at_once, self._begins = worker, look_s, at_once, conversations.pace.begins()
        self._wake = asyncio.Event()
        self._later: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Look now."""
        self._wake.set()

    async def run(self, outlets: Mapping[str, Outlet]) -> None:
        """For ever. What a former life of this worker had in hand is taken up first."""
        if not outlets:
            return
        listening = asyncio.create_task(self._listen())
        try:
            await self._insist_on_begin()
            while True:
                await self._look(outlets)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._look_s):  # wait_for loses a cancellation that comes with the event (before 3.12)
                        await self._wake.wait()
                await asyncio.sleep(_NUDGE_S)
        finally:
            listening.cancel()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(listening, *self._tasks, return_exceptions=True)

    async def _insist_on_begin(self) -> None:
        while True:
            try:
                async with self._database.begin() as conn:
                    await store.free(conn, worker=self._worker)
                    await store.ask_again(conn)
                return
            except Exception as error:
                log.warning("delivery.look.failed", error=type(error).__name__)
                await asyncio.sleep(_TROUBLE_S)

    async def _look(self, outlets: Mapping[str, Outlet]) -> None:
        self._wake.clear()
        try:
            stopped = await self._stops.all()
            going = {name: outlet for name, outlet in outlets.items() if name not in stopped}
            for row in await self._claim(going):
                self._begin(row, going[row.channel])
        except Exception as error:
            log.warning("delivery.look.failed", error=type(error).__name__)
            await asyncio.sleep(_TROUBLE_S)

    async def _claim(self, outlets: Mapping[str, Outlet]) -> list[Row[Any]]:
        if not outlets:
            return []
        room, now = self._begins.room(), self._clock.now()
        if not room and self._later is None:  # the pace may quicken without anybody being served meanwhile
            self._later = asyncio.get_running_loop().call_later(self._begins.pause_s(), self._look_again)
        free = int(min(self._at_once - len(self._tasks), room))
        if free <= 0:
            return []
        async with self._database.begin() as conn:
            rows = list(await store.claim(conn, channels=list(outlets), worker=self._worker, now=now, until=now + LEASE, limit=free))
        self._begins.spent(max(len(rows), 1))  # to look in vain costs as much
        return rows

    def _look_again(self) -> None:
        self._later = None
        self.wake()

    def _begin(self, row: Row[Any], outlet: Outlet) -> None:
        task = asyncio.create_task(self._serve(row, outlet))
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.wake()  # for what came while he was served, and for those who waited for the place

    async def _serve(self, row: Row[Any], outlet: Outlet) -> None:
        try:
            pause = await self._sending.serve(row, outlet)
            if pause is not None:
                asyncio.get_running_loop().call_later(pause, self.wake)
        except Exception as error:
            log.error("delivery.serve.failed", channel=row.channel, conversation_id=row.conversation_id, exc_info=error)

    async def _listen(self) -> None:
        with self._events.subscribe(EVERYTHING) as queue:
            while True:
                event = await queue.get()
                if event.get("kind") == "messages":
                    self.wake()

    async def count(self) -> None:
        """Sets the gauges of who waits for what."""
        async with self._database.begin() as conn:
            rows = await store.figures(conn)
        metrics.OWED.clear()
        for channel, why, number in rows:
            metrics.OWED.labels(channel, why or "sending").set(number)
