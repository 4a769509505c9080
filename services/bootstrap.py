"""Everything built once from settings; the only place that chooses adapters."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock, SystemClock
from common.database import Database
from common.settings import Settings
from common.signing import Signer
from common.vault import Vault
from knowledge.service import Knowledge
from services.appointments.adapters.local import LocalProvider
from services.appointments.adapters.local.store import Store as CalendarStore
from services.appointments.service import AppointmentService, WorkingCalendar
from services.audit.service import Audit
from services.cases.service import CaseService
from services.citizens.adapters.sandbox.provider import SandboxIdentityProvider
from services.citizens.service import Citizen, CitizenService
from services.conversations.engine import RasaEngine
from services.conversations.events import Events
from services.conversations.service import Conversations
from services.dialogue.reading import FormReader
from services.dialogue.service import Assistant, Dialogue
from services.erasure import erase
from services.forms.service import FormService
from services.handoff.service import HandoffService
from services.licences.adapters.sandbox.provider import SandboxLicenceProvider
from services.licences.service import LicenceService
from services.ratings.service import RatingService
from services.staff.service import StaffService
from services.tickets.service import TicketService


@dataclass
class Services:
    """The services of one process, and how to close them."""

    settings: Settings
    clock: Clock
    database: Database
    vault: Vault
    signer: Signer
    events: Events
    knowledge: Knowledge
    citizens: CitizenService
    licences: LicenceService
    cases: CaseService
    forms: FormService
    appointments: AppointmentService
    conversations: Conversations
    dialogue: Dialogue
    audit: Audit
    staff: StaffService
    tickets: TicketService
    handoff: HandoffService
    ratings: RatingService
    engine: RasaEngine | None = None

    @classmethod
    async def for_actions(cls, config: Settings) -> Services:
        """What the action server needs: it stages turns and runs none."""
        return await cls._build(config, engine=None)

    @classmethod
    async def for_gateway(cls, config: Settings) -> Services:
        """What the gateway needs: also the dialogue engine and, in demo mode, the sandbox citizens."""
        engine = RasaEngine(url=config.rasa_url, token=config.rasa_token.get_secret_value())
        return await cls._build(config, engine=engine)

    @classmethod
    async def _build(cls, config: Settings, *, engine: RasaEngine | None) -> Services:
        clock, secrets = SystemClock(), _secrets(config)
        database = Database(config.database_url or "")
        vault, signer, events = Vault(secrets), Signer(secrets), Events(config.redis_url)
        await events.start()
        knowledge = Knowledge(config)
        await knowledge.start(database)
        identities = SandboxIdentityProvider(database=database, vault=vault)
        licence_store = SandboxLicenceProvider(database=database, vault=vault)
        if config.demo and engine is not None:
            await identities.seed()
            await licence_store.seed()
        citizens = CitizenService(provider=identities, sandbox=identities if config.demo else None)
        licences = LicenceService(provider=licence_store, clock=clock)
        cases = CaseService(database=database, clock=clock, vault=vault, signer=signer)
        forms = FormService(database=database, clock=clock, vault=vault, cases=cases, citizens=citizens, licences=licences)
        appointments = AppointmentService(provider=LocalProvider(database=database, clock=clock), clock=clock, signer=signer)
        conversations = Conversations(
            database=database, vault=vault, clock=clock, events=events, engine=engine, worker="gateway-0", turn_timeout_s=config.turn_timeout_s
        )
        if conversations.runner:
            conversations.runner.read_form = FormReader(forms=forms, clock=clock)
        assistant = Assistant(
            knowledge=knowledge, citizens=citizens, licences=licences, forms=forms, cases=cases, appointments=appointments,
            conversations=conversations, clock=clock,
        )  # fmt: skip
        audit = Audit(database=database, clock=clock, signer=signer)
        staff = StaffService(database=database, clock=clock, audit=audit)
        if config.demo and engine is not None and config.demo_password is not None:
            await staff.seed_demo(password=config.demo_password.get_secret_value())
        tickets = TicketService(
            database=database, clock=clock, vault=vault, audit=audit, conversations=conversations, calendar=_calendar, hours=config.service_hours
        )
        handoff = HandoffService(
            database=database, clock=clock, vault=vault, conversations=conversations, tickets=tickets, staff=staff, audit=audit, forms=forms,
            appointments=appointments, knowledge=knowledge, redis_url=config.redis_url,
        )  # fmt: skip
        ratings = RatingService(database=database, clock=clock, episodes=handoff, tickets=tickets)
        if conversations.runner:
            conversations.runner.effects |= {"handoff": handoff.queue.join, "ticket": tickets.from_turn, "rating": ratings.from_turn}
            conversations.runner.owners |= {"queue": handoff.queue.waiting, "agent": handoff.silent}
        return cls(
            settings=config, clock=clock, database=database, vault=vault, signer=signer, events=events, knowledge=knowledge, citizens=citizens,
            licences=licences, cases=cases, forms=forms, appointments=appointments, conversations=conversations, dialogue=Dialogue(assistant),
            engine=engine, audit=audit, staff=staff, tickets=tickets, handoff=handoff, ratings=ratings,
        )  # fmt: skip

    async def erase(self, *, person_id: str) -> dict[str, list[str]]:
        """See :func:`services.erasure.erase`."""
        return await erase(
            person_id=person_id, conversations=self.conversations, forms=self.forms, cases=self.cases, appointments=self.appointments,
            handoff=self.handoff, ratings=self.ratings, tickets=self.tickets,
        )  # fmt: skip

    async def recognise(self, *, visitor_id: str, citizen: Citizen) -> None:
        """A visitor has proved who he is: his pictures and the forms he began are the citizen's now."""
        await self.conversations.hand_over_uploads(visitor_id=visitor_id, person_id=citizen.id)
        await self.forms.adopt(visitor_id=visitor_id, citizen=citizen)

    def background(self) -> list[Coroutine[Any, Any, None]]:
        """What a process runs beside its requests: new editions everywhere; abandoned turns and the queue in the gateway."""
        watching = [self.knowledge.watch(self.database)]
        return [*watching, self.conversations.sweep(), self.handoff.sweep()] if self.engine else watching

    async def close(self) -> None:
        await self.knowledge.close()
        await self.conversations.close()
        await self.handoff.close()
        if self.engine:
            await self.engine.close()
        await self.events.close()
        await self.database.close()


async def _calendar(conn: AsyncConnection) -> WorkingCalendar:
    """Working days as an administrator last set them."""
    return WorkingCalendar(await CalendarStore().arrangement(conn))


def _secrets(config: Settings) -> list[str]:
    if config.secret_key is None:
        raise ValueError("BANGBAN_SECRET_KEY is not set; `bangban up` makes one")
    return [s for s in config.secret_key.get_secret_value().split(",") if s]
