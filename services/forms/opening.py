"""A form is opened: the draft left earlier, brought up to date, or a new one with everything known filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import today
from common.ids import new_id
from knowledge.schema.guide import Guide
from services.citizens.service import Citizen, facts
from services.forms import knowing, store
from services.forms.definition import fields_of
from services.forms.drafting import Drafts
from services.forms.model import Subject
from services.forms.state import Draft
from services.forms.subjects import subject_of
from services.forms.tables import drafts
from services.licences.service import Licence


@dataclass(frozen=True, kw_only=True)
class Opening:
    """Who opens which form for whom. ``guide`` is resolved; ``answers`` are those to its situations."""

    person_id: str
    conversation_id: str
    guide: Guide
    version: int
    answers: Mapping[str, str]
    citizen: Citizen
    licences: Sequence[Licence]
    subject: Subject
    turn_id: str | None


async def opened(connection: AsyncConnection, kept: Drafts, asked: Opening) -> Draft:
    """In the caller's transaction. :raises FormNotOffered: the guide has no form."""
    day = today(kept.clock)
    who = subject_of(asked.citizen, asked.answers, day, asked.subject, [f.name for f in fields_of(asked.guide)])
    given = {**(facts(asked.citizen, day) if who == "self" else {}), **asked.answers}
    mine = (drafts.c.person_id == asked.person_id, drafts.c.guide_id == asked.guide.id, drafts.c.subject == who, drafts.c.state == "open")
    found = await store.find(connection, kept.vault, *mine, lock=True)
    if not found:
        draft = _new(kept, asked, who, given)
        await knowing.bring_up_to_date(connection, kept.vault, draft, citizen=asked.citizen, licences=asked.licences, today=day)
        if await kept.add(connection, draft, asked.turn_id):
            return draft
        found = await store.find(connection, kept.vault, *mine, lock=True)  # somebody was faster
    left = found[0]
    left.guide, left.guide_version, left.conversation_id = asked.guide, asked.version, asked.conversation_id
    left.__dict__.pop("fields", None)
    left.answers |= given
    await knowing.bring_up_to_date(connection, kept.vault, left, citizen=asked.citizen, licences=asked.licences, today=day)
    await kept.save(connection, left, actor=asked.person_id, turn_id=asked.turn_id)
    return left


def _new(kept: Drafts, asked: Opening, who: Subject, answers: dict[str, str]) -> Draft:
    now = kept.clock.now()
    return Draft(
        id=new_id("fm"),
        person_id=asked.person_id,
        conversation_id=asked.conversation_id,
        guide_version=asked.version,
        guide=asked.guide,
        state="open",
        subject=who,
        revision=0,
        answers=answers,
        values={},
        asking=None,
        case_id=None,
        created_at=now,
        updated_at=now,
        expires_at=now,
    )
