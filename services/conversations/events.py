"""Telling listeners that something happened: within this process at once, to other workers through Valkey when it is up.

Only nudges travel here ("conversation X has news"), never content: whoever is nudged reads PostgreSQL. A lost nudge
therefore delays, and never loses; waiters also look by themselves every few seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import defaultdict
from typing import Any

import redis.asyncio as redis
import structlog

log = structlog.get_logger(__name__)
_CHANNEL = "bangban:events"
DESK = "desk"
EVERYTHING = "*"


class Events:
    """A topic is a conversation id, or :data:`DESK` for what concerns every agent; :data:`EVERYTHING` hears all of them."""

    def __init__(self, redis_url: str | None = None):
        self._redis_url = redis_url
        self._redis: redis.Redis | None = None
        self._waiting: dict[str, set[asyncio.Queue[dict[str, Any]]]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        if self._redis_url:
            self._redis = redis.from_url(self._redis_url, decode_responses=True, socket_connect_timeout=1)
            self._task = asyncio.create_task(self._listen())

    async def close(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._redis:
            await self._redis.aclose()

    async def publish(self, topic: str, **data: Any) -> None:
        event = {"topic": topic, **data}
        self._deliver(event)
        if self._redis:
            try:
                await self._redis.publish(_CHANNEL, json.dumps({**event, "from": id(self)}))
            except (redis.RedisError, OSError):
                log.warning("events.publish.failed")

    @contextlib.contextmanager
    def subscribe(self, *topics: str):
        """A queue that receives the events of the topics while the context lasts."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(maxsize=1000)
        for topic in topics:
            self._waiting[topic].add(queue)
        try:
            yield queue
        finally:
            for topic in topics:
                self._waiting[topic].discard(queue)
                if not self._waiting[topic]:
                    del self._waiting[topic]

    def _deliver(self, event: dict[str, Any]) -> None:
        for queue in (*self._waiting.get(event["topic"], ()), *self._waiting.get(EVERYTHING, ())):
            with contextlib.suppress(asyncio.QueueFull):
                queue.put_nowait(event)

    async def _listen(self) -> None:
        while True:
            try:
                assert self._redis is not None
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(_CHANNEL)
                    async for raw in pubsub.listen():
                        if raw["type"] == "message":
                            event = json.loads(raw["data"])
                            if event.pop("from", None) != id(self):
                                self._deliver(event)
            except (redis.RedisError, OSError):
                await asyncio.sleep(1)
