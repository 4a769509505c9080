"""A whole channel in a hundred lines, the one of docs/howto/add-a-channel.md: an imaginary "notice board" app.

Its platform POSTs ``{"id", "from", "text" or "tap"}`` with ``X-Board-Key``, and shows a citizen what is POSTed to ``<base>/show``
(``{"to", "text", "buttons"}``). It allows two messages for each of the citizen's, within an hour.
"""

from __future__ import annotations

import hmac
from datetime import timedelta

import httpx
import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sanic import Request
from sanic.response import HTTPResponse

from channels import base
from common.errors import InvalidInput, TooLarge, Unauthenticated
from common.web import reply
from services.bootstrap import Services
from services.conversations.model import Incoming

ACCOUNT = "board"  # the account of ours that citizens write to; a platform with several names it in each call
_MOST_BYTES = 16 * 1024
_FAILURES = {"closed": base.WindowClosed, "quota": base.QuotaUsed, "gone": base.Gone, "bad": base.Refused}
_CAN = base.Capabilities(text_chars=300, choices="menu", menu_choices=4, menu_head_bytes=600, allowance=base.Allowance(3, timedelta(hours=1)))


class Said(BaseModel):
    """What the platform passes on; ``time`` is when it was sent, in seconds."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=1, max_length=64)
    time: int
    sender: str = Field(alias="from", min_length=1, max_length=64)
    text: str | None = None
    tap: str | None = None


class Board:
    name = "board"

    def __init__(self, *, base_url: str, key: str, services: Services):
        self._key, self._services = key, services
        self._http = httpx.AsyncClient(base_url=base_url, headers={"X-Board-Key": key}, timeout=5, trust_env=False)

    def capabilities(self, account: str) -> base.Capabilities:
        return _CAN

    async def callback(self, request: Request) -> HTTPResponse:
        """Verify, parse, hand in, acknowledge; nothing else happens within the platform's request."""
        if not hmac.compare_digest(request.headers.get("X-Board-Key", "").encode("utf-8", "surrogatepass"), self._key.encode()):
            raise Unauthenticated
        if len(request.body) > _MOST_BYTES:
            raise TooLarge
        try:
            said = Said.model_validate(orjson.loads(request.body))
        except (orjson.JSONDecodeError, ValidationError) as error:
            raise InvalidInput(fields={"body": "shape"}) from error
        if abs(self._services.clock.now().timestamp() - said.time) > 300:
            raise Unauthenticated
        place, label = base.Place(self.name, ACCOUNT, said.sender), None
        incoming = Incoming("text", said.text or "", f"board:{said.id}")
        if said.tap is not None:
            choice = await self._services.deliveries.tapped(place=place, key=said.tap)
            if choice is None:
                raise InvalidInput(fields={"tap": "unknown"})
            incoming, label = Incoming("payload", choice.payload, f"board:{said.id}"), choice.label
        await self._services.deliveries.arrived(place=place, incoming=incoming, label=label, allowance=_CAN.allowance)
        return reply({"ok": True})

    async def send(self, *, place: base.Place, part: base.Part) -> None:
        """One part; what the platform's no means decides what becomes of it."""
        body: dict[str, object] = {"to": place.address, "key": part.key}
        match part:
            case base.TextPart():
                body["text"] = part.text
            case base.MenuPart():
                body |= {"text": f"{part.head}\n{part.tail}".strip(), "buttons": [{"tap": c.key, "label": c.label} for c in part.choices]}
            case _:
                raise base.Refused(part.kind)
        try:
            answer = await self._http.post("/show", json=body)
        except httpx.HTTPError as error:
            raise base.TryLater(type(error).__name__) from error
        if not answer.is_success:
            raise _FAILURES.get(answer.text, base.TryLater)(str(answer.status_code))

    async def check(self) -> list[base.Finding]:
        try:
            well = (await self._http.get("/alive")).is_success
        except httpx.HTTPError:
            well = False
        return [base.Finding("reachable", well)]

    def state(self) -> base.State:
        return "ok"

    async def close(self) -> None:
        await self._http.aclose()
