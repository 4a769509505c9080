"""The example channel, with its imaginary platform."""

from __future__ import annotations

import time
from typing import Any

import httpx
import orjson
from sanic import Request, Sanic
from sanic.response import HTTPResponse, empty, text

from bangban.stores.ports import free_port
from common.ids import new_id
from services.deliveries.errors import Gone, QuotaUsed, Refused, SendFailed, TryLater, WindowClosed
from tests.contract.channels.harness import Call, Entry, Shown
from tests.fakes.example_channel import Board

KEY = "the key of the board"
_ANSWERS = {WindowClosed: "closed", QuotaUsed: "quota", Gone: "gone", Refused: "bad", TryLater: "busy"}


class BoardHarness:
    account = "board"
    secrets = [KEY]  # noqa: RUF012

    def __init__(self) -> None:
        self._shown: dict[str, dict[str, Shown]] = {}
        self._failures: list[str] = []

    async def open(self, services: Any) -> Board:
        app = Sanic(new_id("board"), configure_logging=False)
        app.config.TOUCHUP = False
        app.add_route(self._show, "/show", methods=["POST"])
        app.add_route(lambda _: empty(), "/alive", name="alive")
        self._app, port = app, free_port()
        self._server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
        await self._server.startup()
        return Board(base_url=f"http://127.0.0.1:{port}", key=KEY, services=services)

    async def close(self) -> None:
        if Sanic._app_registry.pop(self._app.name, None):
            self._server.close()
            await self._server.wait_closed()

    async def _show(self, request: Request) -> HTTPResponse:
        if self._failures:
            return text(self._failures.pop(0), status=409)
        body = request.json
        entries = tuple(Entry(b["tap"], b["label"]) for b in body.get("buttons", []))
        self._shown.setdefault(body["to"], {})[body["key"]] = Shown(body["text"], entries)  # the same key again shows nothing new
        return empty()

    def _call(self, body: dict[str, Any], *, key: str = KEY) -> Call:
        return Call("/board/callback", orjson.dumps({"time": int(time.time()), **body}), {"X-Board-Key": key})

    def writes(self, *, user: str, text: str, message_id: str) -> Call:
        return self._call({"id": message_id, "from": user, "text": text})

    def taps(self, *, user: str, entry: Entry, message_id: str) -> Call:
        return self._call({"id": message_id, "from": user, "tap": entry.key})

    def forgeries(self, *, user: str) -> dict[str, Call]:
        body = {"id": "forged", "from": user, "text": "你好"}
        return {
            "wrong signature": self._call(body, key="guessed"),
            "no signature": Call("/board/callback", orjson.dumps({**body, "time": int(time.time())})),
            "old": self._call({**body, "time": int(time.time()) - 1000}),
            "malformed": Call("/board/callback", b"{", {"X-Board-Key": KEY}),
            "unknown fields": self._call({**body, "admin": True}),
            "oversized": self._call({**body, "text": "长" * 20_000}),
        }

    def acknowledged(self, answer: httpx.Response) -> bool:
        return answer.status_code == 200 and answer.json() == {"ok": True}

    def shown(self, user: str) -> list[Shown]:
        return list(self._shown.get(user, {}).values())

    def fail(self, failure: type[SendFailed]) -> bool:
        self._failures.append(_ANSWERS[failure])
        return True
