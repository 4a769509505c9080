"""Pushes: built, signed and encrypted as the account chose, sent until they are answered, and what the answer shows.

The cryptography is wechatpy's, so that an error of the product's own would be seen here.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import httpx
from wechatpy.crypto import PrpCrypto, WeChatCrypto, _get_signature
from wechatpy.utils import check_signature

from tests.fakes.wechat.account import Account
from tests.fakes.wechat.phone import Phone, Seen

if TYPE_CHECKING:
    from tests.fakes.wechat.platform import Platform

OUT_OF_SERVICE = "该公众号提供的服务出现故障，请稍后再试"
_PASSIVE = {"text", "image", "voice", "video", "music", "news", "transfer_customer_service"}


@dataclass
class Weather:
    """What the network does. ``copies``: further pushes of each message, at the same time; ``lost_answers``: so many answers get lost
    on the way back, never those of copies; ``held``: pushes wait until :meth:`Pusher.release`; ``given_up``: asked while a push waits for its
    answer, whether the platform shall give it up before its patience ends."""

    copies: int = 0
    lost_answers: int = 0
    held: bool = False
    given_up: Callable[[Push], bool] | None = None


@dataclass
class Push:
    """One message to the account's server: how often it was sent, and how it was answered."""

    fields: dict[str, Any]
    tries: int = 0
    answer: Literal["silent", "passive", "broken", "none", ""] = ""
    statuses: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


class Pusher:
    def __init__(self, platform: Platform):
        self._platform, self.posts = platform, 0
        self._http = httpx.AsyncClient(trust_env=False, timeout=30, limits=httpx.Limits(max_connections=None))
        self._waiting: list[asyncio.Future[None]] = []
        self._soon: set[asyncio.Task[Push]] = set()

    async def push(self, phone: Phone, fields: dict[str, Any]) -> Push:
        push, weather = Push(fields), self._platform.weather
        if weather.held:
            gate: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(gate)
            await gate
        copies = [asyncio.create_task(self._attempt(phone, Push(fields), copy=True)) for _ in range(weather.copies)]
        for _ in range(self._platform.rules.pushes):
            if await self._attempt(phone, push):
                break
        else:
            push.answer = "none"
            if phone.account.kind != "kf" and fields.get("Event") != "TEMPLATESENDJOBFINISH":  # of these the citizen sees nothing
                phone.show(Seen("platform", "text", OUT_OF_SERVICE))
        await asyncio.gather(*copies)
        return push

    def release(self, *, backwards: bool = False) -> None:
        """Lets the pushes go that were held, in order or against it."""
        held, self._waiting = self._waiting, []
        for gate in reversed(held) if backwards else held:
            gate.set_result(None)

    def soon(self, pushing: Coroutine[Any, Any, Push]) -> None:
        """What the platform tells of its own accord, after the call that caused it."""
        task = asyncio.get_running_loop().create_task(pushing)
        self._soon.add(task)
        task.add_done_callback(self._soon.discard)

    async def close(self) -> None:
        for task in list(self._soon):
            task.cancel()
        await asyncio.gather(*self._soon, return_exceptions=True)
        await self._http.aclose()

    async def _attempt(self, phone: Phone, push: Push, *, copy: bool = False) -> bool:
        """One push; whether it was answered in time."""
        push.tries += 1
        self.posts += 1
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            async with asyncio.timeout(self._platform.rules.patience_s):
                reply = await self._unless_given_up(push, self._post(phone.account, push.fields))
        except (TimeoutError, httpx.HTTPError):
            return False
        push.seconds.append(clock() - began)
        push.statuses.append(reply.status_code)
        if self._platform.weather.lost_answers and not copy:
            self._platform.weather.lost_answers -= 1
            return False
        seen = self._read(phone, reply)
        push.answer = "silent" if seen is None else "broken" if seen.via == "platform" else "passive"
        if seen and not any(s.via == "passive" and s == seen for s in phone.screen[-1:]):
            phone.show(seen)
        return True

    async def _unless_given_up(self, push: Push, posting: Coroutine[Any, Any, httpx.Response]) -> httpx.Response:
        """:raises TimeoutError: given up."""
        given_up = self._platform.weather.given_up
        if given_up is None:
            return await posting
        task = asyncio.create_task(posting)
        try:
            while not (await asyncio.wait({task}, timeout=0.02))[0]:
                if given_up(push):
                    raise TimeoutError
            return task.result()
        finally:
            task.cancel()

    async def _post(self, account: Account, fields: Mapping[str, Any]) -> httpx.Response:
        query, body = signed(account, fields, wall=self._platform.clock.wall())
        return await self._http.post(account.callback, params=query, content=body, headers={"content-type": "text/xml"})

    def _read(self, phone: Phone, reply: httpx.Response) -> Seen | None:
        try:
            return _answered(phone, reply)
        except Exception:  # whatever is wrong with it, the citizen reads one sentence
            return Seen("platform", "text", OUT_OF_SERVICE)


