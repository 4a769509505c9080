"""How much of its work a gateway may do at the same time, so that what citizens write is taken in quickly meanwhile.

An acknowledgement waits for the same event loop, processors and database as everything else. When arrivals wait too long the share is halved,
when they do not it grows again, step by step; with nothing arriving it is whole. It never falls to nothing: work queues, and goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable

_AIM_S = 0.03
_FORGET_S = 0.5
_STEP = 1 / 32


class Pace:
    """``aim_s``: what an arrival may wait. ``clock``: seconds, for tests."""

    def __init__(self, *, aim_s: float = _AIM_S, clock: Callable[[], float] = time.monotonic):
        self._aim_s, self._clock = aim_s, clock
        self._share, self._noted_at = 1.0, clock()

    def note(self, waited_s: float) -> None:
        """An arrival is safe, and waited so long for it."""
        self._share, self._noted_at = self.share(), self._clock()
        self._share = max(self._share / 2, 0.0) if waited_s > self._aim_s else min(self._share + _STEP, 1.0)

    def share(self) -> float:
        """From 0 to 1."""
        return 1.0 if self._clock() - self._noted_at > _FORGET_S else self._share

    def of(self, most: int) -> int:
        """How many of ``most`` may run now; at least one."""
        return max(1, int(most * self.share()))
