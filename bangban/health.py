"""Is a citizen served? Each part asked directly, in parallel, with short patience."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Mapping

import httpx
import redis.asyncio as redis
from sqlalchemy import text

from channels.base import Channel
from channels.registry import states as channel_states
from common.settings import Settings
from services.bootstrap import Services

_PATIENCE_S = 2.0
_REMEMBER_S = 1.0


class Health:
    """Asks with connections it keeps (a new client would load certificates each time), and remembers an answer for a second."""

    def __init__(self, services: Services, config: Settings, channels: Mapping[str, Channel]):
        self._services, self._config, self._channels = services, config, channels
        self._http = httpx.AsyncClient(trust_env=False, verify=False, timeout=_PATIENCE_S)  # loopback, plain HTTP
        self._redis = redis.from_url(config.redis_url or "")
        self._known: tuple[float, dict[str, str]] = (0.0, {})

    async def parts(self) -> dict[str, str]:
        """``ok``, ``starting`` or ``down`` for every part; a channel without its settings is ``off``, which is healthy."""
        asked_at, known = self._known
        if not known or time.monotonic() - asked_at > _REMEMBER_S:
            known = await self._ask()
            self._known = time.monotonic(), known
        return known

    async def _ask(self) -> dict[str, str]:
        checks = {
            "rasa": self._answers(f"{self._config.rasa_url}/webhooks/bangban/health"),
            "actions": self._answers(f"{self._config.actions_url}/ready"),
            "postgres": self._postgres(),
            "redis": self._redis.ping(),
        }
        states = await asyncio.gather(*(_state(check) for check in checks.values()))
        return {**dict(zip(checks, states, strict=True)), "index": self._services.knowledge.status(), **await self._channel_states()}

    async def _channel_states(self) -> dict[str, str]:
        """A channel that an operator stopped is off, which is healthy: it is meant."""
        try:
            stopped = await asyncio.wait_for(self._services.deliveries.stops.all(), _PATIENCE_S)
        except Exception:
            stopped = self._services.deliveries.stops.known()
        return {name: "off" if name in stopped else state for name, state in channel_states(self._channels).items()}

    async def _answers(self, url: str) -> bool:
        return (await self._http.get(url)).status_code == 200

    async def _postgres(self) -> bool:
        async with self._services.database.begin() as conn:
            return (await conn.execute(text("SELECT 1"))).scalar() == 1

    async def close(self) -> None:
        await self._http.aclose()
        await self._redis.aclose()


async def _state(check: Awaitable[object]) -> str:
    try:
        return "ok" if await asyncio.wait_for(check, _PATIENCE_S) else "down"
    except Exception:
        return "down"
