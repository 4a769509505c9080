"""The platform's API in memory: which answer a call gets. HTTP is :mod:`tests.fakes.wechat.server`'s business."""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.wechat import kf, sending, subscribing, templating, tokens
from tests.fakes.wechat.account import Account
from tests.fakes.wechat.clock import PlatformClock
from tests.fakes.wechat.failed import Failed
from tests.fakes.wechat.kf_phone import KfPhone
from tests.fakes.wechat.mini_phone import MiniPhone
from tests.fakes.wechat.phone import Phone
from tests.fakes.wechat.pushing import Pusher, Weather
from tests.fakes.wechat.rules import Rules

Query = dict[str, str]
Made = dict[str, Any] | tuple[str, bytes]


class Away(Exception):
    """Nobody answers at the platform's address."""


@dataclass
class Fault:
    """The next ``times`` calls of ``path`` go wrong: with an ``errcode``, an HTTP ``status`` or after ``delay_s``; ``after``: the work is
    done all the same and only the answer is lost; ``away``: no connection comes about (:func:`tests.fakes.wechat.server.transport` only)."""

    path: str
    errcode: int = 0
    status: int = 200
    delay_s: float = 0.0
    after: bool = False
    away: bool = False
    times: int = 1


@dataclass
class Platform:
    """``calls`` counts API calls by path, ``refused`` refusals by code; made faults are not among them. ``phones`` by openid."""

    rules: Rules = field(default_factory=Rules)
    clock: PlatformClock = field(default_factory=PlatformClock)
    weather: Weather = field(default_factory=Weather)
    accounts: dict[str, Account] = field(default_factory=dict)
    phones: dict[str, Phone] = field(default_factory=dict)
    media: dict[str, tuple[str, bytes, float]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    refused: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.pusher = Pusher(self)
        self.ids = itertools.count(23_000_000_000_000_001)

    def add(self, account: Account) -> Account:
        self.accounts[account.app_id] = account
        return account

    def phone(self, account: Account, openid: str | None = None) -> Phone:
        """A citizen with this account open."""
        made = Phone(self, account, openid or "o" + secrets.token_urlsafe(20))
        self.phones[made.openid] = made
        return made

    def mini_phone(self, account: Account, openid: str | None = None) -> MiniPhone:
        """A citizen with this mini-program open."""
        made = MiniPhone(self, account, openid or "o" + secrets.token_urlsafe(20))
        self.phones[made.openid] = made
        return made

    def customer(self, account: Account, open_kfid: str) -> KfPhone:
        """A customer of a corporation's desk."""
        made = KfPhone(self, account, "wm" + secrets.token_urlsafe(22), open_kfid)
        self.phones[made.openid] = made
        return made

    def keep_media(self, kind: str, body: bytes) -> str:
        media_id = secrets.token_urlsafe(32)
        self.media[media_id] = (kind, body, self.clock.now() + self.rules.media_s)
        return media_id

    async def answer(self, method: str, path: str, query: Query, body: bytes) -> tuple[int, str, bytes]:
        """(HTTP status, content type, body) of one call."""
        fault = self._fault(path)
        if fault and fault.away:
            raise Away
        self.calls[path] += 1
        if fault and fault.delay_s:
            await asyncio.sleep(fault.delay_s)
        if fault and not fault.after and (fault.errcode or fault.status != 200):
            return _answer(fault.status, {"errcode": fault.errcode, "errmsg": "made to fail"})
        try:
            made = self._work(method, path, query, body)
        except Failed as failed:
            self.refused[failed.errcode] += 1
            made = {"errcode": failed.errcode, "errmsg": failed.errmsg or "refused"}
        if fault and fault.after:
            return _answer(fault.status, {"errcode": fault.errcode, "errmsg": "the answer got lost"})
        return _answer(200, made)

    def _work(self, method: str, path: str, query: Query, body: bytes) -> Made:
        route = _ROUTES.get((method, path))
        if route is None:
            raise Failed(404, "no such interface")
        work, needs_token = route
        if path == "/cgi-bin/media/upload":
            return _upload(self, tokens.account_of(self, query.get("access_token", "")), query, body)
        account = tokens.account_of(self, query.get("access_token", "")) if needs_token else None
        return work(self, account, query, _json(body) if method == "POST" else {})

    def _fault(self, path: str) -> Fault | None:
        found = next((f for f in self.faults if f.path == path and f.times), None)
        if found:
            found.times -= 1
        return found


def _json(body: bytes) -> dict[str, Any]:
    if b"\\u" in body:  # the platform shows such escapes to the citizen as they are
        raise Failed(40033, "invalid charset")
    try:
        found = json.loads(body.decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise Failed(47001, "data format error") from None
    if not isinstance(found, dict):
        raise Failed(47001, "data format error")
    return found


def _answer(status: int, made: Made) -> tuple[int, str, bytes]:
    if isinstance(made, tuple):
        return status, *made
    return status, "application/json; encoding=utf-8", json.dumps(made, ensure_ascii=False).encode()


def _media(platform: Platform, account: Account | None, query: Query, _: dict[str, Any]) -> Made:
    kind, body, until = platform.media.get(query.get("media_id", ""), ("", b"", 0.0))
    if until < platform.clock.now():
        raise Failed(40007, "invalid media_id")
    return kind, body


def _upload(platform: Platform, account: Account, query: Query, body: bytes) -> Made:
    """One file, ``media``, of a multipart body."""
    head, _, rest = body.partition(b"\r\n\r\n")
    kind = next((line.split(b":")[1].strip().decode() for line in head.split(b"\r\n") if line.lower().startswith(b"content-type:")), "")
    content = rest.rsplit(b"\r\n--", 1)[0]
    if b'name="media"' not in head or b"filename=" not in head or not content:
        raise Failed(41005, "media data missing")
    if query.get("type") != "image" or not kind.startswith("image/"):
        raise Failed(40004, "invalid media type")
    if len(content) > 10 * 1024 * 1024:
        raise Failed(40009, "invalid image size")
    return {"type": "image", "media_id": platform.keep_media(kind, content), "created_at": int(platform.clock.now())}


_Work = Callable[[Platform, Any, Query, dict[str, Any]], Made]
_ROUTES: dict[tuple[str, str], tuple[_Work, bool]] = {
    ("POST", "/cgi-bin/stable_token"): (tokens.stable_token, False),
    ("GET", "/cgi-bin/token"): (tokens.old_token, False),
    ("POST", "/cgi-bin/message/custom/send"): (sending.custom_send, True),
    ("POST", "/cgi-bin/message/custom/typing"): (sending.typing, True),
    ("GET", "/cgi-bin/media/get"): (_media, True),
    ("POST", "/cgi-bin/media/upload"): (_media, True),
    ("GET", "/cgi-bin/user/info"): (subscribing.user_info, True),
    ("POST", "/cgi-bin/menu/create"): (sending.create_menu, True),
    ("GET", "/cgi-bin/get_current_selfmenu_info"): (sending.current_menu, True),
    ("GET", "/sns/jscode2session"): (subscribing.code_to_session, False),
    ("GET", "/sns/oauth2/access_token"): (subscribing.opened_by, False),
    ("POST", "/wxa/business/getuserphonenumber"): (subscribing.phone_number, True),
    ("POST", "/cgi-bin/message/subscribe/send"): (subscribing.subscribe_send, True),
    ("POST", "/cgi-bin/message/template/send"): (templating.template_send, True),
    ("GET", "/cgi-bin/gettoken"): (kf.gettoken, False),
    ("POST", "/cgi-bin/kf/account/list"): (kf.account_list, True),
    ("POST", "/cgi-bin/kf/sync_msg"): (kf.sync_msg, True),
    ("POST", "/cgi-bin/kf/send_msg"): (kf.send_msg, True),
    ("POST", "/cgi-bin/kf/send_msg_on_event"): (kf.send_on_event, True),
    ("POST", "/cgi-bin/kf/service_state/get"): (kf.state_get, True),
    ("POST", "/cgi-bin/kf/service_state/trans"): (kf.state_trans, True),
    ("POST", "/cgi-bin/kf/customer/batchget"): (kf.batchget, True),
    ("GET", "/cgi-bin/getcallbackip"): (lambda *_: {"ip_list": ["127.0.0.1"]}, True),
}
