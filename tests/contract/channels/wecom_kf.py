"""微信客服 with the fake platform: what a citizen does stands in the platform's list, and a call is only the signal to fetch it."""

from __future__ import annotations

import hashlib
from types import SimpleNamespace
from typing import Any

from pydantic import SecretStr

from channels.wecom_kf.channel import CustomerService
from common.settings import Settings
from common.signing import Signer
from services.deliveries.errors import Gone, QuotaUsed, Refused, WindowClosed
from tests.contract.channels.harness import Call, Entry
from tests.contract.channels.wechat import NOBODY, WechatHarness
from tests.fakes.wechat import Account, Desk, KfPhone

KFID = "wkBangban0000001"
_CODES = {WindowClosed: 95002, QuotaUsed: 95001, Gone: 40096, Refused: 40058}


class NobodyElsewhere:
    """Our own people serve everybody."""

    async def asked_for(self, _: Any) -> list[Any]:
        return []


class WecomHarness(WechatHarness):
    path, send = "/wecom_kf/callback", "/cgi-bin/kf/send_msg"
    account = KFID

    def __init__(self) -> None:
        account = Account(app_id="ww0123456789abcdef", kind="kf", desks={KFID: Desk(KFID)}, secret="secret-of-the-application")
        super().__init__(account, codes=_CODES)
        self._platform.rules.kf_pulls_a_minute = 0  # nothing is pulled but by a signal

    def made(self, services: Any, url: str) -> CustomerService:
        account = self._account
        config = Settings(
            wecom_corp_id=account.app_id, wecom_kf_secret=SecretStr(account.secret), wecom_kf_token=SecretStr(account.token),
            wecom_kf_aes_key=SecretStr(account.aes_key), wecom_api_base=url, delivery_look_s=0.2, redis_url=NOBODY,
        )  # fmt: skip
        services.signer, services.knowledge, services.providers = Signer(["test"]), None, SimpleNamespace(recogniser=None)
        services.handoff = SimpleNamespace(elsewhere=NobodyElsewhere())
        return CustomerService(config=config, services=services)

    def new_phone(self, user: str) -> KfPhone:
        return KfPhone(self._platform, self._account, user, KFID)

    def fields(self, user: str) -> dict[str, Any]:
        return self._customer(user).signal_fields()

    def _customer(self, user: str) -> KfPhone:
        phone = self.phone(user)
        assert isinstance(phone, KfPhone)
        return phone

    def _puts(self, user: str, message_id: str, **content: str) -> Call:
        """The same message again stands in the list again, under the same number."""
        item = self._customer(user).put({"msgtype": "text", "text": content})
        item["msgid"] = hashlib.sha256(message_id.encode()).hexdigest()[:32]
        return self.call(user)

    def writes(self, *, user: str, text: str, message_id: str) -> Call:
        return self._puts(user, message_id, content=text)

    def taps(self, *, user: str, entry: Entry, message_id: str) -> Call:
        return self._puts(user, message_id, content=entry.label, menu_id=entry.key)

    def forgeries(self, *, user: str) -> dict[str, Call]:
        unproved = Call(self.path, method="GET", params={**self.call(user).params, "echostr": "AAAA"})
        return {**super().forgeries(user=user), "an address that is not ours": unproved}
