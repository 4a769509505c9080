"""What the channels of WeChat and WeCom bring alike: the fake platform on a port, phones, forged pushes, refusals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import httpx

from channels.base import Channel
from services.deliveries.errors import Gone, QuotaUsed, Refused, SendFailed, TryLater, WindowClosed
from tests.contract.channels.harness import Call, Entry, Shown
from tests.fakes.wechat import Account, Fault, Phone, Platform, served
from tests.fakes.wechat.pushing import signed

CUSTOM_SEND = {WindowClosed: 45015, QuotaUsed: 45047, Gone: 43004, Refused: 45002}  # what customer-service messages are refused with
NOBODY = "redis://127.0.0.1:1/0"  # tokens stay in the process
ENTITY = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hosts">]><xml><Content>&f;</Content><Token>&f;</Token></xml>'


class WechatHarness:
    """One kind of account. ``malformed``: a message that is none; ``sealed``: what stands before the sealed message in a push."""

    path: str
    send: str
    malformed = "<xml><oops>"
    sealed = b"<Encrypt><![CDATA["
    content_type = "text/xml"

    def __init__(self, account: Account, *, codes: Mapping[type[SendFailed], int] = CUSTOM_SEND):
        """``codes``: what the platform says for a failure."""
        self._platform, self._running, self._codes = Platform(), AsyncExitStack(), codes
        self._account = self._platform.add(account)
        self._phones: dict[str, Phone] = {}
        self._numbers: dict[str, int] = defaultdict(lambda: len(self._numbers) + 1)
        self.secrets = [account.secret, account.token, account.aes_key]

    async def open(self, services: Any) -> Channel:
        return self.made(services, await self._running.enter_async_context(served(self._platform)))

    async def close(self) -> None:
        await self._running.aclose()

    def made(self, services: Any, url: str) -> Channel:
        """The channel, with the platform at ``url``; ``services`` gets what else it asks for."""
        raise NotImplementedError

    def phone(self, user: str) -> Phone:
        if user not in self._phones:
            self._phones[user] = self._platform.phones[user] = self.new_phone(user)
        return self._phones[user]

    def new_phone(self, user: str) -> Phone:
        return Phone(self._platform, self._account, user)

    def fields(self, user: str) -> dict[str, Any]:
        """What stands in a push about this citizen."""
        wall = int(self._platform.clock.wall())
        return {"ToUserName": self._account.original_id, "FromUserName": user, "CreateTime": wall, "MsgType": "text", "Content": "你好"}

    def call(self, user: str, *, ago: float = 0, body: str | None = None, account: Account | None = None, **more: Any) -> Call:
        """A push that was signed ``ago`` seconds ago, by ``account`` if another; ``body`` instead of the fields."""
        fields = {**self.fields(user), **more}
        query, content = signed(account or self._account, fields, wall=self._platform.clock.wall() - ago, body=body)
        return Call(self.path, content, {"Content-Type": self.content_type}, query)

    def forgeries(self, *, user: str) -> dict[str, Call]:
        good = self.call(user)
        return {
            "wrong signature": self.call(user, account=replace(self._account, token="guessed")),
            "meant for another": self.call(user, account=replace(self._account, app_id="another")),
            "no signature": Call(self.path, good.content, good.headers),
            "changed body": Call(self.path, good.content.replace(self.sealed, self.sealed + b"AAAA"), good.headers, good.params),
            "changed nonce": Call(self.path, good.content, good.headers, {**good.params, "nonce": "1"}),
            "old": self.call(user, ago=600),
            "from the future": self.call(user, ago=-600),
            "malformed": self.call(user, body=self.malformed),
            "an entity": self.call(user, body=ENTITY),
            "oversized": self.call(user, Padding="长" * 30_000),
        }

    def acknowledged(self, answer: httpx.Response) -> bool:
        return answer.status_code == 200 and answer.content == b"success"

    def shown(self, user: str) -> list[Shown]:
        return [Shown(seen.text, tuple(Entry(key, label) for key, label in seen.choices)) for seen in self.phone(user).screen]

    def fail(self, failure: type[SendFailed]) -> bool:
        self._platform.faults.append(Fault(self.send, status=502) if failure is TryLater else Fault(self.send, errcode=self._codes[failure]))
        return True


def unencrypted(good: Call) -> Call:
    """A genuine call that does not say that it is encrypted."""
    return Call(good.path, good.content, good.headers, {k: v for k, v in good.params.items() if k != "encrypt_type"})
