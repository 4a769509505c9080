"""Everything built once from settings; the only place that chooses adapters."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import httpx
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock, SystemClock
from common.database import Database
from common.memory import settle
from common.settings import Settings
from common.signing import Signer
from common.vault import Vault
from knowledge.errors import SearchUnavailable
from knowledge.service import Knowledge
from services.appointments.adapters.http import HttpProvider
from services.appointments.adapters.local import LocalProvider
from services.appointments.adapters.local.store import Store as CalendarStore
from services.appointments.ports import AppointmentProvider
from services.appointments.service import AppointmentService, WorkingCalendar
from services.audit.service import Audit
from services.cases.service import CaseService
from services.citizens.adapters.http.provider import HttpIdentityProvider
from services.citizens.adapters.sandbox.provider import SandboxIdentityProvider
from services.citizens.ports import IdentityProvider
from services.citizens.service import Citizen, CitizenService
from services.contacts.service import Contacts
from services.conversations.engine import RasaEngine
from services.conversations.events import Events
from services.conversations.service import Conversations, prepare
from services.deliveries.service import Deliveries, Stops
from services.dialogue.reading import FormReader
from services.dialogue.service import Assistant, Dialogue
from services.editing.service import Editing
from services.erasure import erase
from services.forms.service import FormService
from services.handoff.service import HandoffService
from services.licences.adapters.http.provider import HttpLicenceProvider
from services.licences.adapters.sandbox.provider import SandboxLicenceProvider
from services.licences.ports import LicenceProvider
from services.licences.service import LicenceService
from services.notices.service import Notices, Scripts
from services.ratings.service import RatingService
from services.speech.adapters.http import HttpRecogniser
from services.speech.ports import Recogniser
from services.staff.service import StaffService
from services.tickets.service import TicketService
from services.upkeep.jobs import jobs
from services.upkeep.service import Upkeep


@dataclass
class Providers:
    """Where identities, e-licences and visits come from: each the authority's, where its address is set, else our own on this database.

    ``sandbox``: the people who may be played, where identities are our own. ``holds``: whose held visits we have to look after.
    """

    identity: IdentityProvider
    licences: LicenceProvider
    booking: AppointmentProvider
    sandbox: SandboxIdentityProvider | None
    sandbox_licences: SandboxLicenceProvider | None
    holds: LocalProvider | None
    clients: list[httpx.AsyncClient]
    recogniser: Recogniser | None = None

    @classmethod
    def chosen(cls, config: Settings, *, database: Database, vault: Vault, clock: Clock) -> Providers:
        clients: list[httpx.AsyncClient] = []

        def client(url: str | None, token: SecretStr | None, timeout_s: float = config.provider_timeout_s) -> httpx.AsyncClient | None:
            if url is None or token is None:
                return None
            headers = {"Authorization": f"Bearer {token.get_secret_value()}"}
            clients.append(httpx.AsyncClient(base_url=url, headers=headers, timeout=timeout_s))
            return clients[-1]

        identity, licences = client(config.identity_url, config.identity_token), client(config.licences_url, config.licences_token)
        booking = client(config.booking_url, config.booking_token)
        sandbox = None if identity else SandboxIdentityProvider(database=database, vault=vault)
        papers = None if licences else SandboxLicenceProvider(database=database, vault=vault)
        local = None if booking else LocalProvider(database=database, clock=clock)
        speech = client(config.speech_url, config.speech_token, config.speech_timeout_s)
        return cls(
            identity=sandbox or HttpIdentityProvider(client=identity), licences=papers or HttpLicenceProvider(client=licences),
            booking=local or HttpProvider(client=booking), sandbox=sandbox, sandbox_licences=papers, holds=local, clients=clients,
            recogniser=HttpRecogniser(client=speech, url=config.speech_url or "") if speech else None,
        )  # fmt: skip

    async def seed(self) -> None:
        """The people of demo mode and their licences."""
        for ours in (self.sandbox, self.sandbox_licences):
            if ours:
                await ours.seed()

    async def close(self) -> None:
        for client in self.clients:
            await client.aclose()


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
    deliveries: Deliveries
    contacts: Contacts
    notices: Notices
    dialogue: Dialogue
    audit: Audit
    staff: StaffService
    tickets: TicketService
    handoff: HandoffService
    ratings: RatingService
    editing: Editing
    upkeep: Upkeep
    providers: Providers
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
        await asyncio.to_thread(prepare)
        knowledge = Knowledge(config)
        await knowledge.start(database)
        providers = Providers.chosen(config, database=database, vault=vault, clock=clock)
        if config.demo and engine is not None:
            await providers.seed()
        citizens = CitizenService(provider=providers.identity, sandbox=providers.sandbox if config.demo else None)
        licences = LicenceService(provider=providers.licences, clock=clock)
        cases = CaseService(database=database, clock=clock, vault=vault, signer=signer)
        forms = FormService(
            database=database, clock=clock, vault=vault, cases=cases, citizens=citizens, licences=licences, keep_days=config.keep_drafts_days
        )
        appointments = AppointmentService(provider=providers.booking, clock=clock, signer=signer)
        conversations = Conversations(
            database=database, vault=vault, clock=clock, events=events, engine=engine, worker=config.worker, turn_timeout_s=config.turn_timeout_s,
            turns_at_once=config.turns_at_once,
        )  # fmt: skip
        if conversations.runner:
            conversations.runner.read_form = FormReader(forms=forms, clock=clock)
        assistant = Assistant(
            knowledge=knowledge, citizens=citizens, licences=licences, forms=forms, cases=cases, appointments=appointments,
            conversations=conversations, clock=clock,
        )  # fmt: skip
        audit = Audit(database=database, clock=clock, signer=signer)
        deliveries = Deliveries(
            database=database, vault=vault, clock=clock, conversations=conversations, secrets=secrets, worker=config.worker,
            look_s=config.delivery_look_s, at_once=config.delivery_at_once, audit=audit,
        )  # fmt: skip
        contacts = Contacts(database=database, vault=vault, clock=clock, secrets=secrets)
        staff = StaffService(database=database, clock=clock, audit=audit)
        if config.demo and engine is not None and config.demo_password is not None:
            await staff.seed_demo(password=config.demo_password.get_secret_value())
        tickets = TicketService(
            database=database, clock=clock, vault=vault, audit=audit, conversations=conversations, calendar=_calendar, hours=config.service_hours
        )
        handoff = HandoffService(
            database=database, clock=clock, vault=vault, conversations=conversations, tickets=tickets, staff=staff, audit=audit, forms=forms,
            appointments=appointments, knowledge=knowledge, redis_url=config.redis_url,
            people_elsewhere=["wecom_kf"] if config.wecom_kf_agents == "wecom" else [],
        )  # fmt: skip
        ratings = RatingService(database=database, clock=clock, episodes=handoff, tickets=tickets)
        editing = Editing(database=database, clock=clock, audit=audit, knowledge=knowledge)
        notices = _notices(
            config, database=database, clock=clock, vault=vault, signer=signer, visits=providers.holds, stops=deliveries.stops,
            scripts=Scripts(talks=conversations, citizens=citizens),
        )  # fmt: skip
        cases.moved.append(notices.causes.case_moved)
        tickets.answered.append(notices.causes.ticket_answered)
        if providers.holds:
            providers.holds.changed.append(notices.causes.visit_changed)
        if conversations.runner:
            conversations.runner.effects |= {"handoff": handoff.elsewhere.join, "ticket": tickets.from_turn, "rating": ratings.from_turn}
            conversations.runner.owners |= {"queue": handoff.queue.waiting, "agent": handoff.silent}
            conversations.runner.stored.append(deliveries.due)
        due = jobs(
            config, holds=providers.holds, forms=forms, conversations=conversations, handoff=handoff, tickets=tickets, audit=audit,
            deliveries=deliveries, notices=notices, contacts=contacts,
        )  # fmt: skip
        return cls(
            upkeep=Upkeep(database=database, clock=clock, jobs=due), providers=providers,
            settings=config, clock=clock, database=database, vault=vault, signer=signer, events=events, knowledge=knowledge, citizens=citizens,
            licences=licences, cases=cases, forms=forms, appointments=appointments, conversations=conversations, deliveries=deliveries,
            contacts=contacts, notices=notices, dialogue=Dialogue(assistant), engine=engine, audit=audit, staff=staff, tickets=tickets,
            handoff=handoff, ratings=ratings, editing=editing,
        )  # fmt: skip

    async def erase(self, *, person_id: str) -> dict[str, list[str]]:
        """See :func:`services.erasure.erase`."""
        await self.contacts.erase(person_id=person_id)
        await self.notices.erase(person_id=person_id)
        return await erase(
            person_id=person_id, conversations=self.conversations, forms=self.forms, cases=self.cases, appointments=self.appointments,
            handoff=self.handoff, ratings=self.ratings, tickets=self.tickets, deliveries=self.deliveries,
        )  # fmt: skip

    async def recognise(self, *, visitor_id: str, citizen: Citizen) -> None:
        """A visitor has proved who he is: his pictures, the forms he began and his talks in other channels are the citizen's now."""
        await self.conversations.hand_over_uploads(visitor_id=visitor_id, person_id=citizen.id)
        await self.forms.adopt(visitor_id=visitor_id, citizen=citizen)
        await self.contacts.hand_over(visitor_id=visitor_id, person_id=citizen.id)
        for place in await self.deliveries.places_of(person_id=visitor_id):
            await self.deliveries.recognised(place=place, person_id=citizen.id)

    def background(self) -> list[Coroutine[Any, Any, None]]:
        """What a process runs beside its requests: new editions everywhere; abandoned turns, the queue and upkeep in the gateway."""
        watching = [self.knowledge.watch(self.database), self._settle()]
        looking_after = [
            self.conversations.sweep(), self.handoff.sweep(), self.upkeep.run(self.settings.upkeep_look_s), self.editing.publishing.run(),
        ]  # fmt: skip
        return [*watching, *looking_after] if self.engine else watching

    async def _settle(self) -> None:
        """When the guides and their index are here; a process that cannot search does without."""
        with suppress(SearchUnavailable):
            await self.knowledge.ready()
            settle()

    async def close(self) -> None:
        await self.knowledge.close()
        await self.conversations.close()
        await self.handoff.close()
        if self.engine:
            await self.engine.close()
        await self.providers.close()
        await self.events.close()
        await self.database.close()


