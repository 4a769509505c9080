"""The mini-program's customer-service talk, in safe mode and JSON, with the fake platform."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

from channels.miniprogram.channel import Miniprogram
from common.settings import Settings
from common.vault import Vault
from tests.contract.channels.harness import Call, Entry
from tests.contract.channels.wechat import NOBODY, WechatHarness, unencrypted
from tests.fakes.wechat import Account, MiniPhone
from tests.fakes.wechat.sending import grant


class MiniprogramHarness(WechatHarness):
    path, send = "/miniprogram/callback", "/cgi-bin/message/custom/send"
    malformed, sealed, content_type = '{"MsgType": ', b'"Encrypt": "', "application/json"

    def __init__(self) -> None:
        super().__init__(Account(app_id="wxmini0123456789", kind="miniprogram", format="json"))
        self.account = self._account.app_id

    def made(self, services: Any, url: str) -> Miniprogram:
        account = self._account
        config = Settings(
            miniprogram_app_id=account.app_id, miniprogram_secret=SecretStr(account.secret), miniprogram_token=SecretStr(account.token),
            miniprogram_aes_key=SecretStr(account.aes_key), wechat_api_base=url, redis_url=NOBODY,
        )  # fmt: skip
        services.vault, services.knowledge = Vault(["test"]), None
        return Miniprogram(config=config, services=services)

    def new_phone(self, user: str) -> MiniPhone:
        return MiniPhone(self._platform, self._account, user)

    def writes(self, *, user: str, text: str, message_id: str) -> Call:
        grant(self._platform, self.phone(user).follower, "message")
        return self.call(user, MsgId=self._numbers[message_id], Content=text)

    def taps(self, *, user: str, entry: Entry, message_id: str) -> Call | None:
        return None

    def forgeries(self, *, user: str) -> dict[str, Call]:
        more = {
            "signed but not encrypted": unencrypted(self.call(user)),
            "nobody wrote it": self.call(user, body='{"MsgType": "text"}'),
            "a list": self.call(user, body="[1, 2]"),
            "deeply nested": self.call(user, body='{"a":' * 2000 + "1" + "}" * 2000),
        }
        return {**super().forgeries(user=user), **more}
