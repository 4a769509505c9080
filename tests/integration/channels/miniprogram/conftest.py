"""A gateway with the mini-program on: the public API, its callback, real stores, a scripted engine, and the fake platform in front."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import redis.asyncio as redis
import yaml
from pydantic import SecretStr

from channels import callbacks
from channels.miniprogram.channel import Miniprogram
from channels.outlets import outlets
from channels.web import chat, mine, wechat
from channels.wechat_oa.channel import OfficialAccount
from common.clock import SystemClock
from common.database import Database
from common.limits import Limit
from common.settings import Settings
from common.signing import Signer
from common.vault import Vault
from services.bootstrap import Services
from services.contacts.service import Contacts
from services.conversations.events import Events
from services.conversations.service import Conversations
from services.deliveries.service import Deliveries
from tests.fakes.engine import ScriptedEngine
from tests.fakes.gateway import Guides, gateway
from tests.fakes.quiet import settled
from tests.fakes.wechat import Account, MiniPhone, Phone, Platform, served, transport
from tests.fakes.wechat.rules import Rules
from tests.integration.services.forms.conftest import Office, lost_id, office  # noqa: F401

IDS = {
    "visit_booked": "T-booked",
    "visit_tomorrow": "T-tomorrow",
    "visit_changed": "T-changed",
    "case_correction": "T-correct",
    "ticket_answered": "T-t",
}
FIELDS = {
    "T-booked": ["thing1", "time2", "thing3", "character_string4"], "T-tomorrow": ["thing1", "time2", "thing3", "thing4"],
    "T-changed": ["thing1", "time2", "thing3", "phrase4"], "T-correct": ["thing1", "character_string2", "phrase3", "thing4"],
    "T-t": ["character_string1", "phrase2", "thing3"],
}  # fmt: skip


class Nothing:
    """Nobody has visits, cases or tickets here, unless a test says so."""

    def __init__(self) -> None:
        self.visits: set[str] = set()

    async def active(self, *, person_id: str) -> list[str]:
        return [v for v in self.visits if v == person_id]

    async def qr_png(self, *, appointment_id: str, key: str) -> bytes:
        return b"\x89PNG of " + appointment_id.encode()

    async def count_kept(self, *, person_id: str) -> int:
        return 0


@dataclass
class Line:
    """What a test looks at. ``http`` is a phone's way to the public API."""

    platform: Platform
    account: Account
    channel: Miniprogram
    services: Any
    engine: ScriptedEngine
    office: Office
    dealings: Nothing
    database: Database
    url: str
    http: httpx.AsyncClient
    official: Account | None = None

    def phone(self) -> MiniPhone:
        return self.platform.mini_phone(self.account)

    def follower(self) -> Phone:
        """The Official Account, open on a phone."""
        assert self.official
        return self.platform.phone(self.official)

    async def api(self, method: str, path: str, *, token: str | None = None, **body: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return await self.http.request(method, path, json=body or None, headers=headers)

    async def signs_in(self, phone: MiniPhone) -> str:
        """His token."""
        opened = await self.api("POST", "/api/chat/sessions", wechat_code=phone.login())
        assert opened.status_code == 201, opened.text
        return str(opened.json()["token"])

    async def person(self, token: str) -> str:
        return (await self.services.conversations.sessions.of(token)).person_id

    async def quiet(self) -> None:
        await settled(self.database, now=self.services.clock.now())


async def _until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await condition():
            await asyncio.sleep(0.05)


until = _until
Open = Callable[..., Awaitable[Line]]


@pytest.fixture
async def open_line(
    office: Callable[..., Awaitable[Office]], database: Database, redis_url: str, redis_client: redis.Redis, vault: Vault, tmp_path: Path  # noqa: F811
) -> AsyncIterator[Open]:  # fmt: skip
    async with contextlib.AsyncExitStack() as stack:

        async def opened(*, with_official: bool = False, templates: dict[str, dict[str, Any]] | None = None, **options: Any) -> Line:
            platform = Platform(rules=Rules(patience_s=30.0))
            account = platform.add(Account(app_id="wxmini0123456789", kind="miniprogram", templates=FIELDS, **options))
            api_base = await stack.enter_async_context(served(platform))
            path = tmp_path / "templates.yml"
            path.write_text(yaml.safe_dump(templates or {name: {"id": id_} for name, id_ in IDS.items()}, sort_keys=False), encoding="utf-8")
            official = platform.add(Account()) if with_official else None
            config = _settings(account, official, path, api_base, redis_url)
            desk, engine, dealings, clock = await office(), ScriptedEngine(), Nothing(), SystemClock()
            conversations = Conversations(database=database, vault=vault, clock=clock, events=Events(), engine=engine)
            deliveries = Deliveries(database=database, vault=vault, clock=clock, conversations=conversations, secrets=["test"], look_s=0.2)
            conversations.runner.stored.append(deliveries.due)  # type: ignore[union-attr]
            services: Any = SimpleNamespace(
                vault=vault, clock=clock, database=database, deliveries=deliveries, conversations=conversations, forms=desk.forms, citizens=desk.citizens,
                licences=desk.licences, appointments=dealings, tickets=dealings, cases=dealings, knowledge=Guides(),
                contacts=Contacts(database=database, vault=vault, clock=clock, secrets=["test"]), providers=SimpleNamespace(recogniser=None),
                signer=Signer(["test"]), settings=config,
            )  # fmt: skip
            services.recognise = partial(Services.recognise, services)
            channels: dict[str, Any] = {"miniprogram": Miniprogram(config=config, services=services, transport=transport(platform))}
            if official:
                channels["wechat_oa"] = OfficialAccount(config=config, services=services, transport=transport(platform))
            for channel in channels.values():
                stack.push_async_callback(channel.close)
            url = await stack.enter_async_context(_front(channels, services))
            account.callback = f"{url}/channels/miniprogram/callback"
            if official:
                official.callback = f"{url}/channels/wechat_oa/callback"
            worker = asyncio.create_task(deliveries.run(outlets(channels)))
            stack.push_async_callback(_ended, worker, conversations)
            http = await stack.enter_async_context(httpx.AsyncClient(base_url=url, trust_env=False, timeout=60))
            return Line(platform, account, channels["miniprogram"], services, engine, desk, dealings, database, url, http, official)

        yield opened


def _settings(account: Account, official: Account | None, templates: Path, api_base: str, redis_url: str) -> Settings:
    ours = Settings(
        redis_url=redis_url, wechat_api_base=api_base, miniprogram_app_id=account.app_id, miniprogram_secret=SecretStr(account.secret),
        miniprogram_token=SecretStr(account.token), miniprogram_templates=templates,
        miniprogram_aes_key=None if account.mode == "plain" else SecretStr(account.aes_key),
    )  # fmt: skip
    if official is None:
        return ours
    theirs = {"wechat_oa_app_id": official.app_id, "wechat_oa_secret": SecretStr(official.secret), "wechat_oa_token": SecretStr(official.token)}
    return ours.model_copy(update={**theirs, "wechat_oa_aes_key": SecretStr(official.aes_key)})


async def _ended(worker: asyncio.Task[None], conversations: Conversations) -> None:
    worker.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await worker
    await conversations.close()


def _front(channels: dict[str, Any], services: Any) -> AbstractAsyncContextManager[str]:
    limits = {"chat": Limit(10_000), "sessions": Limit(10_000)}
    return gateway(channels, services, chat.blueprint, wechat.blueprint, mine.blueprint, callbacks.blueprint, limits=limits)
