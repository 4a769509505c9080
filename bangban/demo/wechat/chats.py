"""What the page shows of one phone, and what its owner can do with it. One class for each way a client differs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from bangban.demo.wechat.catalogue import recording, words
from bangban.demo.wechat.deeds import Deed
from bangban.demo.wechat.screen import shown
from tests.fakes.wechat import Account, KfPhone, MiniPhone, Phone, Platform
from tests.fakes.wechat.pushing import Push


@dataclass
class Own:
    """One thing he did: drawn after ``after`` messages of the other side. ``push`` is there once it was answered, or given up."""

    after: int
    kind: str
    text: str = ""
    more: dict[str, Any] = field(default_factory=dict)
    at: float = field(default_factory=time.time)
    push: Push | None = None
    done: bool = False

    def view(self) -> dict[str, Any]:
        tries, answer = (self.push.tries, self.push.answer) if self.push else (0, "")
        return {"side": "out", "kind": self.kind, "text": self.text, "at": self.at, "done": self.done, "tries": tries, "answer": answer, **self.more}


class Chat:
    """A phone at an Official Account; the others are variations. ``key`` is the channel's name."""

    opens = "follow"  # what he does first

    def __init__(self, *, key: str, platform: Platform, account: Account, make: Callable[[], Phone]):
        self.key, self.platform, self.account, self._make = key, platform, account, make
        self._tasks: set[asyncio.Task[None]] = set()
        self.anew()

    def anew(self) -> None:
        """Another citizen, whom nobody knows yet."""
        self.phone, self.own, self.opened = self._make(), list[Own](), False
        self._seen_at: list[float] = []

    async def close(self) -> None:
        """Waits for no answer any more."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # — what he does —

    def do(self, deed: Deed, body: bytes = b"") -> None:
        """Begins it; its push is waited for beside. :raises ValueError: there is nothing of the kind to be done here."""
        kind, text, more, work = self._deed(deed, body)
        own = Own(len(self.phone.screen), kind, text, more)
        self.own.append(own)
        task = asyncio.create_task(self._done(own, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _done(self, own: Own, work: Coroutine[Any, Any, Push]) -> None:
        try:
            own.push = await work
        finally:
            own.done = True

    def _deed(self, deed: Deed, body: bytes) -> tuple[str, str, dict[str, Any], Coroutine[Any, Any, Push]]:
        """(how it is drawn, its words, what else is drawn, the work)"""
        known, phone = words(), self.phone
        match deed.do:
            case "text":
                return "text", deed.text, {}, phone.text(deed.text)
            case "tap":
                return "text", deed.text, {}, self.tapped(deed.id, deed.text)
            case "picture" if body:
                return "image", "", {"url": f"/media/{self._keep(body, deed.text)}"}, phone.picture(body, deed.text or "image/png")
            case "voice":
                entry = known["recordings"][deed.number]
                return "voice", entry["words"], {"seconds": entry["seconds"]}, phone.voice(recording(deed.number))
            case "location":
                place = known["places"][deed.number]
                return "location", place["label"], {"title": place["name"]}, phone.location(place["north"], place["east"], place["label"])
            case "open":
                self.opened = True
                return "event", known["events"][self.opens], {}, self.open()
            case "leave":
                self.opened = False
                return "event", known["events"]["leave"], {}, phone.unfollow()
            case "click":
                return "event", known["events"]["click"].format(deed.text), {}, phone.click(deed.id)
            case "scan":
                return "event", known["events"]["scan"].format(deed.text), {}, phone.scan(deed.id)
        raise ValueError(deed.do)

    def open(self) -> Coroutine[Any, Any, Push]:
        return self.phone.follow()

    def tapped(self, entry: str, label: str) -> Coroutine[Any, Any, Push]:
        return self.phone.send("menu", {"MsgType": "text", "Content": label, "bizmsgmenuid": entry})

    def _keep(self, body: bytes, kind: str) -> str:
        return self.platform.keep_media(kind or "image/png", body)

    # — what he sees —

    def view(self) -> dict[str, Any]:
        """As the page draws it."""
        now = self.platform.clock.now()
        ahead = now - self.platform.clock.wall()
        open_ = [{"kind": g.kind, "left": g.left, "ends": round(g.until - ahead)} for g in self.phone.follower.grants if g.until > now]
        return {
            "key": self.key, "opens": self.opens, "opened": self.opened, "passive": self.account.kind == "oa" and not self.account.verified,
            "messages": self._messages(), "grants": open_, "menu": (self.account.menu or {}).get("button", []), "typing": self.typing(),
            "consents": sum(self.phone.follower.consents.values()),
        }  # fmt: skip

    def typing(self) -> bool:
        return self.phone.typing_until > self.platform.clock.now()

    def _messages(self) -> list[dict[str, Any]]:
        while len(self._seen_at) < len(self.phone.screen):
            self._seen_at.append(time.time())
        found, own = [], list(self.own)
        for number, seen in enumerate(self.phone.screen):
            while own and own[0].after <= number:
                found.append(own.pop(0).view())
            found.append({"side": "in", "number": number, "at": self._seen_at[number], **shown(seen)})
        return found + [one.view() for one in own]


class MiniChat(Chat):
    """The customer-service talk of a mini-program: entered by a button, no menus, no voice."""

    opens = "enter"
    phone: MiniPhone

    def _deed(self, deed: Deed, body: bytes) -> tuple[str, str, dict[str, Any], Coroutine[Any, Any, Push]]:
        if deed.do in ("voice", "location", "click", "scan", "leave", "tap"):
            raise ValueError(deed.do)
        return super()._deed(deed, body)

    def open(self) -> Coroutine[Any, Any, Push]:
        return self.phone.enter()


class KfChat(Chat):
    """微信客服: entered by a link; a welcome, a session that somebody serves."""

    opens = "enter"
    phone: KfPhone

    def _deed(self, deed: Deed, body: bytes) -> tuple[str, str, dict[str, Any], Coroutine[Any, Any, Push]]:
        if deed.do in ("click", "scan", "leave"):
            raise ValueError(deed.do)
        return super()._deed(deed, body)

    def open(self) -> Coroutine[Any, Any, Push]:
        return self.phone.enter()

    def tapped(self, entry: str, label: str) -> Coroutine[Any, Any, Push]:
        return self.phone.puts("message", {"msgtype": "text", "text": {"content": label, "menu_id": entry}})

    def view(self) -> dict[str, Any]:
        return {**super().view(), "session": self.phone.session.state}
