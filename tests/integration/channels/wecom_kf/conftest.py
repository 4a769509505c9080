"""微信客服 on real stores: a corporation with one account at the fake platform, gateways before it, and the people of a help desk."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from channels import callbacks
from channels.outlets import outlets
from channels.wecom_kf import catalogue
from channels.wecom_kf.channel import CustomerService
from channels.wecom_kf.tables import account as accounts
from channels.wecom_kf.tables import item
from common.database import Database
from common.ids import new_id
from common.settings import Settings
from common.signing import Signer
from common.vault import Vault
from services.conversations.tables import conversation, message
from services.deliveries.service import Deliveries
from services.messages.model import Message, message_adapter
from tests.fakes.gateway import Guides, Recogniser, gateway
from tests.fakes.help_desk import HelpDesk
from tests.fakes.post import MovableClock
from tests.fakes.wechat import Account, Desk, KfPhone, Platform, served, transport
from tests.fakes.wechat.rules import Rules

KFID = "wkBangban0000001"
PATIENT_S = 180.0
_CODE_S = 600


@dataclass
class Gateway:
    """One gateway: its channel, and what runs beside the requests while it lives."""

    channel: CustomerService
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def dies(self) -> None:
        """At once, wherever it is; nothing is tidied up, as the database would see a killed process."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.tasks.clear()


@dataclass
class Corp:
    """What a test looks at."""

    platform: Platform
    account: Account
    desk: HelpDesk
    services: Any
    recogniser: Recogniser
    gateways: list[Gateway]
    config: Settings
    url: str

    def customer(self) -> KfPhone:
        return self.platform.customer(self.account, KFID)

    def said(self) -> list[str]:
        """What reached the bot, in order."""
        return [turn.original for turn, _ in self.desk.engine.calls]

    def starts(self, *, worker: str = "gateway-0") -> Gateway:
        """A gateway begins its life."""
        config = self.config.model_copy(update={"worker": worker})
        channel = CustomerService(config=config, services=self.services, transport=transport(self.platform))
        sending = self.services.deliveries.run(outlets({channel.name: channel}, public_url="https://bangban.example"))
        self.gateways.append(Gateway(channel, [asyncio.create_task(work) for work in (sending, channel.background())]))
        return self.gateways[-1]

    # — what stands in the database —

    async def scalar(self, query: Any) -> Any:
        async with self.desk.database.begin() as conn:
            return await conn.scalar(query)

    async def talks(self) -> int:
        """How many conversations there are."""
        return await self.scalar(sa.select(sa.func.count()).select_from(conversation))

    async def talk(self) -> Any:
        """The only conversation there is."""
        async with self.desk.database.begin() as conn:
            return (await conn.execute(sa.select(conversation))).one()

    async def transcript(self) -> list[Message]:
        async with self.desk.database.begin() as conn:
            rows = (await conn.execute(sa.select(message.c.body).order_by(message.c.seq))).all()
        return [message_adapter.validate_python(self.desk.vault.open(row.body)) for row in rows]

    async def cursor(self) -> str:
        return await self.scalar(sa.select(accounts.c.cursor)) or ""

    async def waiting(self) -> int:
        return await self.scalar(sa.select(sa.func.count()).select_from(item).where(item.c.sealed.is_not(None)))

    async def until(self, fits: Callable[[], Awaitable[Any]], *, seconds: float = PATIENT_S) -> Any:
        """Until it is so; however slow the machine is."""
        async with asyncio.timeout(seconds):
            while not (found := await fits()):
                await asyncio.sleep(0.03)
        return found

    async def all_taken(self) -> None:
        """Everything the platform has was pulled and taken in, and every turn is answered."""

        async def done() -> bool:
            if await self.cursor() != str(len(self.account.desks[KFID].items)) or await self.waiting():
                return False
            async with self.desk.database.begin() as conn:
                ids = (await conn.execute(sa.select(conversation.c.id))).scalars().all()
            return not [cid for cid in ids if await self.desk.conversations.working(conversation_id=cid)]

        await self.until(done)


Open = Callable[..., Awaitable[Corp]]


@pytest.fixture
def numbers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The channel's limits with short pauses; a test may change them."""
    changed = {**deepcopy(catalogue.limits()), "retry_s": [0.05], "gap_s": 0.05, "passing_look_s": 0.1, "pauses_s": [0.1]}
    for kind in ("welcome", "ended"):  # a slow machine is given more than the platform's twenty seconds
        changed["codes"][kind]["seconds"] = changed["allowances"][kind]["seconds"] = _CODE_S
    monkeypatch.setattr(catalogue._catalogue, "file", lambda name, real=catalogue._catalogue.file: changed if name == "limits" else real(name))
    return changed


@pytest.fixture
async def open_corp(database: Database, redis_url: str, vault: Vault, numbers: dict[str, Any]) -> AsyncIterator[Open]:
    async with contextlib.AsyncExitStack() as stack:

        async def opened(*, agents: str = "desk", servicer: str | None = None, voice: bool = False, start: bool = True, **rules: Any) -> Corp:
            platform = Platform(rules=Rules(**{"patience_s": 30.0, "kf_pulls_a_minute": 100_000, "kf_code_s": _CODE_S, **rules}))
            account = platform.add(Account(app_id=f"ww{new_id('c')}", kind="kf", desks={KFID: Desk(KFID)}))
            base = await stack.enter_async_context(served(platform))
            desk = await HelpDesk(database=database, clock=MovableClock(), vault=vault).open()  # type: ignore[arg-type]
            stack.push_async_callback(desk.close)
            deliveries = Deliveries(
                database=database, vault=vault, clock=desk.clock, conversations=desk.conversations, secrets=["test"], look_s=0.2
            )  # fmt: skip
            desk.conversations.runner.stored.append(deliveries.due)
            object.__setattr__(
                desk.handoff, "elsewhere", replace(desk.handoff.elsewhere, channels=["wecom_kf"] if agents == "wecom" else [])
            )  # fmt: skip
            desk.conversations.runner.effects["handoff"] = desk.handoff.elsewhere.join
            config = Settings(
                redis_url=redis_url, wecom_corp_id=account.app_id, wecom_kf_secret=SecretStr(account.secret), wecom_kf_token=SecretStr(account.token),
                wecom_kf_aes_key=SecretStr(account.aes_key), wecom_api_base=base, delivery_look_s=0.2, provider_timeout_s=30,
                wecom_kf_agents=agents, wecom_kf_servicer=servicer,
            )  # fmt: skip
            recogniser = Recogniser()
            services: Any = SimpleNamespace(
                vault=vault, signer=Signer(["test"]), clock=desk.clock, database=database, deliveries=deliveries, conversations=desk.conversations,
                handoff=desk.handoff, knowledge=Guides(), providers=SimpleNamespace(recogniser=recogniser if voice else None),
            )  # fmt: skip
            corp = Corp(platform, account, desk, services, recogniser, [], config, "")
            stack.push_async_callback(_ended, corp)
            if start:
                corp.starts()
            front = gateway({"wecom_kf": _Newest(corp)}, services, callbacks.blueprint)
            account.callback = corp.url = await stack.enter_async_context(front) + "/channels/wecom_kf/callback"
            return corp

        yield opened


async def _ended(corp: Corp) -> None:
    for life in corp.gateways:
        await life.dies()
        await life.channel.close()


class _Newest:
    """The callback of whichever gateway began last."""

    name = "wecom_kf"

    def __init__(self, corp: Corp):
        self._corp = corp

    async def callback(self, request: Any) -> Any:
        return await self._corp.gateways[-1].channel.callback(request)
