"""The door of the package: open a form, read a sentence for it, fill it, submit it (:mod:`services.forms.submission`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from common.clock import Clock, today
from common.database import Database
from common.vault import Vault
from knowledge.schema.guide import Guide
from services.cases.service import Case, CaseService
from services.citizens.service import Citizen, CitizenService
from services.forms import adoption, filling, store
from services.forms.drafting import Drafts
from services.forms.errors import FormClosed, NoPlaceForImage
from services.forms.folding import fold
from services.forms.formats import dates, names
from services.forms.formats.divisions import divisions
from services.forms.formats.plain import ethnicities
from services.forms.message import lines, message
from services.forms.model import FieldView, FormView, Reading, Source, Span
from services.forms.opening import Opening, opened
from services.forms.reading.reader import Sheet, read
from services.forms.state import view_of
from services.forms.subjects import known
from services.forms.submission import Submission
from services.forms.tables import drafts
from services.forms.words import error
from services.licences.service import Licence, LicenceService
from services.messages import model as messages
from services.messages.model import LabelValue

__all__ = ["FieldView", "FormService", "FormView", "Reading", "Span", "prepare"]


class FormService:
    """``keep_days``: how long an untouched draft lives. ``url`` is the H5 page, ``{form_id}`` filled in."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        vault: Vault,
        cases: CaseService,
        citizens: CitizenService,
        licences: LicenceService,
        keep_days: int = 30,
        url: str = "/#/form/{form_id}",
    ):
        self._database = database
        self._clock = clock
        self._vault = vault
        self._licences = licences
        self._drafts = Drafts(clock, vault, timedelta(days=keep_days))
        self._submission = Submission(database, clock, self._drafts, cases, citizens, licences)
        self._url = url

    async def open(
        self,
        *,
        person_id: str,
        conversation_id: str,
        guide: Guide,
        version: int,
        answers: Mapping[str, str],
        citizen: Citizen,
        licences: Sequence[Licence],
        subject: str = "self",
        turn_id: str | None = None,
    ) -> FormView:
        """The person's draft of this guide: the one left earlier, brought up to date, or a new one with everything known filled in. Each
        ``subject`` (self, child, parent, spouse, other) has its own. ``guide`` is resolved (``knowledge.schema.library.resolve``).
        Raises :class:`FormNotOffered`."""
        opening = Opening(
            person_id=person_id,
            conversation_id=conversation_id,
            guide=guide,
            version=version,
            answers=answers,
            citizen=citizen,
            licences=licences,
            subject=known(subject),
            turn_id=turn_id,
        )
        async with self._database.begin() as connection:
            await store.wipe(connection, self._vault, *self._drafts.stale(), drafts.c.person_id == person_id, state="expired")
            return view_of(await opened(connection, self._drafts, opening))

    async def get(self, *, form_id: str, person_id: str) -> FormView:
        """One form of this person, also a submitted one. Raises :class:`FormUnknown`."""
        async with self._database.begin() as connection:
            return view_of(await self._drafts.one(connection, form_id, person_id))

    async def latest(self, *, person_id: str, guide_id: str | None = None) -> FormView | None:
        """The open draft last touched, of one guide or of any."""
        where = [*self._drafts.open_of(person_id), *([drafts.c.guide_id == guide_id] if guide_id else [])]
        async with self._database.begin() as connection:
            found = await store.find(connection, self._vault, *where, limit=1)
        return view_of(found[0]) if found else None

    async def drafts(self, *, person_id: str, limit: int = 20) -> list[FormView]:
        """Every open draft of a person, the one last touched first."""
        async with self._database.begin() as connection:
            return [view_of(d) for d in await store.find(connection, self._vault, *self._drafts.open_of(person_id), limit=limit)]

    async def read(self, *, form_id: str, person_id: str, text: str, today: date) -> Reading:
        """What a sentence says for the form. Changes nothing: give ``values`` and ``next_field`` on to :meth:`fill`."""
        async with self._database.begin() as connection:
            draft = await self._drafts.one(connection, form_id, person_id)
        if draft.state != "open":
            return Reading()
        values = {n: v for n in draft.fields if (v := draft.value_of(n))}
        sheet = Sheet(
            fields={n: f for n, f in draft.fields.items() if draft.may_apply(n)},
            values={n: v.value for n, v in values.items()},
            locked=frozenset(n for n, v in values.items() if v.locked),
            missing=draft.missing(),
            asked=draft.asked(),
            today=today,
            subject=draft.subject,
        )
        return read(sheet, text)

    async def fill(
        self,
        *,
        form_id: str,
        person_id: str,
        values: Mapping[str, str | None],
        source: Source = "citizen",
        turn_id: str | None = None,
        ask: str | None = None,
        revision: int | None = None,
        actor: str | None = None,
    ) -> FormView:
        """Puts values in. A wrong one is kept out: its field shows ``error`` and keeps its old value; the others are saved. An empty value
        clears; pictures come by :meth:`attach`. ``ask`` is the field to ask next. ``revision`` (of the page the writer saw) refuses to
        overwrite what was changed since. ``actor`` is who did it when it was not the citizen. Filling the same again changes nothing.
        Raises :class:`FormUnknown`, :class:`FormClosed`, :class:`FieldUnknown`, :class:`FormConflict`."""
        return await self._fill(form_id, person_id, values, source, turn_id, ask=ask, revision=revision, actor=actor)

    async def attach(self, *, form_id: str, person_id: str, upload: str, field: str | None = None, turn_id: str | None = None) -> FormView:
        """Puts an uploaded picture (its id) into ``field``, or into the one asked, the first empty, the only one.
        Raises :class:`NoPlaceForImage`."""
        view = await self.get(form_id=form_id, person_id=person_id)
        places = [f.name for f in view.fields if f.type == "image"]
        if field is not None and field not in places:
            raise NoPlaceForImage
        empty = [f.name for f in view.fields if f.type == "image" and f.value is None]
        target = field or (view.asked if view.asked in places else None) or (empty or places or [None])[0]
        if target is None:
            raise NoPlaceForImage
        return await self._fill(form_id, person_id, {target: upload}, "citizen", turn_id, uploaded=True)

    async def submit(self, *, form_id: str, person_id: str, turn_id: str | None) -> Case:
        """Checks everything again, asks the authorities again for what is locked, and makes the case, in one transaction. A second call
        answers with the same case. Raises :class:`FormNotReady`, :class:`VerificationNeeded` (a visitor; his draft is kept),
        :class:`FormChanged` (the draft then holds the new values), and ``Unavailable`` when an authority does not answer (nothing is lost)."""
        return await self._submission.submit(form_id=form_id, person_id=person_id, turn_id=turn_id)

    async def adopt(self, *, visitor_id: str, citizen: Citizen) -> int:
        """Gives the drafts of a visitor to the citizen he turned out to be; how many. Raises ``Unavailable`` as :meth:`submit` does."""
        licences = await self._licences.list_for(person_id=citizen.id)
        async with self._database.begin() as connection:
            return await adoption.adopt(connection, self._drafts, visitor_id=visitor_id, citizen=citizen, licences=licences, today=today(self._clock))

    async def discard(self, *, form_id: str, person_id: str, turn_id: str | None = None) -> None:
        """Throws an open draft and its values away; a second time is no error. Raises :class:`FormClosed` once submitted."""
        async with self._database.begin() as connection:
            draft = await self._drafts.one(connection, form_id, person_id, lock=True)
            if draft.state == "submitted":
                raise FormClosed
            if draft.state == "open":
                await store.wipe(connection, self._vault, drafts.c.id == form_id, state="discarded")
                draft.changes.append(("discarded", "", None))
                await store.note(connection, draft, at=self._clock.now(), actor=person_id, turn_id=turn_id)

    async def expire(self) -> int:
        """Forgets the values of drafts nobody touched for the time they are kept; run it daily. Answers with how many."""
        async with self._database.begin() as connection:
            return len(await store.wipe(connection, self._vault, *self._drafts.stale(), state="expired"))

    async def erase(self, *, person_id: str) -> int:
        """Deletes every draft and remembered value of a person. Cases stay: they are administrative records."""
        async with self._database.begin() as connection:
            return await store.delete(connection, person_id)

    async def trail(self, *, form_id: str) -> list[dict[str, Any]]:
        """Who changed which field when, from which source; never a value."""
        async with self._database.begin() as connection:
            return await store.trail(connection, form_id)

    def message(self, *, view: FormView) -> messages.Form:
        return message(view, url=self._url.format(form_id=view.id))

    def summary(self, *, view: FormView) -> list[LabelValue]:
        """The lines to confirm before submitting."""
        return lines(view)

    async def _fill(
        self,
        form_id: str,
        person_id: str,
        values: Mapping[str, str | None],
        source: Source,
        turn_id: str | None,
        *,
        ask: str | None = None,
        revision: int | None = None,
        actor: str | None = None,
        uploaded: bool = False,
    ) -> FormView:
        async with self._database.begin() as connection:
            draft = await self._drafts.one(connection, form_id, person_id, lock=True, open_only=True)
            asking = draft.asking
            errors = filling.fill(draft, values, source=source, today=today(self._clock), seen=revision, uploaded=uploaded)
            if ask in draft.fields:
                present = draft.value_of(str(ask))
                if present and present.locked:
                    errors.setdefault(str(ask), error("locked"))
                else:
                    draft.asking = ask
            if draft.changes or draft.asking != asking:
                await self._drafts.save(connection, draft, actor=actor or person_id, turn_id=turn_id)
            return view_of(draft, errors)


def prepare() -> None:
    """Reads the tables and compiles the patterns a first sentence would otherwise wait for (about 0.2 s)."""
    divisions().pattern()
    ethnicities()
    fold("準備")
    names.like("准备")
    dates.find("今天", today=date(2024, 1, 1))
