"""How much of its work a gateway may begin, so that what citizens write is taken in quickly meanwhile.

An acknowledgement waits for the same event loop, processors and database as everything else. While arrivals are safe in time there is no
limit but that of places. When one waits too long, work is begun at so many a second, fewer at every further long wait, more when there is
none; evenly, for what is begun together is in the way together. It never falls to nothing: what is queued goes on.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

LEAST, MOST = 4.0, 400.0  # begun a second, of each kind of work; beyond the most there is no limit
_CAREFUL = 24.0  # where it starts, once an arrival had to wait
_AIM_S = 0.06
_FORGET_S = 0.5
_HALVED_S = 0.1  # the many who waited for the same moment are one reason to do less
_GROWTH = 4.0  # a second, every second
_SHARE = 0.2  # and of what it is
_BURST_S = 0.1  # what was not begun may be made up for, so much of it


class Pace:
    """``aim_s``: what an arrival may wait. ``clock``: seconds, for tests."""

    def __init__(self, *, aim_s: float = _AIM_S, clock: Callable[[], float] = time.monotonic):
        self._aim_s, self.now = aim_s, clock
        self._rate, self._noted_at, self._halved_at = math.inf, clock(), -math.inf

    def note(self, waited_s: float) -> None:
        """An arrival is safe, and waited so long for it."""
        now = self.now()
        rate, passed = self.rate(), now - self._noted_at
        self._noted_at = now
        if waited_s <= self._aim_s:
            grown = rate + passed * (_GROWTH + _SHARE * rate)
            self._rate = grown if grown < MOST else math.inf
        elif now - self._halved_at >= _HALVED_S:
            self._rate, self._halved_at = max(min(rate / 2, _CAREFUL), LEAST), now
        else:
            self._rate = rate

    def rate(self) -> float:
        """What may be begun in a second; infinite when nothing has arrived for a while."""
        return math.inf if self.now() - self._noted_at > _FORGET_S else self._rate

    def begins(self) -> Begins:
        """For one kind of work, which has this pace to itself."""
        return Begins(self)


class Begins:
    """How many pieces of one kind of work may be begun now."""

    def __init__(self, pace: Pace):
        self._pace, self._saved, self._counted_at = pace, 1.0, pace.now()

    def room(self) -> float:
        """So many now (whole, or infinite), and not less until some are ``spent``."""
        now, rate = self._pace.now(), self._pace.rate()
        if rate == math.inf:
            self._saved, self._counted_at = 1.0, now
            return math.inf
        self._saved = min(self._saved + (now - self._counted_at) * rate, max(1.0, rate * _BURST_S))
        self._counted_at = now
        return math.floor(self._saved)

    def spent(self, number: int = 1) -> None:
        self._saved = max(self._saved - number, 0.0)

    def pause_s(self) -> float:
        """Until there is room for the next, as things are."""
        return max(1.0 - self._saved, 0.0) / self._pace.rate()
