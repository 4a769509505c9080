"""A recogniser behind HTTP: ``POST <address>`` with the recording as body and its type as ``Content-Type`` → ``{"text": "…"}``.

422, or an empty text: nothing understood. Anything else is a failure that may pass.
"""

from __future__ import annotations

import httpx

from services.speech.ports import NotHeard, RecogniserDown


class HttpRecogniser:
    def __init__(self, *, client: httpx.AsyncClient, url: str):
        self._client, self._url = client, url

    async def text(self, *, audio: bytes, media_type: str) -> str:
        try:
            reply = await self._client.post(self._url, content=audio, headers={"Content-Type": media_type})
            found = reply.json() if reply.status_code == 200 else None
        except (httpx.HTTPError, ValueError) as error:
            raise RecogniserDown from error
        if reply.status_code == 422:
            raise NotHeard
        if not isinstance(found, dict) or not isinstance(found.get("text"), str):
            raise RecogniserDown
        if not found["text"].strip():
            raise NotHeard
        return found["text"].strip()

    async def close(self) -> None:
        await self._client.aclose()
