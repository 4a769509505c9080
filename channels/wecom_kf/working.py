"""The work beside the requests: accounts are pulled, what was pulled is taken in, citizens are handed over, old things are forgotten."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import structlog
from prometheus_client import Gauge
from sqlalchemy import Row

from channels.wecom_kf import store
from channels.wecom_kf.catalogue import limits
from channels.wecom_kf.passing import Passing
from channels.wecom_kf.pulling import Pulling
from channels.wecom_kf.serving import Serving
from services.bootstrap import Services

log = structlog.get_logger(__name__)
WAITING = Gauge("bangban_wecom_kf_waiting", "Items pulled and not taken in yet")
_TROUBLE_S, _NUDGE_S, _FORGET_S = 1.0, 0.02, 3600.0


class Working:
    def __init__(
        self, *, name: str, services: Services, pulling: Pulling, serving: Serving, passing: Passing, worker: str, look_s: float
    ):  # fmt: skip
        self._name, self._services, self._worker, self._look_s = name, services, worker, look_s
        self._pulling, self._serving, self._passing = pulling, serving, passing
        self._wake, self._tasks = asyncio.Event(), set[asyncio.Task[None]]()
        self._due: dict[str, float] = {}

    def wake(self) -> None:
        """Look now."""
        self._wake.set()

    async def run(self) -> None:
        """For ever. What a former life of this gateway had in hand is taken up first."""
        try:
            await self._insist_on_begin()
            while True:
                pause = await self._look()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._wake.wait()
                await asyncio.sleep(_NUDGE_S)
        finally:
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _insist_on_begin(self) -> None:
        while True:
            try:
                async with self._services.database.begin() as conn:
                    await store.free(conn, self._worker)
                return
            except Exception as error:
                log.warning("wecom_kf.look.failed", error=type(error).__name__)
                await asyncio.sleep(_TROUBLE_S)

    async def _look(self) -> float:
        """One look; seconds until the next, if nobody wakes us."""
        self._wake.clear()
        try:
            if self._name in await self._services.deliveries.stops.all():
                return self._look_s
            if self._is_due("accounts", limits()["accounts_s"]):
                self._begin(self._learn())
            if self._is_due("forget", _FORGET_S):
                self._begin(self._forget())
            for row in await self._pulling.due():
                self._begin(self._pull(row))
            for row in await self._serving.due(limits()["at_once"] - self._running("customer")):
                self._begin(self._serve(row), name="customer")
            if not self._running("passing") and self._is_due("passing", limits()["passing_look_s"]):
                self._begin(self._pass_on(), name="passing")
        except Exception as error:
            log.warning("wecom_kf.look.failed", error=type(error).__name__)
            return _TROUBLE_S
        return self._look_s

    def _is_due(self, what: str, every_s: float) -> bool:
        now = asyncio.get_running_loop().time()
        if self._due.get(what, 0.0) > now:
            return False
        self._due[what] = now + every_s
        return True

    def _begin(self, work: Coroutine[Any, Any, None], name: str | None = None) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _running(self, name: str) -> int:
        return sum(task.get_name() == name for task in self._tasks)

    def _later(self, pause_s: float) -> None:
        asyncio.get_running_loop().call_later(pause_s, self.wake)

    async def _serve(self, row: Row[Any]) -> None:
        pause_s = await self._serving.serve(row)
        self.wake()  # for what came meanwhile, and for those who waited for the place
        if pause_s is not None:
            self._later(pause_s)

    async def _learn(self) -> None:
        try:
            await self._pulling.learn()
            self.wake()
        except Exception as error:
            log.warning("wecom_kf.accounts.failed", error=type(error).__name__)
            self._due["accounts"] = asyncio.get_running_loop().time() + limits()["sweep_s"]

    async def _pull(self, row: Row[Any]) -> None:
        await self._pulling.pull(row)
        self.wake()  # for what came, and for a signal meanwhile

    async def _pass_on(self) -> None:
        try:
            waiting = await self._passing.look()
        except Exception as error:
            log.warning("wecom_kf.passing.failed", error=type(error).__name__)
            return
        if waiting:
            self._later(limits()["passing_look_s"])

    async def _forget(self) -> None:
        now = self._services.clock.now()
        before = {"items_before": now - timedelta(days=limits()["keep_days"]), "sessions_before": now - timedelta(days=limits()["forget_days"])}
        async with self._services.database.begin() as conn:
            await store.forget(conn, **before)
            WAITING.set((await store.figures(conn))[0])
