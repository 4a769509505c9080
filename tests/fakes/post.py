"""Citizens at a made-up platform: the delivery service on real stores, with an outlet that records what it is handed and fails as told."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from common.database import Database
from common.ids import new_id
from common.vault import Vault
from services.conversations.events import Events
from services.conversations.model import Incoming
from services.conversations.service import Conversations
from services.deliveries.errors import SendFailed
from services.deliveries.model import Allowance, Arrival, Parked, Part, Place, TextPart
from services.deliveries.service import Deliveries
from services.messages.model import Message, Text
from tests.fakes.engine import ScriptedEngine
from tests.fakes.quiet import settled

FIVE = Allowance(count=5, window=timedelta(hours=48))


class MovableClock:
    """The real time, and what a test adds to it."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Phone:
    """An outlet: one text part a message, so that what arrives can be counted. ``failures`` are raised by the next sends, in order."""

    push: bool = True
    got: list[tuple[str, str]] = field(default_factory=list)  # address, text
    keys: list[str] = field(default_factory=list)
    failures: list[SendFailed | Exception | None] = field(default_factory=list)
    knocks: list[Parked] = field(default_factory=list)
    gate: asyncio.Event | None = None
    together: int = 0
    most_together: dict[str, int] = field(default_factory=dict)

    def pushes(self, account: str) -> bool:
        return self.push

    def plan(self, *, account: str, messages: Sequence[Message], room: int | None) -> list[Part]:
        return [TextPart(text=m.text, upto=m.seq) for m in messages]

    async def send(self, *, place: Place, part: Part) -> None:
        assert isinstance(part, TextPart)
        self.keys.append(part.key)
        self.together += 1
        self.most_together[place.address] = max(self.most_together.get(place.address, 0), self.together)
        try:
            if self.gate:
                await self.gate.wait()
            if self.failures and (failure := self.failures.pop(0)):
                raise failure
            self.got.append((place.address, part.text))
        finally:
            self.together -= 1

    async def knock(self, *, place: Place, why: Parked) -> None:
        self.knocks.append(why)

    def texts(self, address: str = "anna") -> list[str]:
        return [text for who, text in self.got if who == address]


class Post:
    """One gateway: conversations, deliveries and, while ``working``, its worker. Several may share a database."""

    def __init__(self, database: Database, vault: Vault, clock: MovableClock, *, worker: str = "gateway-0", phone: Phone | None = None) -> None:
        self.database, self.vault, self.clock, self.phone, self.worker = database, vault, clock, phone or Phone(), worker
        self.engine = ScriptedEngine()
        self.conversations = Conversations(
            database=database, vault=vault, clock=clock, events=Events(), engine=self.engine, worker=worker, turn_timeout_s=20
        )
        self.deliveries = Deliveries(
            database=database, vault=vault, clock=clock, conversations=self.conversations, secrets=["k"], worker=worker, look_s=0.2
        )
        assert self.conversations.runner
        self.conversations.runner.stored.append(self.deliveries.due)

    @contextlib.asynccontextmanager
    async def working(self):
        task = asyncio.create_task(self.deliveries.run({"post": self.phone}))
        try:
            yield self
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def close(self) -> None:
        await self.conversations.close()

    @staticmethod
    def place(address: str = "anna") -> Place:
        return Place("post", "office", address)

    async def writes(self, words: str, *, address: str = "anna", message_id: str | None = None, allowance: Allowance = FIVE) -> Arrival:
        incoming = Incoming("text", words, f"post:{message_id or new_id('m')}")
        return await self.deliveries.arrived(place=self.place(address), incoming=incoming, allowance=allowance)

    async def answered(self, arrival: Arrival) -> None:
        assert arrival.turn_id
        await self.conversations.result(conversation_id=arrival.conversation_id, turn_id=arrival.turn_id, timeout_s=60)

    async def says(self, conversation_id: str, *texts: str) -> None:
        """An agent writes."""
        await self.conversations.post(conversation_id=conversation_id, messages=[Text(sender="agent", text=t) for t in texts])

    async def until(self, *texts: str, address: str = "anna", seconds: float = 60) -> None:
        """Until these, and nothing else, have arrived in this order."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.phone.texts(address) != list(texts):
                    await asyncio.sleep(0.02)
        assert self.phone.texts(address) == list(texts)

    async def quiet(self, seconds: float = 0.5) -> None:
        """Nothing is left to do, and then several looks of the worker."""
        await settled(self.database, now=self.clock.now(), worker=self.worker)
        await asyncio.sleep(seconds)
