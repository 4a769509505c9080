"""The picture on our cards: uploaded to the platform, its media id shared by all workers until it runs out.

``POST /cgi-bin/media/upload?type=image`` (multipart ``media``): pictures are kept three days; 520×416 suits a card.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import httpx
import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError

from channels.base import SendFailed, TryLater
from channels.miniprogram.catalogue import limits
from channels.wechat.api import TokenSource, decoded, errcode_in, kind_of, settle

log = structlog.get_logger(__name__)
_AWAY = (RedisError, OSError)
PICTURE = Path(__file__).with_name("cover.png")


class Covers:
    """``http`` has the platform's base address."""

    def __init__(self, *, http: httpx.AsyncClient, tokens: TokenSource, store: redis.Redis, account: str):
        self._http, self._tokens, self._store = http, tokens, store
        self._key, self._own = f"bangban:cover:{account}", ""

    async def get(self) -> str | None:
        """The media id; None while the platform takes no picture, and then a card does without."""
        if known := await self._kept():
            return known
        try:
            self._own = await self._uploaded()
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

    async def _uploaded(self) -> str:
        token = await self._tokens.get()
        reply = await self._post(token)
        if kind_of(errcode_in(reply)) == "token":
            reply = await self._post(await self._tokens.renew(token))
        found = settle("media/upload", decoded(reply)).get("media_id")
        if not isinstance(found, str) or not found:
            raise TryLater("media_id")
        return found

    async def _post(self, token: str) -> httpx.Response:
        picture = {"media": (PICTURE.name, PICTURE.read_bytes(), "image/png")}
        try:
            reply = await self._http.post("/cgi-bin/media/upload", params={"access_token": token, "type": "image"}, files=picture)
        except httpx.HTTPError as error:
            raise TryLater("unreachable") from error
        if reply.status_code != 200:
            raise TryLater("unreachable")
        return reply
