"""Group commit: what arrives while a transaction is under way goes into the next one together.

An arrival that finds nothing under way begins at once; only in a flood, when a transaction took several, the next one waits a moment for
company, for most of what a transaction costs does not depend on how many go into it. Each is answered when the transaction it went in has been
committed. What cannot go along (its citizen is being written to by somebody else), and everything of a transaction that failed, is tried
alone, so that one bad arrival harms nobody.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import structlog

from services.deliveries import metrics

log = structlog.get_logger(__name__)
_FLOOD = 4  # arrivals of one transaction
_COMPANY_S = 0.02
T = TypeVar("T")
R = TypeVar("R")


@dataclass
class _Waiting(Generic[T, R]):
    item: T
    done: asyncio.Future[R]
    since: float = field(default_factory=time.monotonic)


class Gathering(Generic[T, R]):
    """``together`` stores many and answers each, None for those to be tried ``alone``. ``note`` hears how long each arrival waited, in seconds.
    ``at_most``: items of one transaction. ``lonely``: so many are tried alone at the same time."""

    def __init__(
        self, *, together: Callable[[Sequence[T]], Awaitable[Sequence[R | None]]], alone: Callable[[T], Awaitable[R]],
        note: Callable[[float], None], at_most: int = 64, lonely: int = 4,
    ):  # fmt: skip
        self._together, self._alone, self._note, self._at_most = together, alone, note, at_most
        self._line: list[_Waiting[T, R]] = []
        self._working: asyncio.Task[None] | None = None
        self._lonely = asyncio.Semaphore(lonely)
        self._tasks: set[asyncio.Task[None]] = set()

    async def put(self, item: T) -> R:
        """The answer to it, once it is stored. Whoever stops waiting leaves it in doubt whether it was."""
        waiting: _Waiting[T, R] = _Waiting(item, asyncio.get_running_loop().create_future())
        self._line.append(waiting)
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        return await waiting.done

    async def _work(self) -> None:
        while self._line:
            batch, self._line = self._line[: self._at_most], self._line[self._at_most :]
            batch = [waiting for waiting in batch if not waiting.done.done()]
            if batch:
                await self._store(batch)
            if len(batch) >= _FLOOD:
                await asyncio.sleep(_COMPANY_S)

    async def _store(self, batch: Sequence[_Waiting[T, R]]) -> None:
        try:
            found = await self._together([waiting.item for waiting in batch])
        except Exception as error:
            log.warning("arrivals.together.failed", count=len(batch), error=type(error).__name__)
            found = [None] * len(batch)
        metrics.TOGETHER.observe(len(batch))
        for waiting, answer in zip(batch, found, strict=True):
            if answer is not None:
                self._answer(waiting, answer)
            else:
                task = asyncio.create_task(self._try_alone(waiting))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _try_alone(self, waiting: _Waiting[T, R]) -> None:
        async with self._lonely:
            if waiting.done.done():
                return
            try:
                self._answer(waiting, await self._alone(waiting.item))
            except Exception as error:
                if not waiting.done.done():
                    waiting.done.set_exception(error)

    def _answer(self, waiting: _Waiting[T, R], answer: R) -> None:
        self._note(time.monotonic() - waiting.since)
        if not waiting.done.done():
            waiting.done.set_result(answer)
