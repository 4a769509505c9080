"""A visitor who has proved who he is: the drafts he began come along, and what is now verified replaces what he typed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from services.citizens.service import Citizen, facts
from services.forms import knowing, store, subjects
from services.forms.drafting import Drafts
from services.forms.tables import drafts
from services.licences.service import Licence


async def adopt(connection: AsyncConnection, kept: Drafts, *, visitor_id: str, citizen: Citizen, licences: Sequence[Licence], today: date) -> int:
    """Moves the visitor's open drafts to the citizen; where he has one of the same item
    for the same subject already, his own stays. How many moved."""
    own = {(d.guide.id, d.subject) for d in await store.find(connection, kept.vault, *kept.open_of(citizen.id), lock=True)}
    moved = 0
    for draft in await store.find(connection, kept.vault, *kept.open_of(visitor_id), lock=True):
        subject = subjects.subject_of(citizen, draft.answers, today, draft.subject, draft.fields)
        if (draft.guide.id, subject) in own:
            continue
        own.add((draft.guide.id, subject))
        await connection.execute(drafts.update().where(drafts.c.id == draft.id).values(person_id=citizen.id, subject=subject))
        draft.person_id, draft.subject = citizen.id, subject
        if draft.subject == "self":
            draft.answers |= facts(citizen, today)
        await knowing.bring_up_to_date(connection, kept.vault, draft, citizen=citizen, licences=licences, today=today)
        draft.changes.append(("adopted", "", None))
        await kept.save(connection, draft, actor=citizen.id, turn_id=None)
        moved += 1
    return moved
