"""The door of the package: cases are made by submitting a form, moved on by the back office, read by their citizen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock, today
from common.database import Database
from common.ids import new_id
from common.signing import Signer
from common.vault import Vault
from services.cases import store
from services.cases.errors import CaseKeyWrong, CaseStepNotAllowed, CaseUnknown
from services.cases.model import STEPS, Application, Case, Entry, State, case_number, state_label, valid_number, words
from services.cases.pdf import application_pdf
from services.cases.tables import cases
from services.messages import model as messages

__all__ = ["Application", "Case", "CaseService", "state_label", "valid_number"]
_PDF = "case.pdf"


class CaseService:
    def __init__(self, *, database: Database, clock: Clock, vault: Vault, signer: Signer):
        self._database = database
        self._clock = clock
        self._vault = vault
        self._signer = signer
        self.moved: list[Callable[[AsyncConnection, Case], Awaitable[None]]] = []  # told in the transaction of every step

    async def create(
        self,
        connection: AsyncConnection,
        *,
        person_id: str,
        form_id: str,
        guide_id: str,
        guide_version: int,
        guide_name: str,
        application: Application,
    ) -> Case:
        """A new case, in the transaction that submits the form: both are there or neither."""
        now = self._clock.now()
        day = today(self._clock)
        case = Case(
            id=new_id("ca"),
            number=case_number(day=day, sequence=await store.next_sequence(connection, day=day)),
            person_id=person_id,
            form_id=form_id,
            guide_id=guide_id,
            guide_version=guide_version,
            guide_name=guide_name,
            state="submitted",
            created_at=now,
            timeline=[Entry(at=now, state="submitted", note=words()["notes"]["submitted"])],
        )
        await store.add(connection, case=case, sealed=self._vault.seal(application.sealed_form()))
        await store.add_entry(connection, case_id=case.id, at=now, state="submitted", note=case.timeline[0].note)
        return case

    async def get(self, *, case_id: str, person_id: str | None = None) -> Case:
        """One case by its id or number; with ``person_id`` only if it is his. Raises :class:`CaseUnknown`."""
        by_number = valid_number(case_id)
        where = [cases.c.number == by_number if by_number else cases.c.id == case_id]
        if person_id is not None:
            where.append(cases.c.person_id == person_id)
        async with self._database.begin() as connection:
            found = await store.find(connection, *where)
        if not found:
            raise CaseUnknown
        return found[0]

    async def list(self, *, person_id: str, limit: int = 20) -> list[Case]:
        """The person's cases, newest first."""
        async with self._database.begin() as connection:
            return await store.find(connection, cases.c.person_id == person_id, limit=limit)

    async def latest(self, *, person_id: str) -> Case | None:
        found = await self.list(person_id=person_id, limit=1)
        return found[0] if found else None

    async def advance(self, *, number: str, to: State, note: str | None = None) -> Case:
        """The back office moves a case on; ``note`` replaces the state's ordinary sentence. Moving it where it already is changes
        nothing. Raises :class:`CaseUnknown`, :class:`CaseStepNotAllowed`."""
        async with self._database.begin() as connection:
            found = await store.find(connection, cases.c.number == (valid_number(number) or ""), lock=True)
            if not found:
                raise CaseUnknown
            case = found[0]
            if case.state == to:
                return case
            if to not in STEPS[case.state]:
                raise CaseStepNotAllowed(state=state_label(case.state), to=words()["states"].get(to, to))
            await store.set_state(connection, case_id=case.id, state=to)
            await store.add_entry(connection, case_id=case.id, at=self._clock.now(), state=to, note=note or words()["notes"][to])
            changed = (await store.find(connection, cases.c.id == case.id))[0]
            for listener in self.moved:
                await listener(connection, changed)
            return changed

    def message(self, *, case: Case) -> messages.Case:
        """The card the citizen sees; ``state`` is the code, every ``note`` a sentence."""
        return messages.Case(
            case_id=case.id,
            number=case.number,
            state=case.state,
            guide_id=case.guide_id,
            timeline=[messages.TimelineEntry(at=e.at, state=e.state, note=e.note) for e in case.timeline],
            form_pdf_url=self.pdf_url(case_id=case.id),
        )

    def pdf_url(self, *, case_id: str) -> str:
        return f"/api/cases/{case_id}/form.pdf?key={self._signer.sign(purpose=_PDF, id=case_id)}"

    async def pdf(self, *, case_id: str, key: str) -> bytes:
        """The filled form of a signed link. Raises :class:`CaseKeyWrong`, :class:`CaseUnknown`."""
        if not self._signer.verify(purpose=_PDF, id=case_id, key=key):
            raise CaseKeyWrong
        async with self._database.begin() as connection:
            found = await store.find(connection, cases.c.id == case_id)
            if not found:
                raise CaseUnknown
            sealed = await store.sealed_application(connection, case_id=case_id)
        application = Application.unsealed(self._vault.open(sealed or b""))
        # A second of pure computation: off the loop, so that nobody else waits for it.
        return await asyncio.to_thread(application_pdf, case=found[0], application=application)

    async def count_kept(self, *, person_id: str) -> int:
        """How many cases stay when a citizen erases himself: they are administrative records (政务档案), not ours to delete."""
        async with self._database.begin() as connection:
            return await connection.scalar(sa.select(sa.func.count()).select_from(cases).where(cases.c.person_id == person_id)) or 0
