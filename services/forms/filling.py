"""Putting values into a draft: each is checked, a wrong one is kept out and told why, a locked one stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from services.forms import checking
from services.forms.errors import FieldUnknown, FormConflict
from services.forms.formats.wrong import ValueWrong
from services.forms.model import Field, Source, Value
from services.forms.state import Draft
from services.forms.words import error


def fill(
    draft: Draft, values: Mapping[str, str | None], *, source: Source, today: date, seen: int | None = None, uploaded: bool = False
) -> dict[str, str]:
    """Changes ``draft`` in place and answers with the refusals, in words, by field. Choices go first: other fields hang on them.
    ``seen`` is the revision the writer saw; raises :class:`FormConflict` if a field of his was changed since, :class:`FieldUnknown`.
    ``uploaded``: pictures among the values are the citizen's own uploads; any other id of a picture is refused."""
    unknown = [name for name in values if name not in draft.fields]
    if unknown:
        raise FieldUnknown(fields=dict.fromkeys(unknown, "unknown"))
    if seen is not None:
        _no_conflict(draft, values, seen)
    errors: dict[str, str] = {}
    for field in sorted((draft.fields[n] for n in values), key=lambda f: f.type not in ("select", "yes_no")):
        raw = (values[field.name] or "").strip()
        try:
            if field.type == "image" and raw and not uploaded:
                raise ValueWrong("image.attach")
            _fill_one(draft, field, raw, source, today)
        except ValueWrong as wrong:
            errors[field.name] = error(wrong.reason, **wrong.data)
            draft.changes.append(("refused", field.name, source))
    return errors


def _no_conflict(draft: Draft, values: Mapping[str, str | None], seen: int) -> None:
    for name, raw in values.items():
        now = draft.values.get(name)
        if now and now.revision > seen and now.value != (raw or ""):
            raise FormConflict(fields={name: "changed"})


def _fill_one(draft: Draft, field: Field, raw: str, source: Source, today: date) -> None:
    present = draft.value_of(field.name)
    if not raw:
        _clear(draft, field, present, source)
        return
    if present and present.locked:
        _same_or_locked(draft, field, raw, present, today)
        return
    value = checking.check(field, raw, draft.context(today))
    if draft.applies(field.name) is False and not draft.may_apply(field.name):
        raise ValueWrong("not_asked")
    labels = {name: f.label for name, f in draft.fields.items()}
    others = {name: v.value for name, v in draft.values.items() if name != field.name and draft.applies(name) is not False}
    wrong = checking.disagreement(field, value, others, labels)
    if wrong:
        raise wrong
    if present and present.value == value and present.source in (source, "citizen", "previous", "identity"):
        _asked_no_more(draft, field)
        return
    put(draft, field.name, Value(value, source))
    for name, told in checking.derived(field, value, draft.fields).items():
        if draft.value_of(name) is None:
            put(draft, name, Value(told, source))


def _same_or_locked(draft: Draft, field: Field, raw: str, present: Value, today: date) -> None:
    """Saying again what is known is no change; anything else is refused."""
    try:
        same = raw == present.value or checking.check(field, raw, draft.context(today)) == present.value
    except ValueWrong:
        same = False
    if not same:
        raise ValueWrong("locked")


def _clear(draft: Draft, field: Field, present: Value | None, source: Source) -> None:
    if present is None:
        return
    if present.locked:
        raise ValueWrong("locked")
    draft.values.pop(field.name, None)
    if field.situation:
        draft.answers.pop(field.situation, None)
    draft.changes.append(("cleared", field.name, source))


def put(draft: Draft, name: str, value: Value) -> None:
    """Sets a checked value, the situation it answers with it, and notes the change."""
    field = draft.fields[name]
    draft.values[name] = value.at(draft.revision + 1)
    if field.situation:
        draft.answers[field.situation] = value.value
    draft.changes.append(("filled", name, value.source))
    _asked_no_more(draft, field)


def _asked_no_more(draft: Draft, field: Field) -> None:
    if draft.asking == field.name:
        draft.asking = None


def recheck(draft: Draft, *, today: date) -> dict[str, str]:
    """Everything shown, checked once more; answers with what is wrong, in words. What an authority says is not ours to judge."""
    errors: dict[str, str] = {name: error("required") for name in draft.missing()}
    labels = {name: f.label for name, f in draft.fields.items()}
    context = draft.context(today)
    shown = {f.name: v for f in draft.shown() if (v := draft.value_of(f.name))}
    for name, value in shown.items():
        if value.locked:
            continue
        try:
            checked = checking.check(draft.fields[name], value.value, context)
            wrong = checking.disagreement(draft.fields[name], checked, {n: v.value for n, v in shown.items() if n != name}, labels)
            if wrong:
                raise wrong
        except ValueWrong as wrong:
            errors[name] = error(wrong.reason, **wrong.data)
    return errors
