"""How much of its work a gateway may do at the same time, so that what citizens write is taken in quickly meanwhile.

An acknowledgement waits for the same event loop, processors and database as everything else. When arrivals wait too long the share is halved,
when they do not it grows again, slowly; with nothing arriving it is whole. It never falls to nothing: at the worst a piece of work is begun
every quarter of a second, so what is queued goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable

BREATH_S = 0.25
_AIM_S = 0.05
_FORGET_S = 0.5
_HALVED_S = 0.1  # the many who waited for the same moment are one reason to do less
_GROWTH = 0.25  # of the whole, a second


class Pace:
    """``aim_s``: what an arrival may wait. ``clock``: seconds, for tests."""

    breath_s = BREATH_S

    def __init__(self, *, aim_s: float = _AIM_S, clock: Callable[[], float] = time.monotonic):
        self._aim_s, self._clock = aim_s, clock
        self._share, self._noted_at, self._halved_at = 1.0, clock(), float("-inf")

    def note(self, waited_s: float) -> None:
        """An arrival is safe, and waited so long for it."""
        now = self._clock()
        share, passed = self.share(), now - self._noted_at
        self._noted_at = now
        if waited_s <= self._aim_s:
            self._share = min(share + passed * _GROWTH, 1.0)
        elif now - self._halved_at >= _HALVED_S:
            self._share, self._halved_at = share / 2, now
        else:
            self._share = share

    def share(self) -> float:
        """From 0 to 1."""
        return 1.0 if self._clock() - self._noted_at > _FORGET_S else self._share

    def of(self, most: int, *, begun_at: float) -> int:
        """How many of ``most`` may run now; where that is none, one when the last was begun ``BREATH_S`` ago. ``begun_at`` by this clock."""
        allowed = int(most * self.share())
        return allowed or int(self._clock() - begun_at >= BREATH_S)

    def now(self) -> float:
        return self._clock()
