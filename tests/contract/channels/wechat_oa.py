"""The Official Account, verified and in safe mode, with the fake platform."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from pydantic import SecretStr

from channels.wechat_oa.channel import OfficialAccount
from common.settings import Settings
from common.vault import Vault
from tests.contract.channels.harness import Call, Entry
from tests.contract.channels.wechat import NOBODY, WechatHarness, unencrypted
from tests.fakes.wechat import Account
from tests.fakes.wechat.sending import grant


class OfficialAccountHarness(WechatHarness):
    path, send = "/wechat_oa/callback", "/cgi-bin/message/custom/send"

    def __init__(self) -> None:
        super().__init__(Account())
        self.account = self._account.original_id

    def made(self, services: Any, url: str) -> OfficialAccount:
        account = self._account
        config = Settings(
            wechat_oa_app_id=account.app_id, wechat_oa_secret=SecretStr(account.secret), wechat_oa_token=SecretStr(account.token),
            wechat_oa_aes_key=SecretStr(account.aes_key), wechat_api_base=url, redis_url=NOBODY,
        )  # fmt: skip
        services.vault, services.knowledge, services.providers = Vault(["test"]), None, SimpleNamespace(recogniser=None)
        return OfficialAccount(config=config, services=services)

    def _genuine(self, user: str, grants: str, message_id: str, **more: Any) -> Call:
        grant(self._platform, self.phone(user).follower, grants)
        return self.call(user, MsgId=self._numbers[message_id], **more)

    def writes(self, *, user: str, text: str, message_id: str) -> Call:
        return self._genuine(user, "message", message_id, Content=text)

    def taps(self, *, user: str, entry: Entry, message_id: str) -> Call:
        return self._genuine(user, "menu", message_id, Content=entry.label, bizmsgmenuid=entry.key)

    def forgeries(self, *, user: str) -> dict[str, Call]:
        more = {
            "signed but not encrypted": unencrypted(self.call(user)),
            "nobody wrote it": self.call(user, body="<xml><MsgType>text</MsgType></xml>"),
        }
        return {**super().forgeries(user=user), **more}
