"""Submitting a draft: who may, everything checked again, and the case made in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock, today
from common.database import Database
from services.cases.service import Application, Case, CaseService
from services.citizens.service import Citizen, CitizenService
from services.forms import filling, knowing
from services.forms.drafting import Drafts
from services.forms.errors import FormChanged, FormNotReady, VerificationNeeded
from services.forms.message import lines
from services.forms.state import Draft, view_of
from services.licences.service import Licence, LicenceService
from services.messages.lines import material_lines
from services.messages.model import MaterialLine


@dataclass(frozen=True)
class Submission:
    database: Database
    clock: Clock
    drafts: Drafts
    cases: CaseService
    citizens: CitizenService
    licences: LicenceService

    async def submit(self, *, form_id: str, person_id: str, turn_id: str | None) -> Case:
        """See :meth:`services.forms.service.FormService.submit`."""
        citizen = await self.citizens.get(person_id=person_id)
        licences = await self.licences.list_for(person_id=person_id) if citizen.verified else []
        day = today(self.clock)
        async with self.database.begin() as connection:
            draft = await self.drafts.one(connection, form_id, person_id, lock=True)
            if draft.state == "open":
                changed = knowing.reverify(draft, citizen=citizen, licences=licences, today=day)
                if not changed:
                    return await self._make_case(connection, draft, citizen, licences, day, turn_id)
                await self.drafts.save(connection, draft, actor="system", turn_id=turn_id)
        # Outside: what was changed is committed before anything is raised, and nobody waits for a second connection with one in hand.
        if draft.state == "open":
            labels = "、".join(draft.fields[n].label for n in changed)
            raise FormChanged(fields=dict.fromkeys(changed, "changed"), what=labels)
        return await self.cases.get(case_id=str(draft.case_id), person_id=person_id)

    async def _make_case(
        self, connection: AsyncConnection, draft: Draft, citizen: Citizen, licences: Sequence[Licence], day: date, turn_id: str | None
    ) -> Case:
        errors = filling.recheck(draft, today=day)
        if errors:
            raise FormNotReady(fields=errors, missing="、".join(draft.fields[n].label for n in errors))
        if not citizen.verified:
            raise VerificationNeeded(days=self.drafts.keep.days)
        view = view_of(draft)
        case = await self.cases.create(
            connection,
            person_id=draft.person_id,
            form_id=draft.id,
            guide_id=draft.guide.id,
            guide_version=draft.guide_version,
            guide_name=draft.guide.name,
            application=Application(view.title, draft.guide.department, lines(view), materials(draft, licences)),
        )
        draft.state, draft.case_id = "submitted", case.id
        draft.changes.append(("submitted", "", None))
        await self.drafts.save(connection, draft, actor=draft.person_id, turn_id=turn_id)
        return case


def materials(draft: Draft, licences: Sequence[Licence]) -> list[MaterialLine]:
    """The materials of the case as answered, and which of them the citizen's e-licences make free."""
    return material_lines(draft.guide, draft.answers, {x.kind for x in licences})
