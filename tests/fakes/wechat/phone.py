"""A citizen's phone: what he does becomes pushes, what he is sent stands on the screen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from tests.fakes.wechat.account import Account, Follower

if TYPE_CHECKING:
    from tests.fakes.wechat.platform import Platform
    from tests.fakes.wechat.pushing import Push

Fields = dict[str, Any]


@dataclass
class Seen:
    """One message on the screen. ``via``: an answer within the push, a customer-service message, or the platform's own words; ``picture``:
    address or media id of a card's."""

    via: Literal["passive", "custom", "platform"]
    kind: str
    text: str
    choices: list[tuple[str, str]] = field(default_factory=list)  # (id, words) of a menu
    title: str = ""
    url: str = ""
    tail: str = ""
    picture: str = ""

    @property
    def all_text(self) -> str:
        return "\n".join([self.title, self.text, *(words for _, words in self.choices), self.tail]).strip()


class Phone:
    """``await`` each deed: it returns the push when the account's server has answered it, or the platform has given up."""

    def __init__(self, platform: Platform, account: Account, openid: str):
        self.platform, self.account, self.openid = platform, account, openid
        self.screen: list[Seen] = []
        self._news = asyncio.Event()
        self.typing_until = 0.0  # "the other side is typing"
        account.followers.setdefault(openid, Follower(openid))

    @property
    def follower(self) -> Follower:
        return self.account.followers[self.openid]

    # — what the citizen does —

    async def text(self, words: str, **more: Any) -> Push:
        return await self.send("message", {"MsgType": "text", "Content": words, **more})

    async def tap(self, words: str) -> Push:
        """Taps the newest menu entry that contains ``words``; for the platform that is a tap, not a message."""
        for seen in reversed(self.screen):
            for key, label in seen.choices:
                if words in label:
                    return await self.send("menu", {"MsgType": "text", "Content": label, "bizmsgmenuid": key})
        raise AssertionError(f"no entry {words!r} on the screen:\n{self}")

    async def picture(self, body: bytes, kind: str = "image/jpeg") -> Push:
        media = self.platform.keep_media(kind, body)
        return await self.send("message", {"MsgType": "image", "PicUrl": "http://mmbiz.example/pic", "MediaId": media})

    async def voice(self, body: bytes) -> Push:
        media = self.platform.keep_media("audio/amr", body)
        return await self.send("message", {"MsgType": "voice", "MediaId": media, "Format": "amr", "Recognition": "", "MediaId16K": media})

    async def location(self, latitude: float, longitude: float, label: str = "") -> Push:
        fields = {"MsgType": "location", "Location_X": str(latitude), "Location_Y": str(longitude), "Scale": "16", "Label": label}
        return await self.send("message", fields)

    async def link(self, title: str, url: str, description: str = "") -> Push:
        return await self.send("message", {"MsgType": "link", "Title": title, "Description": description, "Url": url})

    async def follow(self, scene: str | None = None) -> Push:
        self.follower.subscribed = True
        key = {"EventKey": f"qrscene_{scene}", "Ticket": "gQH47joAAAAAAAAA"} if scene else {"EventKey": ""}
        return await self.event("subscribe", "follow", **key)

    async def unfollow(self) -> Push:
        self.follower.subscribed = False
        self.follower.grants.clear()
        return await self.event("unsubscribe", None, EventKey="")

    async def scan(self, scene: str) -> Push:
        return await self.event("SCAN", "scan", EventKey=scene, Ticket="gQH47joAAAAAAAAA")

    async def click(self, key: str) -> Push:
        return await self.event("CLICK", "menu", EventKey=key)

    async def view(self, url: str) -> Push:
        return await self.event("VIEW", None, EventKey=url)

    async def event(self, name: str, grants: str | None, **more: Any) -> Push:
        return await self.send(grants, {"MsgType": "event", "Event": name, **more})

    async def send(self, grants: str | None, fields: Fields) -> Push:
        from tests.fakes.wechat.sending import grant

        if grants:
            grant(self.platform, self.follower, grants)
        common = {"ToUserName": self.account.original_id, "FromUserName": self.openid, "CreateTime": int(self.platform.clock.wall())}
        number = {} if fields["MsgType"] == "event" else {"MsgId": next(self.platform.ids)}
        return await self.platform.pusher.push(self, {**common, **fields, **number})

    # — what he sees —

    def show(self, seen: Seen) -> None:
        self.screen.append(seen)
        self.typing_until = 0.0
        self._news.set()

    async def until(self, fits: Callable[[Seen], bool], *, after: int = 0, seconds: float = 60) -> Seen:
        """The first message on the screen from number ``after`` on that fits; waits for it."""
        end = time.monotonic() + seconds
        while True:
            self._news.clear()
            for seen in self.screen[after:]:
                if fits(seen):
                    return seen
            try:
                await asyncio.wait_for(self._news.wait(), max(end - time.monotonic(), 0.001))
            except TimeoutError:
                raise AssertionError(f"it never came; on the screen:\n{self}") from None

    async def sees(self, words: str, *, after: int = 0, seconds: float = 60) -> Seen:
        return await self.until(lambda seen: words in seen.all_text, after=after, seconds=seconds)

    def __str__(self) -> str:
        return "\n".join(f"[{n}] {s.via}/{s.kind}: {s.all_text[:400]!r} {s.url}" for n, s in enumerate(self.screen))
