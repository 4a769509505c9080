"""Whose turn is next: so many conversations at once, the others in line, each getting one answer before the next of his own.

A waiting conversation costs its name in a list, not a coroutine; its lease is kept meanwhile, so that nobody else takes it for abandoned.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection

import structlog
from prometheus_client import Gauge

from services.conversations.pace import Pace

log = structlog.get_logger(__name__)
WAITING = Gauge("bangban_turns_waiting", "Conversations in line for their next answer")
RUNNING = Gauge("bangban_turns_running", "Conversations whose answer is being worked on")
_TROUBLE_S = 1.0
_MOMENT_S = 0.01

Step = Callable[[str], Awaitable[bool]]  # runs one turn; whether there are more, and then the lease is still held
Renew = Callable[[Collection[str]], Awaitable[Collection[str]]]  # keeps these leases; which of them are still ours


class Turns:
    """``at_once``: conversations worked on at the same time. ``reserve``: further places that only urgent ones take, so that a word in an
    emergency, or one for a person, does not wait behind a slow engine. ``renew_s``: how often leases are kept; a fraction of them."""

    def __init__(self, *, step: Step, renew: Renew, pace: Pace, at_once: int, renew_s: float, reserve: int = 4):
        self._step, self._renew, self._at_once, self._renew_s, self._reserve = step, renew, at_once, renew_s, reserve
        self._begins = pace.begins()
        self._line: dict[str, None] = {}  # in order
        self._urgent: dict[str, None] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._keeping: asyncio.Task[None] | None = None
        self._later: asyncio.TimerHandle | None = None
        self._closed = False

    def put(self, conversation_id: str, *, urgent: bool = False) -> None:
        """Its lease is held. Twice is once; urgent goes before what is not."""
        if conversation_id in self._running:
            self._again.add(conversation_id)
            return
        if urgent:
            self._line.pop(conversation_id, None)
            self._urgent[conversation_id] = None
        elif conversation_id not in self._urgent:
            self._line[conversation_id] = None
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.create_task(self._keep())
        self._fill()

    def hurry(self, conversation_id: str) -> None:
        """If it waits in line, it goes before the others."""
        if conversation_id in self._line:
            self.put(conversation_id, urgent=True)

    def _fill(self) -> None:
        while not self._closed and (chosen := self._next()) is not None:
            self._running[chosen] = asyncio.create_task(self._run(chosen))
        WAITING.set(self.waiting)
        RUNNING.set(self.running)
        waits_for_pace = self._line and len(self._running) < self._at_once and not self._closed
        if waits_for_pace and self._later is None:  # else whoever ends looks again
            self._later = asyncio.get_running_loop().call_later(max(self._begins.pause_s(), _MOMENT_S), self._look_again)

    def _look_again(self) -> None:
        self._later = None
        self._fill()

    def _next(self) -> str | None:
        if self._urgent and len(self._running) < self._at_once + self._reserve:
            return _first(self._urgent)
        if self._line and len(self._running) < self._at_once and self._begins.room():
            self._begins.spent()
            return _first(self._line)
        return None

    async def _run(self, conversation_id: str) -> None:
        more = False
        try:
            more = await self._step(conversation_id)
        except Exception:
            log.exception("turn.run.failed", conversation_id=conversation_id)
        finally:
            del self._running[conversation_id]
            if more or conversation_id in self._again:
                self._again.discard(conversation_id)
                self._line[conversation_id] = None  # behind the others
            self._fill()

    async def _keep(self) -> None:
        """Until nobody is here any more."""
        pause = self._renew_s
        while True:
            await asyncio.sleep(pause)
            here = [*self._urgent, *self._line, *self._running]
            if not here:
                return
            try:
                lost = set(here) - set(await self._renew(here))
                pause = self._renew_s
            except Exception as error:
                log.warning("turn.lease.not_kept", error=type(error).__name__)
                pause = min(_TROUBLE_S, self._renew_s)
                continue
            for conversation_id in lost:  # somebody else's now; what runs is refused at its commit
                self._urgent.pop(conversation_id, None)
                self._line.pop(conversation_id, None)

    @property
    def running(self) -> int:
        return len(self._running)

    @property
    def waiting(self) -> int:
        return len(self._line) + len(self._urgent)

    async def close(self) -> None:
        """Ends what runs; leases stay, for the next life of this worker to take up."""
        self._closed = True
        if self._later is not None:
            self._later.cancel()
        tasks = [*self._running.values(), *([self._keeping] if self._keeping else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _first(line: dict[str, None]) -> str:
    chosen = next(iter(line))
    del line[chosen]
    return chosen
