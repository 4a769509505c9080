"""Keeps one part running: start, wait until ready, notice its death, start again; and stop it with nothing left behind."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from bangban.supervisor.child import Child, start
from bangban.supervisor.output import LogFile, copy_lines
from bangban.supervisor.part import Backoff, Part, State

Tell = Callable[[str, State, str], None]


class Keeper:
    """``tell(name, state, detail)`` hears every change; ``show(name, line)`` every line the process prints."""

    def __init__(self, part: Part, *, log: LogFile, tell: Tell, show: Callable[[str, str], None], poll_s: float = 0.1):
        self.part = part
        self.state = State.WAITING
        self.was_ready = asyncio.Event()
        self.child: Child | None = None
        self._log, self._tell, self._show, self._poll_s = log, tell, show, poll_s
        self._stopping = asyncio.Event()
        self._backoff = Backoff(part)
        self._last = ""  # A program that fails says why in its last line.

    async def run(self, before: list[Keeper]) -> None:
        """Until stopped; a ``once`` part until it has succeeded."""
        for keeper in before:
            await self._unless_stopped(keeper.was_ready.wait())
        while not self._stopping.is_set():
            began = time.monotonic()
            code = await self._one_life()
            if self._stopping.is_set():
                break
            if self.part.once and code == 0:
                self._change(State.DONE, f"{time.monotonic() - began:.1f} s")
                self.was_ready.set()
                return
            delay = self._backoff.after(time.monotonic() - began)
            last = f" ({self._last[:160]})" if code and self._last else ""
            self._change(State.DOWN, f"{_ending(code)}{last}; again in {delay:.1f} s")
            await self._unless_stopped(asyncio.sleep(delay))
        self._change(State.STOPPED, "")

    async def stop(self) -> None:
        """Asks the process to end, and after its grace kills its whole group."""
        self._stopping.set()
        child = self.child
        if child is None or not child.alive:
            return
        child.signal(self.part.stop_signal)
        try:
            await asyncio.wait_for(child.wait(), self.part.grace_s)
        except TimeoutError:
            child.kill_group()

    def kill(self) -> None:
        """Ends the process and its children at once."""
        self._stopping.set()
        if self.child is not None and self.child.alive:
            self.child.kill_group()

    async def _one_life(self) -> int | None:
        """From start to death; the exit code, negative for a signal, None when it could not be started."""
        try:
            if self.part.prepare:
                await asyncio.to_thread(self.part.prepare)
            if self._stopping.is_set():
                return None
            self.child = child = await start(self.part)
        except (OSError, RuntimeError) as error:
            self._take(f"could not start: {error}")
            return None
        if self._stopping.is_set():  # stop() came while it was being started and saw no process.
            child.kill_group()
        self._change(State.STARTING, f"process {child.pid}")
        copying = asyncio.create_task(copy_lines(child.output, self._take))
        watching = asyncio.create_task(self._watch(child))
        code = await child.wait()
        watching.cancel()
        child.kill_group()  # Workers that outlived their master; they also hold the output open.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(copying, 1)
        child.close()
        return code

    async def _watch(self, child: Child) -> None:
        """Notices when the process becomes ready and, where the part asks for it, when it hangs."""
        probe = self.part.ready
        if probe is None:
            return
        began = last_yes = time.monotonic()
        while not await self._asked(probe):
            await asyncio.sleep(self._poll_s)
        self._change(State.READY, f"{time.monotonic() - began:.1f} s")
        self.was_ready.set()
        while self.part.hang_s is not None:
            await asyncio.sleep(self.part.hang_s / 6)
            if await self._asked(self.part.alive or probe):
                last_yes = time.monotonic()
            elif time.monotonic() - last_yes > self.part.hang_s:
                self._take(f"has not answered for {self.part.hang_s:.0f} s and is killed")
                child.kill_group()
                return

    async def _asked(self, probe: Callable[[], Awaitable[bool]]) -> bool:
        try:
            return await probe()
        except Exception as error:  # A probe that fails in a way nobody thought of means "no", and is written down.
            self._log.write(f"probe failed: {error!r}")
            return False

    async def _unless_stopped(self, wait: Coroutine[Any, Any, Any]) -> None:
        """Waits for it or for the word to stop, whichever comes first."""
        tasks = [asyncio.ensure_future(wait), asyncio.ensure_future(self._stopping.wait())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()

    def _take(self, line: str) -> None:
        self._last = line.strip() or self._last
        self._log.write(line)
        self._show(self.part.name, line)

    def _change(self, state: State, detail: str) -> None:
        self.state = state
        self._tell(self.part.name, state, detail)


def _ending(code: int | None) -> str:
    if code is None:
        return "could not start"
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"
