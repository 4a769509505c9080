"""The adapter to Rasa: one HTTP call a turn. Only masked text and ids go there."""

from __future__ import annotations

from typing import Any

import httpx
import orjson

from services.conversations.errors import EngineFailed
from services.conversations.model import EngineReply, Turn

_PICTURE = "/picture"


class RasaEngine:
    """Talks to the project's own Rasa channel (``bot/components/channel.py``), which never hides a failure behind an empty answer."""

    def __init__(self, *, url: str, token: str, timeout_s: float = 10.0):
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=60)
        self._http = httpx.AsyncClient(base_url=url, timeout=httpx.Timeout(timeout_s, connect=2.0), limits=limits, trust_env=False)
        self._params = {"token": token} if token else {}

    async def turn(self, *, turn: Turn, context: dict[str, Any]) -> EngineReply:
        text = _PICTURE if turn.kind == "upload" else turn.original if turn.kind == "payload" else as_text(turn.masked)
        metadata = {"turn_id": turn.id, "conversation_id": turn.conversation.id, **context}
        body = orjson.dumps({"sender": turn.conversation.id, "text": text, "metadata": metadata})
        try:
            response = await self._http.post(
                "/webhooks/bangban/turn", params=self._params, content=body, headers={"content-type": "application/json"}
            )
        except httpx.HTTPError as error:
            raise EngineFailed(type(error).__name__) from error
        if response.status_code != 200:
            raise EngineFailed(f"status {response.status_code}")
        data = orjson.loads(response.content)
        if any((output.get("custom") or {}).get("failed") for output in data.get("outputs", [])):
            raise EngineFailed("action")
        return EngineReply(outputs=data.get("outputs", []), intent=(data.get("intent") or {}).get("name"), action=data.get("action"))

    async def healthy(self) -> bool:
        try:
            return (await self._http.get("/", timeout=2.0)).status_code == 200
        except httpx.HTTPError:
            return False

    async def close(self) -> None:
        await self._http.aclose()


def as_text(text: str) -> str:
    """A sentence must never be read as a button: a leading slash is what marks those."""
    return text.lstrip("/") or "？"
