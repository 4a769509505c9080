"""The channels on real stores, a scripted engine behind them and the fake platform in front."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
import redis.asyncio as redis
from pydantic import SecretStr
from sanic import Sanic

from bangban.stores.ports import free_port
from channels import callbacks
from channels.outlets import outlets
from channels.wechat_oa import catalogue, entering
from channels.wechat_oa.channel import OfficialAccount
from common.clock import SystemClock
from common.database import Database
from common.errors import NotFound
from common.ids import new_id
from common.settings import Settings
from common.vault import Vault
from common.web import install_errors
from services.conversations.events import Events
from services.conversations.service import Conversations
from services.deliveries.service import Deliveries
from tests.fakes.engine import ScriptedEngine
from tests.fakes.wechat import Account, Phone, Platform, served, transport
from tests.fakes.wechat.rules import Rules

GUIDES = {"shen-fen-zheng-bu-ling"}


class Recogniser:
    """Says what a test tells it to, or fails with it."""

    said: Any = "我要补领身份证"

    async def text(self, *, audio: bytes, media_type: str) -> str:
        if isinstance(self.said, Exception):
            raise self.said
        return f"{self.said}"


@dataclass
class Line:
    """A gateway with one channel, the platform before it, and what a test looks at."""

    platform: Platform
    account: Account
    channel: Any
    conversations: Conversations
    deliveries: Deliveries
    engine: ScriptedEngine
    recogniser: Recogniser
    url: str

    def phone(self) -> Phone:
        return self.platform.phone(self.account)

    async def said(self) -> list[str]:
        """What reached the engine, in order."""
        return [turn.original for turn, _ in self.engine.calls]


def _guide(guide_id: str) -> object:
    if guide_id not in GUIDES:
        raise NotFound
    return object()


async def _citizen(*, person_id: str) -> object:
    return SimpleNamespace(id=person_id, verified=False, display_name="")


Open = Callable[..., Awaitable[Line]]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform's five seconds are one here."""
    numbers = dict(catalogue.limits())
    numbers["passive"] = {**numbers["passive"], "answer_s": 0.8, "hold_s": 1.2}
    monkeypatch.setattr(catalogue, "_file", lambda name, real=catalogue._file: numbers if name == "limits" else real(name))


@pytest.fixture
async def open_line(database: Database, redis_client: redis.Redis, redis_url: str, vault: Vault, quick: None) -> AsyncIterator[Open]:
    async with contextlib.AsyncExitStack() as stack:

        async def opened(*, voice: bool = False, **options: Any) -> Line:
            account, platform = Account(**options), Platform(rules=Rules(patience_s=1.0))
            platform.add(account)
            platform.weather_url = await stack.enter_async_context(served(platform))
            clock, engine, recogniser = SystemClock(), ScriptedEngine(), Recogniser()
            events = Events()
            conversations = Conversations(database=database, vault=vault, clock=clock, events=events, engine=engine)
            deliveries = Deliveries(database=database, vault=vault, clock=clock, conversations=conversations, secrets=["test"], look_s=0.2)
            conversations.runner.stored.append(deliveries.due)
            config = Settings(
                redis_url=redis_url, wechat_oa_app_id=account.app_id, wechat_oa_secret=SecretStr(account.secret), public_url="https://bangban.example",
                wechat_oa_token=SecretStr(account.token), wechat_oa_verified=account.verified, wechat_api_base=platform.weather_url,
                wechat_oa_aes_key=None if account.mode == "plain" else SecretStr(",".join(filter(None, (account.aes_key, account.old_aes_key)))),
            )  # fmt: skip
            services: Any = SimpleNamespace(
                vault=vault, deliveries=deliveries, conversations=conversations, knowledge=SimpleNamespace(guide=_guide),
                providers=SimpleNamespace(recogniser=recogniser if voice else None), citizens=SimpleNamespace(get=_citizen),
            )  # fmt: skip
            channel = OfficialAccount(config=config, services=services, transport=transport(platform), now=time.time)
            stack.push_async_callback(channel.close)
            account.callback = await stack.enter_async_context(_gateway({channel.name: channel}, services)) + "/wechat_oa/callback"
            worker = asyncio.create_task(deliveries.run(outlets({channel.name: channel}, public_url=config.public_url)))
            stack.push_async_callback(_ended, worker, conversations)
            return Line(platform, account, channel, conversations, deliveries, engine, recogniser, account.callback)

        yield opened


async def _ended(worker: asyncio.Task[None], conversations: Conversations) -> None:
    worker.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await worker
    await conversations.close()


@contextlib.asynccontextmanager
async def _gateway(channels: dict[str, Any], services: Any) -> AsyncIterator[str]:
    app = Sanic(new_id("test"), configure_logging=False)
    app.config.TOUCHUP = False
    install_errors(app)
    app.blueprint([callbacks.blueprint, entering.blueprint])
    app.ctx.channels, app.ctx.services = channels, services
    port = free_port()
    server: Any = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    await server.startup()
    try:
        yield f"http://127.0.0.1:{port}/channels"
    finally:
        server.close()
        await server.wait_closed()
        Sanic._app_registry.pop(app.name, None)
