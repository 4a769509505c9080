"""The Official Account, verified and in safe mode, with the fake platform."""

from __future__ import annotations

from collections import defaultdict
from types import SimpleNamespace
from typing import Any

import httpx
from pydantic import SecretStr

from channels.wechat_oa.channel import OfficialAccount
from common.settings import Settings
from common.vault import Vault
from services.deliveries.errors import Gone, QuotaUsed, Refused, SendFailed, TryLater, WindowClosed
from tests.contract.channels.harness import Call, Entry, Shown
from tests.fakes.wechat import Account, Fault, Phone, Platform, Seen, served
from tests.fakes.wechat.pushing import signed
from tests.fakes.wechat.sending import grant

PATH, SEND = "/wechat_oa/callback", "/cgi-bin/message/custom/send"
_CODES = {WindowClosed: 45015, QuotaUsed: 45047, Gone: 43004, Refused: 45002}


class OfficialAccountHarness:
    def __init__(self) -> None:
        self._platform = Platform()
        self._account = self._platform.add(Account())
        self._phones: dict[str, Phone] = {}
        self._numbers: dict[str, int] = defaultdict(lambda: len(self._numbers) + 1)
        self.account = self._account.original_id
        self.secrets = [self._account.secret, self._account.token, self._account.aes_key]

    async def open(self, services: Any) -> OfficialAccount:
        self._served = served(self._platform)
        url, account = await self._served.__aenter__(), self._account
        config = Settings(
            wechat_oa_app_id=account.app_id, wechat_oa_secret=SecretStr(account.secret), wechat_oa_token=SecretStr(account.token),
            wechat_oa_aes_key=SecretStr(account.aes_key), wechat_api_base=url, redis_url="redis://127.0.0.1:1/0",  # nobody there: tokens stay here
        )  # fmt: skip
        services.vault, services.knowledge, services.providers = Vault(["test"]), None, SimpleNamespace(recogniser=None)
        return OfficialAccount(config=config, services=services)

    async def close(self) -> None:
        if self._served:
            served_, self._served = self._served, None
            await served_.__aexit__(None, None, None)

    def _phone(self, user: str) -> Phone:
        if user not in self._phones:
            self._phones[user] = self._platform.phone(self._account, user)
        return self._phones[user]

    def _call(self, user: str, grants: str, *, ago: float = 0, body: str | None = None, message_id: str, **fields: Any) -> Call:
        grant(self._platform, self._phone(user).follower, grants)
        wall = self._platform.clock.wall()
        common = {"ToUserName": self.account, "FromUserName": user, "CreateTime": int(wall), "MsgId": self._numbers[message_id], **fields}
        query, content = signed(self._account, common, wall=wall - ago, body=body)
        return Call(PATH, content, {"Content-Type": "text/xml"}, query)

    def writes(self, *, user: str, text: str, message_id: str) -> Call:
        return self._call(user, "message", message_id=message_id, MsgType="text", Content=text)

    def taps(self, *, user: str, entry: Entry, message_id: str) -> Call:
        return self._call(user, "menu", message_id=message_id, MsgType="text", Content=entry.label, bizmsgmenuid=entry.key)

    def forgeries(self, *, user: str) -> dict[str, Call]:
        words = {"message_id": "forged", "MsgType": "text", "Content": "你好"}
        good = self._call(user, "message", **words)
        stranger = Account(token="guessed", aes_key=self._account.aes_key)
        query, body = signed(stranger, {"ToUserName": self.account, "FromUserName": user, "MsgType": "text"}, wall=self._platform.clock.wall())
        return {
            "wrong signature": Call(PATH, body, good.headers, query),
            "no signature": Call(PATH, good.content, good.headers),
            "signed but not encrypted": Call(PATH, good.content, good.headers, {k: v for k, v in good.params.items() if k != "encrypt_type"}),
            "changed body": Call(PATH, good.content.replace(b"<Encrypt><![CDATA[", b"<Encrypt><![CDATA[AAAA"), good.headers, good.params),
            "changed nonce": Call(PATH, good.content, good.headers, {**good.params, "nonce": "1"}),
            "old": self._call(user, "message", ago=600, **words),
            "from the future": self._call(user, "message", ago=-600, **words),
            "malformed": self._call(user, "message", body="<xml><oops>", **words),
            "an entity": self._call(
                user, "message", body='<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hosts">]><xml><Content>&f;</Content></xml>', **words
            ),
            "nobody wrote it": self._call(user, "message", body="<xml><MsgType>text</MsgType></xml>", **words),
            "oversized": self._call(user, "message", message_id="forged", MsgType="text", Content="长" * 30_000),
        }

    def acknowledged(self, answer: httpx.Response) -> bool:
        return answer.status_code == 200 and answer.content == b"success"

    def shown(self, user: str) -> list[Shown]:
        return [_shown(seen) for seen in self._phone(user).screen]

    def fail(self, failure: type[SendFailed]) -> bool:
        self._platform.faults.append(Fault(SEND, status=502) if failure is TryLater else Fault(SEND, errcode=_CODES[failure]))
        return True


def _shown(seen: Seen) -> Shown:
    return Shown(seen.text, tuple(Entry(key, label) for key, label in seen.choices))
