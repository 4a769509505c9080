"""Short memories in Redis: the last events of a conversation for a day, never more.

Everything that must last is in PostgreSQL; each turn brings its own context in the metadata. So a lost tracker costs nothing,
and a store that is down must not cost a turn: reading then gives an empty tracker and saving does nothing (one warning a minute).
Unlike Rasa's store this one does not merge sessions, does not block the event loop and forgets by itself (``ttl_s``).
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from redis import asyncio as redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
KEY = "bangban:tracker:"
_LEFT_OUT = ("parse_data", "metadata")  # offers and rankings of past turns are of no use, and large


class RecentTrackerStore(TrackerStore):
    """``endpoints.yml``: ``type: components.tracker_store.RecentTrackerStore``, ``url: redis://…``, optional ``events``, ``ttl_s``, ``timeout_s``."""

    def __init__(
        self,
        host: str | EndpointConfig = "",
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        url: str | None = None,
        events: int = 30,
        ttl_s: int = 86400,
        timeout_s: float = 0.5,
        **_: Any,
    ) -> None:
        super().__init__(domain, event_broker)
        address = url or (host.url if isinstance(host, EndpointConfig) else host)
        self._events, self._ttl_s = int(events), int(ttl_s)
        self._redis = redis.Redis.from_url(address, socket_timeout=timeout_s, socket_connect_timeout=timeout_s)
        self._complained_at = 0.0

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        try:
            stored = await self._redis.get(KEY + sender_id)
        except (RedisError, OSError) as error:
            self._complain("read", error)
            return None
        if not stored:
            return None
        try:
            return DialogueStateTracker.from_dict(sender_id, json.loads(stored), self.domain.slots, max_event_history=self._events)
        except (ValueError, KeyError, TypeError) as error:  # written by another version: begin anew
            self._complain("understand", error)
            return None

    async def save(self, tracker: DialogueStateTracker) -> None:
        events = [_brief(e) for e in list(tracker.events)[-self._events :]]
        try:
            await self._redis.set(KEY + tracker.sender_id, json.dumps(events, ensure_ascii=False), ex=self._ttl_s)
        except (RedisError, OSError) as error:
            self._complain("write", error)

    async def create_tracker(self, sender_id: str, append_action_listen: bool = True) -> DialogueStateTracker:
        return self.init_tracker(sender_id)  # nothing worth a write yet

    async def keys(self) -> Iterable[str]:
        return [key.decode()[len(KEY) :] async for key in self._redis.scan_iter(match=KEY + "*", count=500)]

    def _complain(self, what: str, error: Exception) -> None:
        now = time.monotonic()
        if now - self._complained_at > 60:
            self._complained_at = now
            logger.warning("tracker_store.unavailable: cannot %s trackers (%s); turns go on without memory", what, type(error).__name__)


def _brief(event: Event) -> dict[str, Any]:
    plain = event.as_dict()
    if isinstance(event, UserUttered):
        plain = {k: v for k, v in plain.items() if k not in _LEFT_OUT}
        plain["parse_data"] = {"intent": event.intent, "entities": event.entities, "text": event.text}
    return {k: v for k, v in plain.items() if v is not None}
