"""Rate limits, counted in this process (sliding window). More gateways each count for themselves; a proxy in front may add its own."""

from __future__ import annotations

import time
from collections import deque

from common.errors import TooMany

_KEYS = 50_000


class Limit:
    """At most ``count`` events a minute for a key (a session, an address)."""

    def __init__(self, count: int):
        self.count = count
        self._seen: dict[str, deque[float]] = {}

    def check(self, key: str) -> None:
        """Counts one event. :raises TooMany: the key has used its minute up."""
        now = time.monotonic()
        events = self._seen.setdefault(key, deque())
        while events and events[0] <= now - 60:
            events.popleft()
        if len(events) >= self.count:
            raise TooMany
        events.append(now)
        if len(self._seen) > _KEYS:
            self._seen = {k: v for k, v in self._seen.items() if v and v[-1] > now - 60}
