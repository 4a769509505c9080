"""An SMS provider's bridge as ``docs/howto/connect-sms-and-mail.md`` describes it, on a port: proves signatures by itself, puts approved templates
and variables together, and hands each id out once."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import re
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sanic import Request, Sanic
from sanic.response import HTTPResponse

from bangban.stores.ports import free_port


@dataclass
class SmsGateway:
    """``templates``: id → approved text. ``said``: answers given instead of a yes, in order: a status, or a word of the protocol."""

    secret: str
    sign: str
    templates: Mapping[str, str]
    said: list[int | str] = field(default_factory=list)
    retry_after: str | None = None
    lose_answers: int = 0  # so many messages go out and their yes is lost
    sent: list[tuple[str, str]] = field(default_factory=list)  # number, text
    ids: dict[str, str] = field(default_factory=dict)  # ours → theirs
    calls: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, str], Any]:
        """Status, headers, content."""
        if not self._genuine(headers, body):
            return 401, {}, {"error": "signature"}
        content = json.loads(body)
        if content.get("type") == "ping":
            return 200, {}, {}
        self.calls.append(content)
        if self.said:
            said = self.said.pop(0)
            more = {"Retry-After": self.retry_after} if self.retry_after else {}
            return (said, more, {}) if isinstance(said, int) else (422, {}, {"error": said})
        if content["id"] not in self.ids:
            refused = self._send(content)
            if refused:
                return 422, {}, {"error": refused}
            self.ids[content["id"]] = secrets.token_hex(6)
        if self.lose_answers:
            self.lose_answers -= 1
            return 502, {}, {}
        return 200, {}, {"id": self.ids[content["id"]]}

    def _send(self, content: dict[str, Any]) -> str | None:
        text = self.templates.get(content["template"])
        if text is None:
            return "template"
        if content["sign"] != self.sign:
            return "sign"
        params = content["params"]
        if set(params) != set(re.findall(r"\$\{(\w+)\}", text)) or any(not 1 <= len(value) <= 35 for value in params.values()):
            return "params"
        for name, value in params.items():
            text = text.replace(f"${{{name}}}", value)
        self.sent.append((content["phone"], f"【{self.sign}】{text}"))
        return None

    def _genuine(self, headers: Mapping[str, str], body: bytes) -> bool:
        timestamp, nonce = headers.get("X-Bangban-Timestamp", ""), headers.get("X-Bangban-Nonce", "")
        right = "v1=" + hmac.new(self.secret.encode(), f"{timestamp}\n{nonce}\n".encode() + body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(right, headers.get("X-Bangban-Signature", "")) and timestamp.isdigit()


@contextlib.asynccontextmanager
async def served(gateway: SmsGateway) -> AsyncIterator[str]:
    """The address at which it answers while the context lasts."""
    app = Sanic(f"sms-{secrets.token_hex(4)}-{time.monotonic_ns()}", configure_logging=False)
    app.config.TOUCHUP = False

    @app.post("/send")
    async def send(request: Request) -> HTTPResponse:
        status, headers, content = gateway.answer(request.headers, request.body)
        return HTTPResponse(json.dumps(content), status=status, headers=headers, content_type="application/json")

    port = free_port()
    server: Any = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    await server.startup()
    try:
        yield f"http://127.0.0.1:{port}/send"
    finally:
        server.close()
        await server.wait_closed()
        Sanic._app_registry.pop(app.name, None)
