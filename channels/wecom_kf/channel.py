"""The channel: verifies signals, puts them down, and sends. What is behind a signal is pulled beside the requests."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import httpx
import redis.asyncio as redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sanic import Request
from sanic.response import HTTPResponse, text

from channels.base import Capabilities, Finding, Part, Place, State
from channels.miniprogram.covers import Covers
from channels.wechat import xml
from channels.wechat.api import PlatformApi
from channels.wechat.checking import key_found, platform_found
from channels.wechat.crypto import Crypto
from channels.wechat.fetching import corp_token
from channels.wechat.joining import Joining
from channels.wechat.media import Media
from channels.wechat.tokens import Tokens
from channels.wechat.unions import Unions, of_customer
from channels.wecom_kf.catalogue import allowance, limits
from channels.wecom_kf.customers import Customers
from channels.wecom_kf.happening import Happening
from channels.wecom_kf.passing import Passing
from channels.wecom_kf.pulling import Pulling
from channels.wecom_kf.sending import Sending
from channels.wecom_kf.serving import Serving
from channels.wecom_kf.sessions import Sessions
from channels.wecom_kf.showing import Showing
from channels.wecom_kf.signals import Signals
from channels.wecom_kf.taking import Taking
from channels.wecom_kf.working import Working
from common.errors import TooLarge
from common.settings import Settings
from services.bootstrap import Services

NAME = "wecom_kf"
SUCCESS = "success"
_PUBLIC = re.compile(r"/#/guide/[a-z0-9-]+")


def make(config: Settings, services: Services) -> CustomerService | None:
    """None without a corporation's id. :raises ValueError: half configured."""
    if config.wecom_corp_id is None:
        return None
    return CustomerService(config=config, services=services)


