"""The form engine with its sandbox neighbours, on a real database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from common.clock import FixedClock
from common.database import Database
from common.signing import Signer
from common.vault import Vault
from knowledge.schema.guide import Guide
from knowledge.schema.library import SHIPPED, read_guide
from services.cases.service import CaseService
from services.citizens.adapters.sandbox.provider import SandboxIdentityProvider
from services.citizens.service import CitizenService
from services.forms.service import FormService, FormView
from services.licences.adapters.sandbox.provider import SandboxLicenceProvider
from services.licences.service import LicenceService


@dataclass
class Office:
    """Everything a form needs, and shorthands for tests."""

    forms: FormService
    cases: CaseService
    citizens: CitizenService
    licences: LicenceService
    guide: Guide
    clock: FixedClock
    database: Database

    async def open(self, person_id: str = "ct_zhang-wei", answers: dict[str, str] | None = None, **more: Any) -> FormView:
        citizen = await self.citizens.get(person_id=person_id)
        licences = await self.licences.list_for(person_id=person_id)
        given: dict[str, Any] = {"conversation_id": "cv_1", "guide": self.guide, "version": 1, **more}
        return await self.forms.open(person_id=person_id, answers=answers or {}, citizen=citizen, licences=licences, **given)

    async def say(self, view: FormView, text: str) -> FormView:
        """One sentence of the citizen: read, then filled."""
        who = {"form_id": view.id, "person_id": view.person_id}
        reading = await self.forms.read(**who, text=text, today=self.clock.now().date())
        return await self.forms.fill(**who, values=reading.values, ask=reading.next_field)


@pytest.fixture
def lost_id() -> Guide:
    return read_guide(SHIPPED / "gongan" / "jumin-shenfenzheng-buling.yaml")


@pytest.fixture
def office(database: Database, vault: Vault, lost_id: Guide) -> Callable[..., Awaitable[Office]]:
    async def build(**more: Any) -> Office:
        clock = FixedClock(datetime(2026, 11, 21, 10, 0))
        people, papers = SandboxIdentityProvider(database=database, vault=vault), SandboxLicenceProvider(database=database, vault=vault)
        await people.seed()
        await papers.seed()
        citizens = CitizenService(provider=more.pop("people", people), sandbox=people)
        licences = LicenceService(provider=more.pop("papers", papers), clock=clock)
        cases = CaseService(database=database, clock=clock, vault=vault, signer=Signer(["a key for tests"]))
        forms = FormService(database=database, clock=clock, vault=vault, cases=cases, citizens=citizens, licences=licences, **more)
        return Office(forms, cases, citizens, licences, lost_id, clock, database)

    return build