def xml(fields: Mapping[str, Any]) -> str:
    """As the platform writes: texts in CDATA, numbers bare."""
    parts = (f"<{k}>{v}</{k}>" if isinstance(v, int) else f"<{k}><![CDATA[{v}]]></{k}>" for k, v in fields.items())
    return f"<xml>{''.join(parts)}</xml>"


def signed(
    account: Account, fields: Mapping[str, Any], *, wall: float, key: str | None = None, body: str | None = None
) -> tuple[dict[str, str], bytes]:
    """(query, body) of a push. ``body`` replaces the message as it is written."""
    stamp, nonce = str(int(wall)), str(secrets.randbelow(10**10))
    plain = body if body is not None else (json.dumps(fields, ensure_ascii=False) if account.format == "json" else xml(fields))
    query = {"signature": _get_signature(account.token, stamp, nonce, ""), "timestamp": stamp, "nonce": nonce, "openid": str(fields["FromUserName"])}
    check_signature(account.token, query["signature"], stamp, nonce)
    if account.kind == "kf":
        query = {name: query[name] for name in ("timestamp", "nonce")}
    elif account.mode == "plain":
        return query, plain.encode()
    crypto = WeChatCrypto(account.token, key or account.aes_key, account.app_id)
    sealed = PrpCrypto(crypto.key).encrypt(plain, account.app_id).decode()
    query |= {"msg_signature": _get_signature(account.token, stamp, nonce, sealed), **({} if account.kind == "kf" else {"encrypt_type": "aes"})}
    both = dict(fields) if account.mode == "compatible" else {"ToUserName": fields["ToUserName"]}
    wrapped = {**both, "Encrypt": sealed}
    return query, (json.dumps(wrapped, ensure_ascii=False) if account.format == "json" else xml(wrapped)).encode()


def verification(account: Account, echo: str, *, wall: float) -> dict[str, str]:
    """The query of the GET that proves an address."""
    stamp, nonce = str(int(wall)), str(secrets.randbelow(10**10))
    return {"signature": _get_signature(account.token, stamp, nonce, ""), "timestamp": stamp, "nonce": nonce, "echostr": echo}


def _answered(phone: Phone, reply: httpx.Response) -> Seen | None:
    """What the answer shows; None for nothing. Raises when the platform would not understand it."""
    if reply.status_code != 200:
        raise ValueError(reply.status_code)
    if reply.content in (b"", b"success") or phone.account.kind == "kf":
        return None
    account, text = phone.account, reply.content.decode("utf-8")
    root = ElementTree.fromstring(text)
    if root.find("Encrypt") is not None:
        text = _decrypted(account, root)
        root = ElementTree.fromstring(text)
    elif account.mode == "safe":
        raise ValueError("an answer in safe mode is encrypted")
    got = {child.tag: child.text or "" for child in root}
    if got["ToUserName"] != phone.openid or got["FromUserName"] != account.original_id or got["MsgType"] not in _PASSIVE:
        raise ValueError("not an answer to this citizen")
    int(got["CreateTime"])
    if account.kind == "miniprogram" and got["MsgType"] != "transfer_customer_service":
        raise ValueError("a mini-program has no passive answer")
    if got["MsgType"] == "text" and not 0 < len(got["Content"].encode()) <= 2048:
        raise ValueError("text of a wrong size")
    return Seen("passive", got["MsgType"], got.get("Content", ""))


def _decrypted(account: Account, root: ElementTree.Element) -> str:
    found = {child.tag: child.text or "" for child in root}
    for key in filter(None, (account.aes_key, account.old_aes_key)):
        crypto = WeChatCrypto(account.token, key, account.app_id)
        body = f"<xml><Encrypt>{escape(found['Encrypt'])}</Encrypt></xml>"
        try:
            return str(crypto.decrypt_message(body, found["MsgSignature"], found["TimeStamp"], found["Nonce"]))
        except ValueError:
            continue
    raise ValueError("no key opens the answer")
