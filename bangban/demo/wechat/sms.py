"""An SMS provider and the inbox of everybody it sends to. Texts, signature and templates are the ones that would be sent in for approval."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

from bangban.demo.wechat.catalogue import words
from bangban.demo.wechat.deeds import Deed
from bangban.demo.wechat.screen import pieces
from channels.notices import sms_text
from tests.fakes.sms_gateway import SmsGateway


class Inbox:
    """Only read: what the page shows of it is what a chat shows. ``on``: whether the product is told of the provider."""

    key = "sms"

    def __init__(self, *, on: bool):
        texts = sms_text.book()["templates"]
        self.on, self._names = on, {kind: f"SMS_{number:06d}" for number, kind in enumerate(texts, start=100_001)}
        approved = {self._names[kind]: text for kind, text in texts.items()}
        self.gateway = SmsGateway(secret=secrets.token_hex(24), sign=words()["sms_sign"], templates=approved)
        self._seen_at: list[float] = []
        self._from = 0

    def environment(self, url: str) -> dict[str, str]:
        """The product's settings."""
        if not self.on:
            return {}
        return {
            "BANGBAN_SMS_URL": url, "BANGBAN_SMS_SECRET": self.gateway.secret, "BANGBAN_SMS_SIGN": self.gateway.sign,
            "BANGBAN_SMS_TEMPLATES": json.dumps(self._names),
        }  # fmt: skip

    def answer(self, headers: Mapping[str, str], body: bytes) -> tuple[int, Any]:
        """Status and content of one call."""
        status, _, content = self.gateway.answer(headers, body)
        return status, content

    def do(self, deed: Deed, body: bytes = b"") -> None:
        raise ValueError(deed.do)

    def anew(self) -> None:
        """An empty inbox."""
        self._from = len(self.gateway.sent)

    def view(self) -> dict[str, Any]:
        while len(self._seen_at) < len(self.gateway.sent):
            self._seen_at.append(time.time())
        return {
            "key": self.key, "opens": "none", "opened": True, "passive": False, "grants": [], "menu": [], "typing": False, "consents": 0,
            "messages": [self._message(number) for number in range(self._from, len(self.gateway.sent))],
        }  # fmt: skip

    def _message(self, number: int) -> dict[str, Any]:
        to, text = self.gateway.sent[number]
        return {
            "side": "in", "via": "sms", "kind": "text", "number": number, "at": self._seen_at[number], "pieces": pieces(text), "text": text,
            "to": f"{to[:-8]}****{to[-4:]}",
        }  # fmt: skip
