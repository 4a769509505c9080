"""The mini-program's customer-service talk, in safe mode and JSON, with the fake platform."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import httpx
from pydantic import SecretStr

from channels.miniprogram.channel import Miniprogram
from common.settings import Settings
from common.vault import Vault
from services.deliveries.errors import Gone, QuotaUsed, Refused, SendFailed, TryLater, WindowClosed
from tests.contract.channels.harness import Call, Entry, Shown
from tests.fakes.wechat import Account, Fault, Phone, Platform, served
from tests.fakes.wechat.pushing import signed
from tests.fakes.wechat.sending import grant

PATH, SEND = "/miniprogram/callback", "/cgi-bin/message/custom/send"
_CODES = {WindowClosed: 45015, QuotaUsed: 45047, Gone: 43004, Refused: 45002}


class MiniprogramHarness:
    def __init__(self) -> None:
        self._platform = Platform()
        self._account = self._platform.add(Account(app_id="wxmini0123456789", kind="miniprogram", format="json"))
        self._phones: dict[str, Phone] = {}
        self._numbers: dict[str, int] = defaultdict(lambda: len(self._numbers) + 1)
        self.account = self._account.app_id
        self.secrets = [self._account.secret, self._account.token, self._account.aes_key]

    async def open(self, services: Any) -> Miniprogram:
        self._served = served(self._platform)
        url, account = await self._served.__aenter__(), self._account
        config = Settings(
            miniprogram_app_id=account.app_id, miniprogram_secret=SecretStr(account.secret), miniprogram_token=SecretStr(account.token),
            miniprogram_aes_key=SecretStr(account.aes_key), wechat_api_base=url, redis_url="redis://127.0.0.1:1/0",  # nobody there: tokens stay here
        )  # fmt: skip
        services.vault, services.knowledge = Vault(["test"]), None
        return Miniprogram(config=config, services=services)

    async def close(self) -> None:
        if self._served:
            served_, self._served = self._served, None
            await served_.__aexit__(None, None, None)

    def _phone(self, user: str) -> Phone:
        if user not in self._phones:
            self._phones[user] = self._platform.mini_phone(self._account, user)
        return self._phones[user]

    def _call(self, user: str, *, ago: float = 0, body: str | None = None, message_id: str, **fields: Any) -> Call:
        grant(self._platform, self._phone(user).follower, "message")
        wall = self._platform.clock.wall()
        ours = {"ToUserName": self._account.original_id, "FromUserName": user, "CreateTime": int(wall), "MsgId": self._numbers[message_id], **fields}
        query, content = signed(self._account, ours, wall=wall - ago, body=body)
        return Call(PATH, content, {"Content-Type": "application/json"}, query)

    def writes(self, *, user: str, text: str, message_id: str) -> Call:
        return self._call(user, message_id=message_id, MsgType="text", Content=text)

    def taps(self, *, user: str, entry: Entry, message_id: str) -> Call | None:
        return None

    def forgeries(self, *, user: str) -> dict[str, Call]:
        words = {"message_id": "forged", "MsgType": "text", "Content": "你好"}
        good = self._call(user, **words)
        stranger = Account(token="guessed", aes_key=self._account.aes_key, app_id=self._account.app_id, format="json")
        elsewhere = Account(token=self._account.token, aes_key=self._account.aes_key, app_id="wxanother", format="json")
        fields = {"ToUserName": self._account.original_id, "FromUserName": user, "MsgType": "text"}
        query, body = signed(stranger, fields, wall=self._platform.clock.wall())
        query_elsewhere, body_elsewhere = signed(elsewhere, fields, wall=self._platform.clock.wall())
        return {
            "wrong signature": Call(PATH, body, good.headers, query),
            "meant for another": Call(PATH, body_elsewhere, good.headers, query_elsewhere),
            "no signature": Call(PATH, good.content, good.headers),
            "signed but not encrypted": Call(PATH, good.content, good.headers, {k: v for k, v in good.params.items() if k != "encrypt_type"}),
            "changed body": Call(PATH, good.content.replace(b'"Encrypt": "', b'"Encrypt": "AAAA'), good.headers, good.params),
            "changed nonce": Call(PATH, good.content, good.headers, {**good.params, "nonce": "1"}),
            "old": self._call(user, ago=600, **words),
            "from the future": self._call(user, ago=-600, **words),
            "malformed": self._call(user, body='{"MsgType": ', **words),
            "a list": self._call(user, body="[1, 2]", **words),
            "deeply nested": self._call(user, body='{"a":' * 2000 + "1" + "}" * 2000, **words),
            "an entity": self._call(user, body='<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hosts">]><xml><Content>&f;</Content></xml>', **words),
            "nobody wrote it": self._call(user, body='{"MsgType": "text"}', **words),
            "oversized": self._call(user, message_id="forged", MsgType="text", Content="长" * 30_000),
        }

    def acknowledged(self, answer: httpx.Response) -> bool:
        return answer.status_code == 200 and answer.content == b"success"

    def shown(self, user: str) -> list[Shown]:
        return [Shown(seen.text) for seen in self._phone(user).screen]

    def fail(self, failure: type[SendFailed]) -> bool:
        self._platform.faults.append(Fault(SEND, status=502) if failure is TryLater else Fault(SEND, errcode=_CODES[failure]))
        return True
