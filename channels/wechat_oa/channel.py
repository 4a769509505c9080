"""The channel: verifies, reads, hands over, and sends."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx
import redis.asyncio as redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry
from sanic import Request
from sanic.response import HTTPResponse, raw, text

from channels.base import Capabilities, Finding, Part, Place, State, TryLater
from channels.miniprogram.covers import Covers
from channels.outlets import Outgoing
from channels.wechat import xml
from channels.wechat.api import PlatformApi, decoded, settle, table
from channels.wechat.api import request as fetched
from channels.wechat.checking import encryption_found, platform_found
from channels.wechat.crypto import Crypto
from channels.wechat.errors import Forged
from channels.wechat.fetching import stable_token
from channels.wechat.joining import Joining
from channels.wechat.media import Media
from channels.wechat.pushes import Said, Sent
from channels.wechat.tokens import Tokens
from channels.wechat.unions import Unions, of_follower
from channels.wechat_oa.answering import Answering, Unanswered
from channels.wechat_oa.catalogue import allowance, limits
from channels.wechat_oa.entering import entrance, for_anybody
from channels.wechat_oa.reading import Push, read_push
from channels.wechat_oa.sending import Sending
from channels.wechat_oa.taking import Taking
from channels.wechat_oa.templates import read_templates
from channels.wechat_oa.writing import passive_text
from common.errors import TooLarge, Unavailable
from common.settings import Settings
from services.bootstrap import Services

log = structlog.get_logger(__name__)
NAME = "wechat_oa"
SUCCESS = "success"


def make(config: Settings, services: Services) -> OfficialAccount | None:
    """None without an AppID. :raises ValueError: half configured."""
    if config.wechat_oa_app_id is None:
        return None
    return OfficialAccount(config=config, services=services)


class OfficialAccount:
    """One Official Account. ``now``: seconds since 1970; ``transport``: another way to the platform, for tests; ``name``: of a second account
    beside the configured one, which only the demo has."""

    def __init__(
        self, *, config: Settings, services: Services, now: Callable[[], float] = time.time, transport: httpx.AsyncBaseTransport | None = None,
        name: str = NAME,
    ):  # fmt: skip
        self.name = name
        app_id, secret, token = config.wechat_oa_app_id, config.wechat_oa_secret, config.wechat_oa_token
        if app_id is None or secret is None or token is None:
            raise ValueError("BANGBAN_WECHAT_OA_APP_ID, _SECRET and _TOKEN are set together")
        keys = [k.strip() for k in (config.wechat_oa_aes_key.get_secret_value() if config.wechat_oa_aes_key else "").split(",") if k.strip()]
        self.app_id, self._secret, self.public_url = app_id, secret.get_secret_value(), config.public_url
        self.verified, self._now, self._config = config.wechat_oa_verified, now, config
        self.templates, self.mini_program = read_templates(config.wechat_oa_templates), config.wechat_oa_miniprogram
        self._crypto = Crypto(token=token.get_secret_value(), keys=keys, receiver=app_id, now=now, window_s=limits()["window_s"])
        self._http = httpx.AsyncClient(
            base_url=config.wechat_api_base, timeout=config.provider_timeout_s, transport=transport, trust_env=transport is None
        )
        self._redis = redis.from_url(config.redis_url or "", socket_connect_timeout=1, socket_timeout=5, retry=Retry(NoBackoff(), 1))
        fetch = stable_token(self._http, app_id=app_id, secret=secret.get_secret_value())
        self._tokens = Tokens(store=self._redis, account=app_id, fetch=fetch, vault=services.vault)
        self.api = PlatformApi(http=self._http, tokens=self._tokens, means=table()["weixin"])
        media = Media(http=self._http, tokens=self._tokens)
        covers = Covers(http=self._http, tokens=self._tokens, store=self._redis, account=app_id)
        self._sending = Sending(api=self.api, media=media, covers=covers, mini_program=config.wechat_oa_miniprogram, services=services)
        hold_s = 0.0 if self.verified else float(limits()["passive"]["hold_s"])
        taking = Taking(name=name, services=services, api=self.api, recogniser=services.providers.recogniser, hold_s=hold_s)
        outlet = None if self.verified else Outgoing(self, public_url=config.public_url)
        self._answering = Answering(name=name, taking=taking, deliveries=services.deliveries, outlet=outlet)

        joins = self.verified and config.miniprogram_app_id is not None  # else there is nobody to be joined with
        self._unions = Unions(ask=of_follower(self.api), contacts=services.contacts, joining=Joining(services)) if joins else None

    def capabilities(self, account: str) -> Capabilities:
        numbers = limits()
        if not self.verified:
            room = numbers["text_bytes"] - numbers["passive"]["notice_bytes"]
            return Capabilities(
                text_bytes=room, text_chars=numbers["text_chars"], anchors=True, push=False, allowance=allowance("message"),
                passive_s=numbers["passive"]["answer_s"],
            )  # fmt: skip
        same = ("text_bytes", "text_chars", "menu_choices", "menu_head_bytes", "menu_label_bytes", "card_title_chars", "card_text_chars")
        shows = self._sending.shows
        return Capabilities(
            choices="menu" if shows("menu") else "numbers", anchors=True, cards=True, mini_program=shows("mini"),
            pictures=shows("picture"), allowance=allowance("message"), **{name: numbers[name] for name in same},
        )  # fmt: skip

    def page_url(self, account: str, base: str, page: str) -> str:
        """Where a page of his own opens as his: WeChat tells us who opens it, where the account may ask; else only what is for anybody opens."""
        if self.verified and self.public_url:
            return entrance(base, account=account, page=page)
        return base.rstrip("/") + page if for_anybody(page) else ""

    async def callback(self, request: Request) -> HTTPResponse:
        """GET proves the address; POST is a push."""
        if request.method == "GET":
            return self._prove(request)
        if len(request.body) > limits()["max_body"]:
            raise TooLarge
        push, key = self._opened(request)
        try:
            words = await self._answering.answer(push)
        except Unanswered:
            raise Unavailable from None
        if self._unions is not None and isinstance(push.deed, Said | Sent):  # what the platform tells may be of people who never wrote to us
            self._unions.look(Place(self.name, push.account, push.address))
        return self._reply(push, words, key)

    async def paused(self, request: Request) -> HTTPResponse:
        """While the channel is stopped. WeChat would push a refused message twice more within a quarter of a minute, and then say that the
        account is out of order: so he is told at once what to do instead. What the platform tells of its own (he left, a notice did not
        arrive) is heeded all the same: it comes once."""
        if request.method == "GET":
            return self._prove(request)
        if len(request.body) > limits()["max_body"]:
            raise TooLarge
        push, key = self._opened(request)
        return self._reply(push, await self._answering.paused(push), key)

    def _reply(self, push: Push, words: str | None, key: bytes | None) -> HTTPResponse:
        """Within the callback, sealed by the key that opened it; None: nothing is said."""
        return text(SUCCESS) if words is None else raw(self._sealed(passive_text(push, words, at=self._now()), key), content_type="text/xml")

    def _prove(self, request: Request) -> HTTPResponse:
        """:raises Forged, Stale: not the platform."""
        self._crypto.check(given=_arg(request, "signature"), timestamp=_arg(request, "timestamp"), nonce=_arg(request, "nonce"))
        return text(_arg(request, "echostr")[:200])

    def _opened(self, request: Request) -> tuple[Push, bytes | None]:
        """The push, and the key that opened it. Where there are keys, only what is encrypted counts: the plain signature covers no body.

        :raises Forged, Stale, Malformed:
        """
        timestamp, nonce = _arg(request, "timestamp"), _arg(request, "nonce")
        if not self._crypto.encrypts:
            self._crypto.check(given=_arg(request, "signature"), timestamp=timestamp, nonce=nonce)
            return read_push(xml.read(request.body)), None
        if _arg(request, "encrypt_type") != "aes":
            raise Forged
        encrypt = xml.text_of(xml.read(request.body), "Encrypt")
        self._crypto.check(given=_arg(request, "msg_signature"), timestamp=timestamp, nonce=nonce, encrypt=encrypt)
        opened = self._crypto.open(encrypt)
        return read_push(xml.read(opened.message)), opened.key

    def _sealed(self, body: bytes, key: bytes | None) -> bytes:
        if key is None:
            return body
        envelope = self._crypto.answer(body, key=key)
        fields: dict[str, Any] = {"Encrypt": envelope.encrypt, "MsgSignature": envelope.signature}
        return xml.write({**fields, "TimeStamp": int(envelope.timestamp), "Nonce": envelope.nonce})

    async def send(self, *, place: Place, part: Part) -> None:
        await self._sending.send(place, part)

    async def opened_by(self, code: str) -> str:
        """Who opened one of our pages inside WeChat; a code is good once. :raises SendFailed: no such code."""
        query = {"appid": self.app_id, "secret": self._secret, "code": code, "grant_type": "authorization_code"}
        found = settle("oauth2", decoded(await fetched(self._http, "/sns/oauth2/access_token", None, query)))
        if not isinstance(openid := found.get("openid"), str):
            raise TryLater("openid")
        return openid

    async def check(self) -> list[Finding]:
        """The secrets prove themselves, the platform gives a token, and says whether it knows our address."""
        answers = Finding("answers", True, "customer-service API" if self.verified else "within the callback: the account is not verified")
        names = ", ".join(self.templates) or "none: set BANGBAN_WECHAT_OA_TEMPLATES"
        templates = Finding("template messages", self.verified or not self.templates, names if self.verified else "only of a verified account")
        platform, _ = await platform_found(self.api, self._config.wechat_api_base, "/cgi-bin/getcallbackip")
        return [*encryption_found(self._crypto, setting="BANGBAN_WECHAT_OA_AES_KEY"), answers, templates, platform]

    def state(self) -> State:
        return "ok"

    async def close(self) -> None:
        if self._unions is not None:
            await self._unions.close()
        await self._http.aclose()
        await self._redis.aclose()


def _arg(request: Request, name: str) -> str:
    return str(request.args.get(name) or "")
