"""Everything built once from settings; the only place that chooses adapters."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from common.clock import Clock, SystemClock
from common.database import Database
from common.settings import Settings
from common.signing import Signer
from common.vault import Vault
from knowledge.service import Knowledge
from services.appointments.adapters.local import LocalProvider
from services.appointments.service import AppointmentService
from services.cases.service import CaseService
from services.citizens.adapters.sandbox.provider import SandboxIdentityProvider
from services.citizens.service import CitizenService
from services.conversations.engine import RasaEngine
from services.conversations.events import Events
from services.conversations.service import Conversations
from services.dialogue.reading import FormReader
from services.dialogue.service import Assistant, Dialogue
from services.erasure import erase
from services.forms.service import FormService
from services.licences.adapters.sandbox.provider import SandboxLicenceProvider
from services.licences.service import LicenceService


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
        return cls(
            settings=config, clock=clock, database=database, vault=vault, signer=signer, events=events, knowledge=knowledge, citizens=citizens,
            licences=licences, cases=cases, forms=forms, appointments=appointments, conversations=conversations, dialogue=Dialogue(assistant), engine=engine,
        )  # fmt: skip

    async def erase(self, *, person_id: str) -> dict[str, list[str]]:
        """See :func:`services.erasure.erase`."""
        return await erase(person_id=person_id, conversations=self.conversations, forms=self.forms, cases=self.cases, appointments=self.appointments)

    def background(self) -> list[Coroutine[Any, Any, None]]:
        """What the gateway runs beside its requests."""
        return [self.conversations.sweep()]

    async def close(self) -> None:
        await self.conversations.close()
        if self.engine:
            await self.engine.close()
        await self.events.close()
        await self.database.close()


def _secrets(config: Settings) -> list[str]:
    if config.secret_key is None:
        raise ValueError("BANGBAN_SECRET_KEY is not set; `bangban up` makes one")
    return [s for s in config.secret_key.get_secret_value().split(",") if s]
