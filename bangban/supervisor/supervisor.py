"""Runs a table of parts until told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

from bangban.supervisor.keeper import Keeper, Tell
from bangban.supervisor.leftovers import Leftovers
from bangban.supervisor.output import LogFile
from bangban.supervisor.part import Part, State

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """``home`` takes the logs and the list of running processes; ``tell`` and ``show`` as in :class:`Keeper`."""

    def __init__(self, parts: list[Part], *, home: Path, tell: Tell, show: Callable[[str, str], None], poll_s: float = 0.1):
        names = [part.name for part in parts]
        if unknown := {name for part in parts for name in part.after} - set(names):
            raise ValueError(f"parts come after unknown parts: {sorted(unknown)}")
        self._tell = tell
        self._logs = {name: LogFile(home / "logs", name) for name in names}
        self.keepers = {
            part.name: Keeper(part, log=self._logs[part.name], tell=self._heard, show=show, poll_s=poll_s) for part in parts
        }
        self._leftovers = Leftovers(home / "run" / "processes.json")
        self._signals = 0
        self._told_to_stop = asyncio.Event()

    async def run(self, when_ready: Callable[[], None] | None = None) -> None:
        """Until SIGINT, SIGTERM or SIGHUP; a second signal does not wait for anybody's grace."""
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._on_signal)
        await asyncio.to_thread(self._leftovers.clear)
        tasks = [asyncio.create_task(k.run([self.keepers[name] for name in k.part.after])) for k in self.keepers.values()]
        announcing = asyncio.create_task(self._announce(when_ready))
        try:
            await self._told_to_stop.wait()
        finally:
            announcing.cancel()
            await self._stop_all()
            await asyncio.gather(*tasks, announcing, return_exceptions=True)
            self._leftovers.forget()
            for log in self._logs.values():
                log.close()
            for number in _SIGNALS:
                loop.remove_signal_handler(number)

    def stop(self) -> None:
        """The same as a first signal."""
        self._told_to_stop.set()

    async def _stop_all(self) -> None:
        """Those that use others first: each part stops when everything that comes after it has."""
        stopped = {name: asyncio.Event() for name in self.keepers}

        async def stop(keeper: Keeper) -> None:
            for other in self.keepers.values():
                if keeper.part.name in other.part.after:
                    await stopped[other.part.name].wait()
            await keeper.stop()
            stopped[keeper.part.name].set()

        await asyncio.gather(*(stop(keeper) for keeper in self.keepers.values()))

    async def _announce(self, when_ready: Callable[[], None] | None) -> None:
        for keeper in self.keepers.values():
            await keeper.was_ready.wait()
        if when_ready:
            when_ready()

    def _heard(self, name: str, state: State, detail: str) -> None:
        self._leftovers.remember([k.child.pid for k in self.keepers.values() if k.child and k.child.alive])
        self._tell(name, state, detail)

    def _on_signal(self) -> None:
        self._signals += 1
        self._told_to_stop.set()
        if self._signals > 1:
            for keeper in self.keepers.values():
                keeper.kill()
