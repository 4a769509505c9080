"""The platform's own time. Windows, quotas and tokens run by it; it goes with the real clock and can be moved forward."""

from __future__ import annotations

import time
from collections.abc import Callable


class PlatformClock:
    """``wall`` is what pushes are stamped with (seconds); ``now`` is that, plus what :meth:`advance` added."""

    def __init__(self, wall: Callable[[], float] = time.time):
        self.wall, self._ahead = wall, 0.0

    def now(self) -> float:
        return self.wall() + self._ahead

    def advance(self, seconds: float) -> None:
        """Time passes for windows, quotas and tokens; the stamps of pushes stay, so that a gateway with another clock accepts them."""
        self._ahead += seconds
