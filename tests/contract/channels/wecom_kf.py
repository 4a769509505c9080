"""微信客服 with the fake platform: what a citizen does stands in the platform's list, and a call is only the signal to fetch it."""

from __future__ import annotations

import hashlib
from types import SimpleNamespace
from typing import Any

import httpx
from pydantic import SecretStr

from channels.wecom_kf.channel import CustomerService
from common.settings import Settings
from common.signing import Signer
from services.deliveries.errors import Gone, QuotaUsed, Refused, SendFailed, TryLater, WindowClosed
from tests.contract.channels.harness import Call, Entry, Shown
from tests.fakes.wechat import Account, Desk, Fault, KfPhone, Platform, Seen, served
from tests.fakes.wechat.pushing import signed

PATH, SEND, KFID = "/wecom_kf/callback", "/cgi-bin/kf/send_msg", "wkBangban0000001"
_CODES = {WindowClosed: 95002, QuotaUsed: 95001, Gone: 40096, Refused: 40058}


class NobodyElsewhere:
    """Our own people serve everybody."""

    async def asked_for(self, _: Any) -> list[Any]:
        return []


class WecomHarness:
    account = KFID

    def __init__(self) -> None:
        self._platform = Platform()
        self._account = self._platform.add(
            Account(app_id="ww0123456789abcdef", kind="kf", desks={KFID: Desk(KFID)}, secret="secret-of-the-application")
        )
        self._platform.rules.kf_pulls_a_minute = 0  # nothing is pulled but by a signal
        self._phones: dict[str, KfPhone] = {}
        self.secrets = [self._account.secret, self._account.token, self._account.aes_key]

    async def open(self, services: Any) -> CustomerService:
        self._served = served(self._platform)
        url, account = await self._served.__aenter__(), self._account
        config = Settings(
            wecom_corp_id=account.app_id, wecom_kf_secret=SecretStr(account.secret), wecom_kf_token=SecretStr(account.token),
            wecom_kf_aes_key=SecretStr(account.aes_key), wecom_api_base=url, delivery_look_s=0.2,
            redis_url="redis://127.0.0.1:1/0",  # nobody there: tokens stay here
        )  # fmt: skip
        services.signer, services.knowledge, services.providers = Signer(["test"]), None, SimpleNamespace(recogniser=None)
        services.handoff = SimpleNamespace(elsewhere=NobodyElsewhere())
        return CustomerService(config=config, services=services)

    async def close(self) -> None:
        if self._served:
            served_, self._served = self._served, None
            await served_.__aexit__(None, None, None)

    def _phone(self, user: str) -> KfPhone:
        if user not in self._phones:
            self._phones[user] = self._platform.phones[user] = KfPhone(self._platform, self._account, user, KFID)  # type: ignore[assignment]
        return self._phones[user]

    def _signal(self, user: str, *, ago: float = 0, body: str | None = None, **more: Any) -> Call:
        fields = {**self._phone(user).signal_fields(), **more}
        query, content = signed(self._account, fields, wall=self._platform.clock.wall() - ago, body=body)
        return Call(PATH, content, {"Content-Type": "text/xml"}, query)

    def _puts(self, user: str, message_id: str, content: dict[str, Any]) -> Call:
        """The same message again stands in the list again, under the same number."""
        item = self._phone(user).put(content)
        item["msgid"] = hashlib.sha256(message_id.encode()).hexdigest()[:32]
        return self._signal(user)

    def writes(self, *, user: str, text: str, message_id: str) -> Call:
        return self._puts(user, message_id, {"msgtype": "text", "text": {"content": text}})

    def taps(self, *, user: str, entry: Entry, message_id: str) -> Call:
        return self._puts(user, message_id, {"msgtype": "text", "text": {"content": entry.label, "menu_id": entry.key}})

    def forgeries(self, *, user: str) -> dict[str, Call]:
        good = self._signal(user)
        stranger = Account(app_id=self._account.app_id, kind="kf", token="guessed", aes_key=self._account.aes_key)
        other = Account(app_id="ww-of-another-corp", kind="kf", token=self._account.token, aes_key=self._account.aes_key)
        fields, wall = self._phone(user).signal_fields(), self._platform.clock.wall()
        query, body = signed(stranger, fields, wall=wall)
        other_query, other_body = signed(other, fields, wall=wall)
        return {
            "wrong signature": Call(PATH, body, good.headers, query),
            "no signature": Call(PATH, good.content, good.headers),
            "for another corporation": Call(PATH, other_body, good.headers, other_query),
            "changed body": Call(PATH, good.content.replace(b"<Encrypt><![CDATA[", b"<Encrypt><![CDATA[AAAA"), good.headers, good.params),
            "changed nonce": Call(PATH, good.content, good.headers, {**good.params, "nonce": "1"}),
            "old": self._signal(user, ago=600),
            "from the future": self._signal(user, ago=-600),
            "malformed": self._signal(user, body="<xml><oops>"),
            "an entity": self._signal(user, body='<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hosts">]><xml><Token>&f;</Token></xml>'),
            "oversized": self._signal(user, Padding="长" * 30_000),
            "an address that is not ours": Call(PATH, method="GET", params={**good.params, "echostr": "AAAA"}),
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
