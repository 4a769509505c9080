"""A customer's phone at a 微信客服 account: what he does is put down, and the corporation's server gets a signal to fetch it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wechatpy.crypto import PrpCrypto, WeChatCrypto, _get_signature

from tests.fakes.wechat.account import Account
from tests.fakes.wechat.kf import Desk, Item, Session, later, new_code, put
from tests.fakes.wechat.phone import Phone

if TYPE_CHECKING:
    from tests.fakes.wechat.platform import Platform
    from tests.fakes.wechat.pushing import Push


class KfPhone(Phone):
    def __init__(self, platform: Platform, account: Account, openid: str, open_kfid: str):
        super().__init__(platform, account, openid)
        self.desk: Desk = account.desks[open_kfid]
        self.desk.sessions.setdefault(openid, Session())

    @property
    def session(self) -> Session:
        return self.desk.sessions[self.openid]

    async def text(self, words: str, **more: Any) -> Push:
        return await self.puts("message", {"msgtype": "text", "text": {"content": words, **more}})

    async def tap(self, words: str) -> Push:
        for seen in reversed(self.screen):
            for key, label in seen.choices:
                if words in label:
                    return await self.puts("message", {"msgtype": "text", "text": {"content": label, "menu_id": key}})
        raise AssertionError(f"no entry {words!r} on the screen:\n{self}")

    async def picture(self, body: bytes, kind: str = "image/jpeg") -> Push:
        return await self.puts("message", {"msgtype": "image", "image": {"media_id": self.platform.keep_media(kind, body)}})

    async def voice(self, body: bytes) -> Push:
        return await self.puts("message", {"msgtype": "voice", "voice": {"media_id": self.platform.keep_media("audio/amr", body)}})

    async def location(self, latitude: float, longitude: float, label: str = "") -> Push:
        place = {"latitude": latitude, "longitude": longitude, "name": label, "address": label}
        return await self.puts("message", {"msgtype": "location", "location": place})

    async def link(self, title: str, url: str, description: str = "") -> Push:
        return await self.puts("message", {"msgtype": "link", "link": {"title": title, "desc": description, "url": url, "pic_url": ""}})

    async def mini_program(self, title: str) -> Push:
        content = {"title": title, "appid": "wx1", "pagepath": "pages/index", "thumb_media_id": "t"}
        return await self.puts("message", {"msgtype": "miniprogram", "miniprogram": content})

    async def other(self, kind: str = "video") -> Push:
        return await self.puts("message", {"msgtype": kind, kind: {"media_id": "x"}})

    async def enter(self, scene: str = "", scene_param: str = "", *, welcome: bool = True) -> Push:
        """Opens the talk; a welcome code comes along unless the console has a welcome of its own."""
        code = {"welcome_code": new_code(self.platform, self.desk, self.openid, "welcome")} if welcome else {}
        later(self.platform, self.desk, self.openid, "enter_session", scene=scene, scene_param=scene_param, **code)
        return await self.signal()

    async def recall(self, item: Item) -> Push:
        later(self.platform, self.desk, self.openid, "user_recall_msg", recall_msgid=item["msgid"])
        return await self.signal()

    # — what people in the WeCom client do —

    async def served_by(self, servicer: str = "servicer-1") -> Push:
        """Taken from the pool (or from the assistant, by whoever may), or handed on to a colleague."""
        before, self.session.servicer, self.session.state = self.session.servicer, servicer, 3
        code = {} if before else {"msg_code": new_code(self.platform, self.desk, self.openid, "taken")}
        return await self._changed(2 if before else 1, before, servicer, **code)

    async def ended(self) -> Push:
        before, self.session.servicer, self.session.state = self.session.servicer, "", 4
        return await self._changed(3, before, "", msg_code=new_code(self.platform, self.desk, self.openid, "ended"))

    async def reopened(self, servicer: str = "servicer-1") -> Push:
        """Somebody writes to him after the end: the session is that person's."""
        self.session.servicer, self.session.state = servicer, 3
        return await self._changed(4, "", servicer)

    async def _changed(self, how: int, before: str, after: str, **more: Any) -> Push:
        fields = {"change_type": how, "old_servicer_userid": before, "new_servicer_userid": after, **more}
        later(self.platform, self.desk, self.openid, "session_status_change", **fields)
        return await self.signal()

    async def switch(self, *, off: bool) -> Push:
        later(self.platform, self.desk, self.openid, "reject_customer_msg_switch_change", reject_switch=int(off))
        return await self.signal()

    async def servicer_recalls(self, item: Item) -> Push:
        """The person takes back what he wrote."""
        fields = {"recall_msgid": item["msgid"], "servicer_userid": item["servicer_userid"]}
        later(self.platform, self.desk, self.openid, "servicer_recall_msg", **fields)
        return await self.signal()

    async def servicer_says(self, words: str, servicer: str = "servicer-1") -> Push:
        """A person writes in the WeCom client, while he serves the session."""
        put(self.platform, self.desk, 5, {"msgtype": "text", "text": {"content": words}, "external_userid": self.openid, "servicer_userid": servicer})
        return await self.signal()

    async def puts(self, grants: str, content: dict[str, Any]) -> Push:
        self.put(content, grants)
        return await self.signal()

    def put(self, content: dict[str, Any], grants: str = "message") -> Item:
        """What he sent stands in the list; nobody is told."""
        from tests.fakes.wechat.sending import grant

        grant(self.platform, self.follower, grants)
        if self.session.state == 4:
            self.session.state = 0
        return put(self.platform, self.desk, 3, {"external_userid": self.openid, **content})

    def put_text(self, words: str) -> Item:
        return self.put({"msgtype": "text", "text": {"content": words}})

    async def signal(self) -> Push:
        """``kf_msg_or_event``: a token for the next ten minutes and no content."""
        return await self.platform.pusher.push(self, self.signal_fields())

    def signal_fields(self) -> dict[str, Any]:
        token = f"ENC{len(self.desk.tokens):06d}{self.openid[-6:]}"
        self.desk.tokens[token] = self.platform.clock.now() + 600
        return {
            "ToUserName": self.account.app_id, "CreateTime": int(self.platform.clock.wall()), "MsgType": "event", "Event": "kf_msg_or_event",
            "Token": token, "OpenKfId": self.desk.open_kfid, "FromUserName": "sys",
        }  # fmt: skip


def verification(account: Account, echo: str, *, wall: float) -> dict[str, str]:
    """The query of the GET that proves an address: the echo is encrypted, and wanted back in the clear."""
    stamp, nonce = str(int(wall)), "263014780"
    key = WeChatCrypto(account.token, account.aes_key, account.app_id).key
    sealed = PrpCrypto(key).encrypt(echo, account.app_id).decode()
    return {"msg_signature": _get_signature(account.token, stamp, nonce, sealed), "timestamp": stamp, "nonce": nonce, "echostr": sealed}