class CustomerService:
    """The 微信客服 accounts of one corporation. ``now``: seconds since 1970; ``transport``: another way to the platform, for tests."""

    name = NAME

    def __init__(
        self, *, config: Settings, services: Services, now: Callable[[], float] = time.time, transport: httpx.AsyncBaseTransport | None = None
    ):
        corp_id, secret, token, aes_key = config.wecom_corp_id, config.wecom_kf_secret, config.wecom_kf_token, config.wecom_kf_aes_key
        if corp_id is None or secret is None or token is None or aes_key is None:
            raise ValueError("BANGBAN_WECOM_CORP_ID, _KF_SECRET, _KF_TOKEN and _KF_AES_KEY are set together")
        keys = [k.strip() for k in aes_key.get_secret_value().split(",") if k.strip()]
        self._config, self._corp_id = config, corp_id
        self._crypto = Crypto(token=token.get_secret_value(), keys=keys, receiver=corp_id, now=now, window_s=limits()["window_s"])
        self._http = httpx.AsyncClient(
            base_url=config.wecom_api_base, timeout=config.provider_timeout_s, transport=transport, trust_env=transport is None
        )
        self._redis = redis.from_url(config.redis_url or "", socket_connect_timeout=1, socket_timeout=5, retry=Retry(NoBackoff(), 1))
        fetch = corp_token(self._http, corp_id=corp_id, secret=secret.get_secret_value())
        self._tokens = Tokens(store=self._redis, account=f"{corp_id}:kf", fetch=fetch, vault=services.vault)
        self.api = PlatformApi(http=self._http, tokens=self._tokens)
        stores = {"database": services.database, "clock": services.clock}
        customers = Customers(**stores, vault=services.vault, signer=services.signer)
        sessions = Sessions(services=services, api=self.api, customers=customers)
        covers = Covers(http=self._http, tokens=self._tokens, store=self._redis, account=f"{corp_id}:kf")
        media = Media(http=self._http, tokens=self._tokens)
        self._showing = Showing(services=services, media=media, covers=covers, mini_program=config.wecom_kf_miniprogram)
        self.sending = Sending(api=self.api, customers=customers, sessions=sessions, showing=self._showing)
        joins = config.miniprogram_app_id is not None  # else there is nobody to be joined with
        self._unions = Unions(ask=of_customer(self.api), contacts=services.contacts, joining=Joining(services)) if joins else None
        shared = {"name": NAME, "services": services, "customers": customers, "sessions": sessions}
        taking = Taking(**shared, api=self.api, recogniser=services.providers.recogniser, unions=self._unions)
        self._working = Working(
            name=NAME, services=services, worker=config.worker, look_s=config.delivery_look_s,
            pulling=Pulling(**stores, vault=services.vault, api=self.api, customers=customers, worker=config.worker),
            serving=Serving(name=NAME, services=services, taking=taking, happening=Happening(**shared), worker=config.worker),
            passing=Passing(**shared, servicer=config.wecom_kf_servicer),
        )  # fmt: skip
        self._signals = Signals(**stores, heard=self._working.wake)

    def capabilities(self, account: str) -> Capabilities:
        same = ("text_bytes", "text_chars", "menu_choices", "menu_head_bytes", "menu_label_bytes", "card_title_chars", "card_text_chars")
        return Capabilities(
            choices="menu", menu_lines=True, cards=True, mini_program=self._showing.opens_mini, pictures=True, allowance=allowance("message"),
            **{name: limits()[name] for name in same},
        )  # fmt: skip

    def page_url(self, account: str, base: str, page: str) -> str:
        """A guide is for anybody. On his own pages nobody knows who opens them from here, so none is shown; the mini-program knows it."""
        return base.rstrip("/") + page if _PUBLIC.fullmatch(page) else ""

    async def callback(self, request: Request) -> HTTPResponse:
        """GET proves the address; POST is a signal, which says only that there is something to be pulled."""
        if request.method == "GET":
            return text(self._opened(request, _arg(request, "echostr")).decode("utf-8", "replace"))
        if len(request.body) > limits()["max_body"]:
            raise TooLarge
        signal = xml.read(self._opened(request, xml.text_of(xml.read(request.body), "Encrypt")))
        if xml.text_of(signal, "Event") == "kf_msg_or_event" and (open_kfid := xml.text_of(signal, "OpenKfId").strip()):
            await self._signals.note(open_kfid=open_kfid[:64], token=xml.text_of(signal, "Token")[:256])
        return text(SUCCESS)

    def _opened(self, request: Request, encrypt: str) -> bytes:
        """:raises Forged, Stale: not the platform, or too long ago."""
        timestamp, nonce = _arg(request, "timestamp"), _arg(request, "nonce")
        self._crypto.check(given=_arg(request, "msg_signature"), timestamp=timestamp, nonce=nonce, encrypt=encrypt)
        return self._crypto.open(encrypt).message

    async def background(self) -> None:
        """Runs for ever beside the requests."""
        await self._working.run()

    async def send(self, *, place: Place, part: Part) -> None:
        await self.sending.send(place, part)

    async def check(self) -> list[Finding]:
        """The secrets prove themselves, the platform gives a token, and names the accounts we may serve."""
        asked = ("/cgi-bin/kf/account/list", {"offset": 0, "limit": 100})
        platform, answer = await platform_found(self.api, self._config.wecom_api_base, *asked)
        found = [key_found(self._crypto), platform]
        if not platform.ok:
            return found
        ours = [a for a in answer.get("account_list") or [] if isinstance(a, dict) and a.get("manage_privilege", True)]
        where = "at our desk" if self._config.wecom_kf_agents == "desk" else "in the WeCom client"
        cards = f"open the mini-program {self._config.wecom_kf_miniprogram}" if self._config.wecom_kf_miniprogram else "open guides' web pages"
        accounts = Finding("accounts", bool(ours), f"{len(ours)} to be served by API")
        return [*found, accounts, Finding("cards", True, cards), Finding("agents", True, where)]

    def state(self) -> State:
        return "ok"

    async def close(self) -> None:
        if self._unions is not None:
            await self._unions.close()
        await self._http.aclose()
        await self._redis.aclose()


def _arg(request: Request, name: str) -> str:
    return str(request.args.get(name) or "")