@asynccontextmanager
async def staff_service(config: Settings) -> AsyncIterator[StaffService]:
    """The accounts alone, for the command line."""
    database, clock = Database(config.database_url or "", pool_size=2), SystemClock()
    try:
        yield StaffService(database=database, clock=clock, audit=Audit(database=database, clock=clock, signer=Signer(_secrets(config))))
    finally:
        await database.close()


@asynccontextmanager
async def channel_services(config: Settings) -> AsyncIterator[Services]:
    """What channels use of the services, for the command line: no index, no engine, nothing that runs."""
    database, clock, secrets = Database(config.database_url or "", pool_size=4), SystemClock(), _secrets(config)
    vault, signer, events = Vault(secrets), Signer(secrets), Events(config.redis_url)
    providers = Providers.chosen(config, database=database, vault=vault, clock=clock)
    conversations = Conversations(database=database, vault=vault, clock=clock, events=events)
    deliveries = Deliveries(
        database=database, vault=vault, clock=clock, conversations=conversations, secrets=secrets,
        audit=Audit(database=database, clock=clock, signer=signer),
    )  # fmt: skip
    notices = _notices(config, database=database, clock=clock, vault=vault, signer=signer, stops=deliveries.stops)
    found = SimpleNamespace(
        notices=notices, appointments=AppointmentService(provider=providers.booking, clock=clock, signer=signer),
        settings=config, database=database, clock=clock, vault=vault, signer=signer, events=events, providers=providers,
        citizens=CitizenService(provider=providers.identity), conversations=conversations, deliveries=deliveries,
        contacts=Contacts(database=database, vault=vault, clock=clock, secrets=secrets),
    )  # fmt: skip
    try:
        yield cast(Services, found)
    finally:
        await providers.close()
        await database.close()


def _notices(
    config: Settings, *, database: Database, clock: Clock, vault: Vault, signer: Signer, stops: Stops, visits: LocalProvider | None = None,
    scripts: Scripts | None = None,
) -> Notices:  # fmt: skip
    return Notices(
        database=database, clock=clock, vault=vault, signer=signer, visits=visits, stops=stops, quiet=config.notice_quiet,
        remind_at=config.notice_remind_at, order=config.notice_ways.split(","), worker=config.worker, look_s=config.delivery_look_s,
        scripts=scripts,
    )  # fmt: skip


async def _calendar(conn: AsyncConnection) -> WorkingCalendar:
    """Working days as an administrator last set them."""
    return WorkingCalendar(await CalendarStore().arrangement(conn))


def _secrets(config: Settings) -> list[str]:
    if config.secret_key is None:
        raise ValueError("BANGBAN_SECRET_KEY is not set; `bangban up` makes one")
    return [s for s in config.secret_key.get_secret_value().split(",") if s]
