"""What is known without asking: verified identity, e-licences, what the citizen submitted before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from common.vault import Vault
from services.citizens.service import Citizen
from services.forms import filling, store
from services.forms.checking import check
from services.forms.formats.wrong import ValueWrong
from services.forms.model import Field, Subject, Value
from services.forms.state import Draft
from services.forms.subjects import acts_for, of_the_citizen
from services.forms.tables import drafts
from services.licences.service import Licence

# The register knows these, but the citizen knows better: where he lives today and how he is reached.
_EDITABLE_IDENTITY = ("phone", "live_address")
_EDITABLE_TYPES = ("phone", "email")
_REMEMBERED = 5  # earlier submissions looked through for suggestions


def prefill(draft: Draft, *, citizen: Citizen, licences: Sequence[Licence], previous: Mapping[str, str], today: date) -> dict[str, Value]:
    """Values by field name. Authoritative ones are locked; a value that fails its own check (an old address without a number) is left out."""
    held = {licence.kind: licence for licence in licences}
    found: dict[str, Value] = {}
    for field in draft.fields.values():
        for source in field.prefill:
            value = _from(source, field, draft.subject, citizen, held, previous)
            if value is not None and (checked := _checked(draft, field, value, today)) is not None:
                found[field.name] = checked
                break
        part = acts_for(field.name, draft.subject)
        if part and field.name not in found and citizen.identity and (text := citizen.identity.value(part)):
            found[field.name] = Value(text, "identity")
    return found


def _from(source: str, field: Field, subject: Subject, citizen: Citizen, held: Mapping[str, Licence], previous: Mapping[str, str]) -> Value | None:
    kind, _, rest = source.partition(".")
    if not of_the_citizen(field.name, subject):
        return None
    if kind == "previous":
        text = previous.get(field.name)
        return Value(text, "previous") if text else None
    if kind == "identity" and citizen.identity:
        text = citizen.identity.value(rest)
        return Value(text, "identity", locked=rest not in _EDITABLE_IDENTITY and field.type not in _EDITABLE_TYPES) if text else None
    if kind == "licence":
        licence, _, part = rest.partition(".")
        text = held[licence].value(part) if licence in held else None
        return Value(text, "licence", locked=field.type not in _EDITABLE_TYPES) if text else None
    return None


def _checked(draft: Draft, field: Field, value: Value, today: date) -> Value | None:
    try:
        return Value(check(field, value.value, draft.context(today)), value.source, value.locked)
    except ValueWrong:
        # What an authority says stands as it says it: it is not ours to find fault with the register.
        return value if value.locked and field.type not in ("select", "date", "yes_no", "number") else None


async def bring_up_to_date(
    connection: AsyncConnection, vault: Vault, draft: Draft, *, citizen: Citizen, licences: Sequence[Licence], today: date
) -> None:
    """Puts in what is known: authoritative values replace, suggestions fill what is empty, what an authority no longer says goes."""
    previous = await _previous(connection, vault, draft)
    known = prefill(draft, citizen=citizen, licences=licences, previous=previous, today=today)
    for name, value in list(draft.values.items()):
        if name not in draft.fields or (value.source in ("identity", "licence") and name not in known):
            del draft.values[name]
    for name, value in known.items():
        present = draft.values.get(name)
        if present is None or (value.locked and (present.value != value.value or not present.locked)):
            filling.put(draft, name, value)


async def _previous(connection: AsyncConnection, vault: Vault, draft: Draft) -> dict[str, str]:
    """Values of earlier submissions of this very person, the newest of each field; of forms for somebody else only the telephone."""
    where = (drafts.c.person_id == draft.person_id, drafts.c.state == "submitted")
    remembered: dict[str, str] = {}
    for form in await store.find(connection, vault, *where, limit=_REMEMBERED):
        for name, value in form.values.items():
            if form.subject == "self" or name == "phone":
                remembered.setdefault(name, value.value)
    return remembered


def reverify(draft: Draft, *, citizen: Citizen, licences: Sequence[Licence], today: date) -> list[str]:
    """Locked fields whose authority now says something else; the draft is brought up to date."""
    before = {n: v.value for n, v in draft.values.items() if v.locked}
    known = prefill(draft, citizen=citizen, licences=licences, previous={}, today=today)
    changed = [n for n, value in before.items() if n not in known or known[n].value != value]
    for name in changed:
        if name in known:
            filling.put(draft, name, known[name])
        else:
            draft.values.pop(name)
            draft.changes.append(("cleared", name, None))
    return changed
