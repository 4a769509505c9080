"""A citizen's phone with a mini-program open: signing in, its phone button, what it may be sent, and its customer-service talk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.wechat.phone import Phone
from tests.fakes.wechat.subscribing import login_code

if TYPE_CHECKING:
    from tests.fakes.wechat.pushing import Push

CODE_S = 300.0


class MiniPhone(Phone):
    def login(self) -> str:
        """What ``wx.login`` gives: good once, for five minutes."""
        return self._runs_out(login_code(self.account, self.openid))

    def phone_button(self, number: str = "13800138000") -> str:
        """What the phone button gives when he agrees: good once, for five minutes. A foreign number is written ``+852-51234567``."""
        return self._runs_out(login_code(self.account, self.openid, number))

    def _runs_out(self, code: str) -> str:
        self.account.codes_until[code] = self.platform.clock.now() + CODE_S
        return code

    def asked(self, *templates: str, says: str = "accept") -> dict[str, str]:
        """``wx.requestSubscribeMessage``: the prompt, and what he tapped for all of them. At most three, all of the account's."""
        assert 1 <= len(templates) <= 3 and set(templates) <= set(self.account.templates)
        for template in templates:
            if says == "accept":
                left = self.follower.consents.get(template, 0)
                self.follower.consents[template] = left if left < 0 else left + 1
        return {"errMsg": "requestSubscribeMessage:ok", **dict.fromkeys(templates, says)}

    async def enter(self, session_from: str = "") -> Push:
        """Opens the customer-service talk by a ``contact`` button."""
        return await self.event("user_enter_tempsession", "enter", SessionFrom=session_from)

    async def card(self, title: str, path: str) -> Push:
        """Sends a card of the mini-program."""
        thumb = self.platform.keep_media("image/png", b"picture")
        fields = {"MsgType": "miniprogrampage", "Title": title, "AppId": self.account.app_id, "PagePath": path, "ThumbUrl": "", "ThumbMediaId": thumb}
        return await self.send("message", fields)
