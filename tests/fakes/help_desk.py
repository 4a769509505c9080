"""People's side of the product on real stores, with a scripted bot: saying 转人工 hands off, 投诉 makes a ticket, a rating button rates."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from argon2 import PasswordHasher

from common.clock import FixedClock
from common.database import Database
from common.errors import NotFound
from common.ids import new_id
from common.signing import Signer
from common.vault import Vault
from services.appointments.service import WorkingCalendar
from services.audit.service import Audit
from services.conversations.events import Events
from services.conversations.model import Effect, EngineReply, Staged, Turn, TurnResult
from services.conversations.service import Conversations, DialogueState, Incoming
from services.handoff.service import HandoffService
from services.messages.model import Form, FormField, Outcome, Text
from services.messages.payloads import Rate, parse_payload
from services.ratings.service import RatingService
from services.staff.passwords import Passwords
from services.staff.service import Staff, StaffService
from services.tickets.service import TicketService
from tests.fakes.engine import ScriptedEngine

PASSWORD = "a long password"
GUIDE = "gongan-buling"


class Forms:
    """One form with a personal value in it."""

    async def get(self, *, form_id: str, person_id: str) -> SimpleNamespace:
        if form_id != "fm_1":
            raise NotFound
        return SimpleNamespace(id=form_id)

    def message(self, *, view: Any) -> Form:
        phone = FormField(name="phone", label="联系电话", type="phone", value="13800138000", source="identity")
        return Form(form_id=view.id, guide_id=GUIDE, state="draft", url="/#/form/fm_1", fields=[phone], missing=[])


class Knowledge:
    """One guide, found by any question; ``answerable`` is what the search decides."""

    answerable = True

    def search(self, query: str, *, region: str | None = None, top_k: int = 10) -> SimpleNamespace:
        passage = SimpleNamespace(section="fees", text="工本费40元")
        return SimpleNamespace(answerable=self.answerable, results=[SimpleNamespace(guide_id=GUIDE, name="身份证补领", score=0.9, passage=passage)])

    def guide(self, guide_id: str) -> SimpleNamespace:
        if guide_id != GUIDE:
            raise NotFound
        return SimpleNamespace(id=guide_id, version=3, guide=SimpleNamespace(id=guide_id, name="身份证补领"))


class NoAppointments:
    async def get(self, *, appointment_id: str, person_id: str | None = None) -> Any:
        raise NotFound


async def weekdays(_: object) -> WorkingCalendar:
    return WorkingCalendar()


@dataclass
class HelpDesk:
    database: Database
    clock: FixedClock
    vault: Vault
    redis_url: str | None = None
    package: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        base: dict[str, Any] = {"database": self.database, "clock": self.clock}
        self.engine = ScriptedEngine()
        self.engine.answer = self._answer
        self.events = Events()
        self.audit = Audit(**base, signer=Signer(["k"]))
        self.conversations = Conversations(**base, vault=self.vault, events=self.events, engine=self.engine, turn_timeout_s=20)
        self.staff = StaffService(**base, audit=self.audit, passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)))
        shared = {**base, "vault": self.vault, "audit": self.audit, "conversations": self.conversations}
        self.tickets = TicketService(**shared, calendar=weekdays, hours="09:00-18:00")
        self.knowledge = Knowledge()
        self.handoff = HandoffService(
            **shared, tickets=self.tickets, staff=self.staff, forms=Forms(), appointments=NoAppointments(), knowledge=self.knowledge,
            redis_url=self.redis_url,
        )  # fmt: skip
        self.ratings = RatingService(**base, episodes=self.handoff, tickets=self.tickets)
        runner = self.conversations.runner
        runner.effects |= {"handoff": self.handoff.queue.join, "ticket": self.tickets.from_turn, "rating": self.ratings.from_turn}
        runner.owners |= {"queue": self.handoff.queue.waiting, "agent": self.handoff.silent}

    async def _answer(self, turn: Turn, context: dict[str, Any]) -> EngineReply:
        kind, data = None, {}
        if "转人工" in turn.masked:
            kind, data = "handoff", {"summary": f"最后一句：{turn.masked}", "guide_id": GUIDE, "form_id": "fm_1", "reason": "asked", **self.package}
        elif "投诉" in turn.masked:
            kind, data = "ticket", {"kind": "complaint", "text": turn.masked, "summary": "投诉"}
        elif turn.kind == "payload" and isinstance(rate := parse_payload(turn.original), Rate):
            kind, data = "rating", rate.model_dump()
        effects = [Effect(kind=kind, data=data)] if kind else []
        staged = Staged(entries=[Text(text=f"bot：{turn.masked}")], state=turn.state, outcome=Outcome(code="answered"), effects=effects)
        await self.conversations.stage(turn_id=turn.id, staged=staged)
        return EngineReply(outputs=[])

    # — what people do —

    async def open(self) -> HelpDesk:
        await self.staff.seed_demo(password=PASSWORD)
        return self

    async def close(self) -> None:
        await self.conversations.close()
        await self.handoff.close()

    def person(self, name: str) -> Any:
        return self.staff.get(staff_id=f"st_{name}")

    async def online(self, *names: str, capacity: int = 5) -> list[Staff]:
        for name in names:
            await self.handoff.set_presence(staff_id=f"st_{name}", state="online", capacity=capacity)
        return [await self.person(name) for name in names]

    async def citizen(self, person_id: str | None = None) -> str:
        session, _ = await self.conversations.sessions.open(person_id=person_id or new_id("vs"), channel="web", state=DialogueState())
        return session.conversation_id

    async def say(self, conversation_id: str, words: str) -> TurnResult:
        kind = "payload" if words.startswith("/") else "text"
        turn_id = await self.conversations.receive(conversation_id=conversation_id, incoming=Incoming(kind, words, new_id("cm")))
        return await self.conversations.result(conversation_id=conversation_id, turn_id=turn_id, timeout_s=60)

    async def waiting(self, **package: Any) -> str:
        """A citizen who has just asked for a person; a second passes."""
        cid = await self.citizen()
        self.package = package
        await self.say(cid, "转人工")
        self.clock.moment += timedelta(seconds=1)
        return cid

    async def served(self, staff: Staff, **package: Any) -> str:
        """A citizen with this agent."""
        cid = await self.waiting(**package)
        await self.claim(staff, cid)
        return cid

    async def claim(self, staff: Staff, conversation_id: str, version: int | None = None) -> Any:
        version = version or (await self.conversations.conversation(conversation_id)).version
        return await self.handoff.serving.claim(staff=staff, conversation_id=conversation_id, version=version)

    async def owner(self, conversation_id: str) -> tuple[str, str | None]:
        found = await self.conversations.conversation(conversation_id)
        return found.owner, found.agent_id

    async def told(self, conversation_id: str) -> list[Any]:
        """Everything that was not said by the citizen or the bot."""
        found = await self.conversations.messages(conversation_id=conversation_id)
        return [m for m in found if m.sender in ("system", "agent")]
