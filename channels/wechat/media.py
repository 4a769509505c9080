"""Pictures handed to the platform, which names them by an id that messages carry: ``POST /cgi-bin/media/upload?type=image`` (multipart
``media``; PNG, JPEG or GIF of at most 10 MB, kept three days: developers.weixin.qq.com/doc/service/api/material/temporary/api_uploadtempmedia).
"""

from __future__ import annotations

import httpx

from channels.base import TryLater
from channels.wechat.api import TokenSource, decoded, errcode_in, kind_of, settle


class Media:
    """``http`` has the platform's base address."""

    def __init__(self, *, http: httpx.AsyncClient, tokens: TokenSource):
        self._http, self._tokens = http, tokens

    async def uploaded(self, body: bytes, *, name: str, media_type: str = "image/png") -> str:
        """The media id. :raises SendFailed: by the table of codes; :class:`TryLater` too when the platform is not reached."""
        picture, token = {"media": (name, body, media_type)}, await self._tokens.get()
        reply = await self._post(token, picture)
        if kind_of(errcode_in(reply)) == "token":
            reply = await self._post(await self._tokens.renew(token), picture)
        found = settle("media/upload", decoded(reply)).get("media_id")
        if not isinstance(found, str) or not found:
            raise TryLater("media_id")
        return found

    async def _post(self, token: str, picture: dict[str, tuple[str, bytes, str]]) -> httpx.Response:
        try:
            reply = await self._http.post("/cgi-bin/media/upload", params={"access_token": token, "type": "image"}, files=picture)
        except httpx.HTTPError as error:
            raise TryLater("unreachable") from error
        if reply.status_code != 200:
            raise TryLater("unreachable")
        return reply
