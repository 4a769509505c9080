"""What the supervisor has to know about one process; a table of these is all that differs between one system and another."""

from __future__ import annotations

import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class State(StrEnum):
    WAITING = "waiting"  # for the parts it comes after
    STARTING = "starting"
    READY = "ready"
    DOWN = "down"  # died, will be started again
    DONE = "done"  # a `once` part that succeeded
    STOPPED = "stopped"


@dataclass(frozen=True)
class Part:
    """One process.

    ``ready`` is asked until it says yes; only then do the parts that name this one in ``after`` start. ``once`` parts run to
    their end and are ready when they exit 0. ``prepare`` runs in a thread before every start. A part that has been ready and
    then does not answer ``alive`` (``ready`` when not given) for ``hang_s`` seconds is killed and started again.
    """

    name: str
    command: list[str]
    cwd: Path
    env: Mapping[str, str] = field(repr=False)
    ready: Callable[[], Awaitable[bool]] | None = None
    alive: Callable[[], Awaitable[bool]] | None = None
    after: tuple[str, ...] = ()
    once: bool = False
    prepare: Callable[[], None] | None = None
    account: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    grace_s: float = 8.0
    backoff_s: tuple[float, float] = (0.2, 15.0)
    steady_s: float = 30.0
    hang_s: float | None = None


class Backoff:
    """How long to wait before the next start: doubling from the first to the longest, from the start again after a steady life."""

    def __init__(self, part: Part):
        self._shortest, self._longest = part.backoff_s
        self._steady_s = part.steady_s
        self._next = self._shortest

    def after(self, lived_s: float) -> float:
        if lived_s >= self._steady_s:
            self._next = self._shortest
        delay, self._next = self._next, min(self._next * 2, self._longest)
        return delay
