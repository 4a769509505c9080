"""The channel: signs citizens of the mini-program in, takes their customer-service messages, and sends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import httpx
import redis.asyncio as redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry
from sanic import Request
from sanic.response import HTTPResponse, text

from channels.base import Capabilities, CardPart, Finding, Part, PicturePart, Place, Refused, State
from channels.miniprogram.catalogue import allowance, limits
from channels.miniprogram.covers import Covers
from channels.miniprogram.reading import fields_of, read_push
from channels.miniprogram.signing_in import SigningIn
from channels.miniprogram.taking import NotYet, Taking
from channels.miniprogram.templates import read_templates
from channels.miniprogram.writing import customer_message
from channels.pictures import drawn
from channels.wechat.api import PlatformApi, table
from channels.wechat.checking import encryption_found, platform_found
from channels.wechat.crypto import Crypto
from channels.wechat.errors import Forged
from channels.wechat.fetching import stable_token
from channels.wechat.media import Media
from channels.wechat.pushes import Push
from channels.wechat.tokens import Tokens
from channels.wechat.xml import text_of
from common.errors import TooLarge, Unavailable
from common.settings import Settings
from services.bootstrap import Services

log = structlog.get_logger(__name__)
NAME, SUCCESS, SEND = "miniprogram", "success", "/cgi-bin/message/custom/send"


def make(config: Settings, services: Services) -> Miniprogram | None:
    """None without an AppID. :raises ValueError: half configured."""
    return None if config.miniprogram_app_id is None else Miniprogram(config=config, services=services)


class Miniprogram:
    """One mini-program. Its places' account is its AppID. ``now``: seconds since 1970; ``transport``: another way to the platform, for tests."""

    name = NAME

    def __init__(
        self, *, config: Settings, services: Services, now: Callable[[], float] = time.time, transport: httpx.AsyncBaseTransport | None = None
    ):
        app_id, secret, token = config.miniprogram_app_id, config.miniprogram_secret, config.miniprogram_token
        if app_id is None or secret is None or token is None:
            raise ValueError("BANGBAN_MINIPROGRAM_APP_ID, _SECRET and _TOKEN are set together")
        keys = [k.strip() for k in (config.miniprogram_aes_key.get_secret_value() if config.miniprogram_aes_key else "").split(",") if k.strip()]
        self.app_id, self._config, self._services = app_id, config, services
        self.templates = read_templates(config.miniprogram_templates)
        self._crypto = Crypto(token=token.get_secret_value(), keys=keys, receiver=app_id, now=now, window_s=limits()["window_s"])
        self._http = httpx.AsyncClient(
            base_url=config.wechat_api_base, timeout=config.provider_timeout_s, transport=transport, trust_env=transport is None
        )
        self._redis = redis.from_url(config.redis_url or "", socket_connect_timeout=1, socket_timeout=5, retry=Retry(NoBackoff(), 1))
        fetch = stable_token(self._http, app_id=app_id, secret=secret.get_secret_value())
        self._tokens = Tokens(store=self._redis, account=app_id, fetch=fetch, vault=services.vault)
        self.api = PlatformApi(http=self._http, tokens=self._tokens, means=table()["weixin"])
        self._media = Media(http=self._http, tokens=self._tokens)
        self._covers = Covers(http=self._http, tokens=self._tokens, store=self._redis, account=app_id)
        self._taking = Taking(name=NAME, account=app_id, services=services, api=self.api)
        self.signing_in = SigningIn(name=NAME, app_id=app_id, secret=secret.get_secret_value(), services=services, http=self._http, api=self.api)

    def capabilities(self, account: str) -> Capabilities:
        same = ("text_bytes", "text_chars", "card_title_chars", "card_text_chars")
        numbers = limits()
        sizes = {name: numbers[name] for name in same}
        return Capabilities(anchors=True, cards=True, own_pages=True, pictures=True, allowance=allowance("message"), **sizes)

    # — in —

    async def callback(self, request: Request) -> HTTPResponse:
        """GET proves the address; POST is a push. Nothing is ever said in its answer: a mini-program has no passive reply."""
        if request.method == "GET":
            self._crypto.check(given=_arg(request, "signature"), timestamp=_arg(request, "timestamp"), nonce=_arg(request, "nonce"))
            return text(_arg(request, "echostr")[:200])
        if len(request.body) > limits()["max_body"]:
            raise TooLarge
        await self._take(self._opened(request))
        return text(SUCCESS)

    async def _take(self, push: Push) -> None:
        """:raises Unavailable: after the platform has given this push up; it pushes it again."""
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            return await self._taken(push)
        except NotYet as missed:
            log.info("miniprogram.push.later", words=missed.words)
        except Exception as error:  # the database is away, say: the next push may find it back
            log.error("miniprogram.push.failed", exc_info=error)
        await asyncio.sleep(max(limits()["hold_s"] - (clock() - began), 0))
        raise Unavailable

    async def _taken(self, push: Push) -> None:
        try:
            await self._taking.take(push)
        except NotYet as missed:
            if not await self._last_push(push):
                raise
            await self._taking.say(self._taking.place(push.address), push, missed.words)

    async def _last_push(self, push: Push) -> bool:
        """Counts the pushes of one message, over all gateways."""
        for number in range(1, limits()["pushes"]):
            if await self._services.deliveries.first_time(key=f"{NAME}:{push.id}:{number}"):
                return False
        return True

    def _opened(self, request: Request) -> Push:
        """Where there are keys, only what is encrypted counts: the plain signature covers no body. :raises Forged, Stale, Malformed:"""
        timestamp, nonce = _arg(request, "timestamp"), _arg(request, "nonce")
        if not self._crypto.encrypts:
            self._crypto.check(given=_arg(request, "signature"), timestamp=timestamp, nonce=nonce)
            return read_push(fields_of(request.body))
        if _arg(request, "encrypt_type") != "aes":
            raise Forged
        encrypt = text_of(fields_of(request.body), "Encrypt")
        self._crypto.check(given=_arg(request, "msg_signature"), timestamp=timestamp, nonce=nonce, encrypt=encrypt)
        return read_push(fields_of(self._crypto.open(encrypt).message))

    # — out —

    async def send(self, *, place: Place, part: Part) -> None:
        if isinstance(part, PicturePart):
            media_id = await self._media.uploaded(await drawn(self._services, part.page), name=f"{part.source}.png")
            await self.api.call(SEND, customer_message(place.address, part, picture=media_id))
            return
        if not isinstance(part, CardPart):
            await self.api.call(SEND, customer_message(place.address, part))
            return
        try:
            await self.api.call(SEND, await self._carded(place, part))
        except Refused as error:
            if error.reason != "40007":
                raise
            await self._covers.lost()  # the platform forgot our picture: a new one
            await self.api.call(SEND, await self._carded(place, part))

    async def _carded(self, place: Place, part: CardPart) -> dict[str, object]:
        return customer_message(place.address, part, cover=await self._covers.get())

    # — how it is —

    async def check(self) -> list[Finding]:
        """The secrets prove themselves, and the platform gives a token and says whether it knows our address."""
        names = ", ".join(self.templates) or "none: set BANGBAN_MINIPROGRAM_TEMPLATES"
        platform, _ = await platform_found(self.api, self._config.wechat_api_base, "/cgi-bin/getcallbackip")
        encryption = encryption_found(self._crypto, setting="BANGBAN_MINIPROGRAM_AES_KEY")
        return [*encryption, Finding("subscription messages", True, names), platform]

    def state(self) -> State:
        return "ok"

    async def close(self) -> None:
        await self._http.aclose()
        await self._redis.aclose()


def _arg(request: Request, name: str) -> str:
    return str(request.args.get(name) or "")
