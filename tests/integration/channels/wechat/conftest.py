"""The channels on real stores, a scripted engine behind them and the fake platform in front.

Nothing here depends on how fast the machine is: the platform waits half a minute for an answer, the gateway has nearly as long to give one,
and where a test is about patience the platform gives a push up as soon as the gateway holds on (it would hold on for longer than any
patience), or waits a short while for a gateway that never answers.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import redis.asyncio as redis
import yaml
from pydantic import SecretStr

from channels import callbacks
from channels.outlets import outlets
from channels.wechat_oa import catalogue, entering
from channels.wechat_oa.answering import Answering
from channels.wechat_oa.channel import OfficialAccount
from common.clock import SystemClock
from common.database import Database
from common.settings import Settings
from common.signing import Signer
from common.vault import Vault
from services.conversations.events import Events
from services.conversations.service import Conversations
from services.deliveries.service import Deliveries
from services.notices.service import Notices
from tests.fakes.engine import ScriptedEngine
from tests.fakes.gateway import Guides, Recogniser, gateway
from tests.fakes.quiet import settled
from tests.fakes.wechat import Account, Phone, Platform, served, transport
from tests.fakes.wechat.pushing import Push
from tests.fakes.wechat.rules import Rules


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
    database: Database
    services: Any
    waits_s: float = 20.0  # for an answer that may still go out within the callback
    held: int = 0  # pushes that the gateway could not answer and holds on to …
    given_up: int = 0  # … and that the platform has therefore given up
    on_hold: Callable[[], None] | None = None

    def phone(self) -> Phone:
        return self.platform.phone(self.account)

    def gives_up(self, push: Push) -> bool:
        """Whether the gateway holds on to a push that the platform still waits for."""
        found = self.held > self.given_up
        self.given_up += found
        return found

    async def quiet(self) -> None:
        """Nothing is left to do, and then several looks of the worker."""
        await settled(self.database, now=SystemClock().now())
        await asyncio.sleep(0.5)

    async def said(self) -> list[str]:
        """What reached the engine, in order."""
        return [turn.original for turn, _ in self.engine.calls]


async def _citizen(*, person_id: str) -> object:
    return SimpleNamespace(id=person_id, verified=False, display_name="")


Open = Callable[..., Awaitable[Line]]


PATIENCE_S, ANSWER_S, HOLD_S = 30.0, 20.0, 50.0


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform's five seconds are thirty here."""
    numbers = dict(catalogue.limits())
    numbers["passive"] = {**numbers["passive"], "answer_s": ANSWER_S, "hold_s": HOLD_S}
    monkeypatch.setattr(catalogue._catalogue, "file", lambda name, real=catalogue._catalogue.file: numbers if name == "limits" else real(name))


@pytest.fixture
async def open_line(
    database: Database, redis_client: redis.Redis, redis_url: str, vault: Vault, patient: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[Open]:
    async with contextlib.AsyncExitStack() as stack:

        async def opened(
            *, voice: bool = False, patience_s: float = PATIENCE_S, templates: dict[str, Any] | None = None, mini_program: str | None = None,
            **options: Any,
        ) -> Line:  # fmt: skip
            account, platform = Account(**options), Platform(rules=Rules(patience_s=patience_s))
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
                wechat_oa_templates=_written(tmp_path, templates), wechat_oa_miniprogram=mini_program,
                wechat_oa_aes_key=None if account.mode == "plain" else SecretStr(",".join(filter(None, (account.aes_key, account.old_aes_key)))),
            )  # fmt: skip
            services: Any = SimpleNamespace(
                vault=vault, deliveries=deliveries, conversations=conversations, knowledge=Guides(),
                providers=SimpleNamespace(recogniser=recogniser if voice else None), citizens=SimpleNamespace(get=_citizen),
                notices=Notices(database=database, clock=clock, vault=vault, signer=Signer(["test"]), quiet="03:00-03:00", look_s=0.2),
            )  # fmt: skip
            channel = OfficialAccount(config=config, services=services, transport=transport(platform), now=time.time)
            stack.push_async_callback(channel.close)
            front = gateway({channel.name: channel}, services, callbacks.blueprint, entering.blueprint)
            account.callback = await stack.enter_async_context(front) + "/channels/wechat_oa/callback"
            worker = asyncio.create_task(deliveries.run(outlets({channel.name: channel}, public_url=config.public_url)))
            stack.push_async_callback(_ended, worker, conversations)
            line = Line(platform, account, channel, conversations, deliveries, engine, recogniser, account.callback, database, services)
            _watch(line, monkeypatch)
            return line

        yield opened


def _written(folder: Path, templates: dict[str, Any] | None) -> Path | None:
    if templates is None:
        return None
    path = folder / "templates.yml"
    path.write_text(yaml.safe_dump(templates), encoding="utf-8")
    return path


def _watch(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform gives up what the gateway holds on to; how long an answer is waited for is the test's to say."""
    hold, collect = Answering._hold, line.deliveries.collect

    async def held(self: Answering, began: float) -> None:
        if line.on_hold:
            line.on_hold()
        line.held += 1
        await hold(self, began)

    async def collected(**given: Any) -> Any:
        return await collect(**{**given, "wait_s": min(given["wait_s"], line.waits_s)})

    monkeypatch.setattr(Answering, "_hold", held)
    monkeypatch.setattr(line.deliveries, "collect", collected)
    line.platform.weather.given_up = line.gives_up


async def _ended(worker: asyncio.Task[None], conversations: Conversations) -> None:
    worker.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await worker
    await conversations.close()
