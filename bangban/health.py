"""Is a citizen served? Each part asked directly, in parallel, with short patience."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import httpx
import redis.asyncio as redis
from sqlalchemy import text

from common.settings import Settings
from services.bootstrap import Services

_PATIENCE_S = 2.0


async def parts(services: Services, config: Settings) -> dict[str, str]:
    """``ok`` or ``down`` for every part; a channel without its settings is ``off``, which is healthy."""
    checks = {
        "rasa": _http(f"{config.rasa_url}/"),
        "actions": _http(f"{config.actions_url}/health"),
        "postgres": _postgres(services),
        "redis": _redis(config.redis_url or ""),
        "index": _index(services),
    }
    states = await asyncio.gather(*(_state(check) for check in checks.values()))
    return {**dict(zip(checks, states, strict=True)), **_channels()}


async def _state(check: Awaitable[bool]) -> str:
    try:
        return "ok" if await asyncio.wait_for(check, _PATIENCE_S) else "down"
    except Exception:
        return "down"


async def _http(url: str) -> bool:
    async with httpx.AsyncClient(trust_env=False) as http:
        return (await http.get(url)).status_code == 200


async def _postgres(services: Services) -> bool:
    async with services.database.begin() as conn:
        return (await conn.execute(text("SELECT 1"))).scalar() == 1


async def _redis(url: str) -> bool:
    async with redis.from_url(url) as client:
        return bool(await client.ping())


async def _index(services: Services) -> bool:
    return services.knowledge.status() == "ok"


def _channels() -> dict[str, str]:
    return dict.fromkeys(("wechat_oa", "miniprogram", "wecom_kf"), "off")
