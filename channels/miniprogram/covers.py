"""The picture on cards that open our mini-program: uploaded to the platform, its media id shared by all workers until it runs out.

Pictures are kept three days; 520×416 suits a card.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import httpx
import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError

from channels.base import SendFailed
from channels.miniprogram.catalogue import limits
from channels.wechat.api import TokenSource
from channels.wechat.media import Media

log = structlog.get_logger(__name__)
_AWAY = (RedisError, OSError)
PICTURE = Path(__file__).with_name("cover.png")


class Covers:
    """``http`` has the platform's base address."""

    def __init__(self, *, http: httpx.AsyncClient, tokens: TokenSource, store: redis.Redis, account: str):
        self._media, self._store = Media(http=http, tokens=tokens), store
        self._key, self._own = f"bangban:cover:{account}", ""

    async def get(self) -> str | None:
        """The media id; None while the platform takes no picture, and then a card does without."""
        if known := await self._kept():
            return known
        try:
            self._own = await self._media.uploaded(PICTURE.read_bytes(), name=PICTURE.name)
        except SendFailed as error:
            log.warning("miniprogram.cover.failed", reason=error.reason)
            return None
        with contextlib.suppress(*_AWAY):
            await self._store.set(self._key, self._own, ex=limits()["cover_keep_s"])
        return self._own

    async def lost(self) -> None:
        """The platform knows it no more (40007)."""
        self._own = ""
        with contextlib.suppress(*_AWAY):
            await self._store.delete(self._key)

    async def _kept(self) -> str:
        try:
            found = await self._store.get(self._key)
        except _AWAY:
            return self._own
        return found.decode() if found else ""
