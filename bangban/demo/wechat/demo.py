"""The whole of the demo but the product: the platform, its accounts, a phone at each, and what became of connecting the product."""

from __future__ import annotations

from functools import partial
from typing import Any

import httpx
import structlog

from bangban.demo.wechat.accounts import DESK, PASSIVE, Accounts, make_accounts
from bangban.demo.wechat.chats import Chat, KfChat, MiniChat
from bangban.demo.wechat.sms import Inbox
from bangban.demo.wechat.weather import Skies
from channels.wechat_oa.menu import buttons
from tests.fakes.wechat import Account, Platform
from tests.fakes.wechat.kf_phone import verification as kf_verification
from tests.fakes.wechat.pushing import verification
from tests.fakes.wechat.sending import create_menu
from tests.fakes.wechat.subscribing import login_code

log = structlog.get_logger(__name__)


class Demo:
    """``public_url`` is the product's. ``connected``: by channel, ``ok``, ``off`` or ``refused``; empty while the product starts.
    ``notices``: whether the product sends its notices by our SMS provider. ``linked``: the mini-program's pages may be on the cards of the
    Official Account."""

    def __init__(self, *, public_url: str, notices: bool = True, linked: bool = False):
        self.public_url, self.platform = public_url, Platform()
        self.accounts: Accounts = make_accounts(self.platform)
        if linked:
            self.accounts.verified.linked.add(self.accounts.mini.app_id)
        self.skies = Skies(self.platform, list(self.accounts.all().values()))
        self.connected: dict[str, str] = {}
        self.talks = {key: self._chat(key, account) for key, account in self.accounts.all().items()}
        self.inbox = Inbox(on=notices)
        self.chats: dict[str, Chat | Inbox] = {**self.talks, self.inbox.key: self.inbox}
        for key, account in self.accounts.all().items():
            account.callback = f"{public_url}/channels/{key}/callback"

    def _chat(self, key: str, account: Account) -> Chat:
        platform = self.platform
        match account.kind:
            case "kf":
                return KfChat(key=key, platform=platform, account=account, make=partial(platform.customer, account, DESK))
            case "miniprogram":
                return MiniChat(key=key, platform=platform, account=account, make=partial(platform.mini_phone, account))
        return Chat(key=key, platform=platform, account=account, make=partial(platform.phone, account))

    def view(self) -> dict[str, Any]:
        """All that the page shows; no key and no token is in it."""
        chats = [{**chat.view(), "connected": self.connected.get(key, "starting")} for key, chat in self.chats.items()]
        return {"chats": chats, "weather": self.skies.view(), "product": {"url": self.public_url, "ready": bool(self.connected)}}

    async def close(self) -> None:
        for chat in self.talks.values():
            await chat.close()
        await self.platform.pusher.close()

    async def connect(self) -> None:
        """What the owner of the accounts does in the platform's console: proves the addresses, then pushes the menu."""
        async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
            found = {key: await self._proved(http, account) for key, account in self.accounts.all().items()}
        self._push_menu()
        self.connected = {**found, self.inbox.key: "ok" if self.inbox.on else "off"}

    async def _proved(self, http: httpx.AsyncClient, account: Account) -> str:
        echo, wall = "4711", self.platform.clock.wall()
        query = kf_verification(account, echo, wall=wall) if account.kind == "kf" else verification(account, echo, wall=wall)
        answer = await http.get(account.callback, params=query)
        if answer.status_code == 404:
            return "off"
        return "ok" if answer.status_code == 200 and answer.text == echo else "refused"

    def _push_menu(self) -> None:
        """An account without verification has no right to a menu of its own."""
        create_menu(self.platform, self.accounts.verified, {}, buttons(self.public_url))

    def code_for(self, app_id: str) -> str | None:
        """A page opened inside WeChat: a code that tells who opens it; None for an account that is not ours."""
        key = next((key for key, account in self.accounts.all().items() if account.app_id == app_id and key != PASSIVE), None)
        return login_code(self.talks[key].account, self.talks[key].phone.openid) if key else None
