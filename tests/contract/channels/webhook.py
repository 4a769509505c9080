"""The webhook channel, with a system that answers are pushed to as texts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
from pydantic import SecretStr
from sanic import Request, Sanic
from sanic.response import HTTPResponse, empty

from bangban.stores.ports import free_port
from channels.webhook.channel import Webhook
from channels.webhook.signing import signed, verified
from common.ids import new_id
from common.settings import WebhookClient
from services.deliveries.errors import Gone, Refused, SendFailed, TryLater
from tests.contract.channels.harness import Call, Entry, Shown

SECRET, OLD = "a secret of thirty-two characters or more", "an older secret that is still good for now"
_STATUS = {Gone: 410, Refused: 422, TryLater: 503}


class WebhookHarness:
    account = "hall"
    secrets = [SECRET, OLD]  # noqa: RUF012

    def __init__(self, **client: Any) -> None:
        self._client = client
        self._shown: dict[str, dict[str, Shown]] = {}
        self._failures: list[int] = []
        self.bodies: list[dict[str, Any]] = []

    async def open(self, services: Any) -> Webhook:
        app = Sanic(new_id("system"), configure_logging=False)
        app.config.TOUCHUP = False
        app.add_route(self._told, "/told", methods=["POST"])
        self._app, port = app, free_port()
        self._server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
        await self._server.startup()
        settings = {"style": "text", "push_url": f"http://127.0.0.1:{port}/told", **self._client}
        client = WebhookClient(secrets=[SecretStr(SECRET), SecretStr(OLD)], **settings)
        return Webhook(clients={self.account: client}, services=services, public_url="https://h5.example")

    async def close(self) -> None:
        if Sanic._app_registry.pop(self._app.name, None):
            self._server.close()
            await self._server.wait_closed()

    async def _told(self, request: Request) -> HTTPResponse:
        """As a careful system does it: the signature first, and the same id is the same message."""
        verified(request.headers, keys=[SECRET], body=request.body, now=datetime.now(UTC), window_s=10 * 86400)
        if self._failures:
            return empty(self._failures.pop(0))
        body = request.json
        if body["type"] == "ping":
            return empty()
        self.bodies.append(body)
        entries = tuple(Entry(c["key"], c["label"], c["number"]) for c in body["choices"])
        for k, words in enumerate(body["texts"]):
            last = k + 1 == len(body["texts"])
            self._shown.setdefault(body["user"], {})[f"{body['id']}.{k}"] = Shown(words, entries if last else ())
        return empty()

    def call(self, body: dict[str, Any], *, secret: str = SECRET, ago: timedelta = timedelta(), name: str | None = None) -> Call:
        content = orjson.dumps(body)
        return Call(f"/webhook/{name or self.account}", content, signed(secret=secret, body=content, now=datetime.now(UTC) - ago))

    def writes(self, *, user: str, text: str, message_id: str) -> Call:
        return self.call({"type": "message", "id": message_id, "user": user, "text": text})

    def taps(self, *, user: str, entry: Entry, message_id: str) -> Call:
        return self.call({"type": "message", "id": message_id, "user": user, "choice": entry.key})

    def forgeries(self, *, user: str) -> dict[str, Call]:
        body = {"type": "message", "id": "forged", "user": user, "text": "你好"}
        good = self.call(body)
        return {
            "wrong signature": self.call(body, secret="g" * 40),
            "no signature": Call(good.path, good.content),
            "changed body": Call(good.path, good.content.replace(b"forged", b"forgee"), good.headers),
            "changed nonce": Call(good.path, good.content, {**good.headers, "X-Bangban-Nonce": "another-nonce"}),
            "old": self.call(body, ago=timedelta(minutes=6)),
            "from the future": self.call(body, ago=-timedelta(minutes=6)),
            "unknown system": self.call(body, name="nobody"),
            "malformed": self.call([1, 2]),  # type: ignore[arg-type]
            "unknown fields": self.call({**body, "admin": True}),
            "two contents": self.call({**body, "payload": "/greet"}),
            "oversized": self.call({**body, "text": "长" * 30_000}),
            "one of our own pushes": self.call({"type": "messages", "id": "forged", "user": user, "texts": ["你好"]}),
        }

    def acknowledged(self, answer: httpx.Response) -> bool:
        return answer.status_code == 200 and answer.json()["accepted"] is True

    def shown(self, user: str) -> list[Shown]:
        return list(self._shown.get(user, {}).values())

    def fail(self, failure: type[SendFailed]) -> bool:
        if failure not in _STATUS:
            return False
        self._failures.append(_STATUS[failure])
        return True
