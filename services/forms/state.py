"""A draft and what follows from it: which fields apply, what is missing, what to ask next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from knowledge.guidance.situations import NOT_APPLICABLE, find_situation, settle
from knowledge.schema.condition import holds, uses
from knowledge.schema.guide import Guide
from services.forms.definition import fields_of
from services.forms.model import Context, Field, FieldView, FormView, Source, Subject, Value, ViewState
from services.forms.words import words


@dataclass
class Draft:
    """A draft as stored, opened. ``answers`` are situation answers (facts of identity included), ``values`` by field name."""

    id: str
    person_id: str
    conversation_id: str
    guide_version: int
    guide: Guide
    state: str
    subject: Subject
    revision: int
    answers: dict[str, str]
    values: dict[str, Value]
    asking: str | None
    case_id: str | None
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    changes: list[tuple[str, str, Source | None]] = field(default_factory=list)  # (action, field, source), not yet stored

    @cached_property
    def fields(self) -> dict[str, Field]:
        return {f.name: f for f in fields_of(self.guide)}

    def known(self) -> dict[str, str]:
        """What conditions look at: choices made in the form, and the settled situation answers."""
        choices = (n for n, f in self.fields.items() if f.type in ("select", "yes_no"))
        chosen = {n: v.value for n in choices if (v := self.value_of(n))}
        return chosen | settle(self.guide, self.answers)

    def value_of(self, name: str) -> Value | None:
        """A field's value; of one bound to a situation, that question's answer."""
        own = self.fields[name]
        if own.situation and find_situation(self.guide, own.situation):
            answer = settle(self.guide, self.answers).get(own.situation)
            if answer is None or answer == NOT_APPLICABLE or not any(o.value == answer for o in own.options):
                return None
            stored = self.values.get(name)
            return Value(answer, "citizen", revision=stored.revision if stored else 0)
        return self.values.get(name)

    def context(self, today: date) -> Context:
        values = {n: v.value for n in self.fields if (v := self.value_of(n))}
        residency = self.answers.get("residency")
        return Context(today=today, residency=residency, values=values)

    def applies(self, name: str) -> bool | None:
        """``True``: asked. ``None``: shown but not required, because it hangs on a question nobody has answered. ``False``: hidden."""
        own = self.fields[name]
        known = self.known()
        if own.situation and known.get(own.situation) == NOT_APPLICABLE:
            return False
        truth = holds(own.when, known)
        if truth is not None:
            return truth
        # Hidden while a field of this very form will decide it.
        deciders = {f.situation or f.name for f in self.fields.values() if f.type in ("select", "yes_no")}
        undecided = {key for key, _ in uses(own.when) if key not in known}
        return False if undecided & deciders else None

    def may_apply(self, name: str) -> bool:
        """Whether a field applies, or could by a choice in this form; what situations rule out cannot."""
        return self.applies(name) is not False or holds(self.fields[name].when, settle(self.guide, self.answers)) is not False

    def shown(self) -> list[Field]:
        return [f for name, f in self.fields.items() if self.applies(name) is not False]

    def missing(self) -> list[str]:
        """Required fields that apply and are empty, in order, pictures last: they interrupt the conversation most."""
        empty = [f for f in self.shown() if f.required and self.applies(f.name) and self.value_of(f.name) is None]
        return [f.name for f in sorted(empty, key=lambda f: f.type == "image")]

    def asked(self) -> str | None:
        missing = self.missing()
        if self.asking and self.asking in self.fields and self.applies(self.asking) is not False:
            return self.asking
        return missing[0] if missing else None


def view_of(draft: Draft, errors: Mapping[str, str] | None = None) -> FormView:
    """The draft as a citizen sees it; ``errors`` are the refusals of this call, in words. A refused field that is hidden is shown."""
    errors = errors or {}
    missing = draft.missing()
    state: ViewState = "submitted" if draft.state == "submitted" else "draft" if missing else "ready"
    shown = [f for f in draft.fields.values() if draft.applies(f.name) is not False or f.name in errors]
    assert draft.guide.form is not None
    return FormView(
        id=draft.id,
        person_id=draft.person_id,
        conversation_id=draft.conversation_id,
        guide_id=draft.guide.id,
        guide_version=draft.guide_version,
        guide_name=draft.guide.name,
        title=draft.guide.form.title,
        state=state,
        subject=draft.subject,
        revision=draft.revision,
        answers=dict(draft.answers),
        fields=[_field_view(draft, f, errors.get(f.name)) for f in shown],
        missing=[] if state == "submitted" else missing,
        asked=None if state == "submitted" else draft.asked(),
        case_id=draft.case_id,
        updated_at=draft.updated_at,
        expires_at=draft.expires_at,
    )


def _field_view(draft: Draft, own: Field, error: str | None) -> FieldView:
    value = draft.value_of(own.name)
    return FieldView(
        name=own.name,
        label=own.label,
        type=own.type,
        value=value.value if value else None,
        display=display(own, value.value) if value else None,
        source=value.source if value else None,
        locked=value.locked if value else False,
        required=own.required and draft.applies(own.name) is True,
        error=error,
        options=own.options,
        help=own.help,
    )


def display(own: Field, value: str) -> str:
    """A canonical value in the words of a form: the option's label, 2026年11月1日, 是."""
    if own.type == "select":
        return next((o.label for o in own.options if o.value == value), value)
    if own.type == "yes_no":
        return words()["yes_no"][value]
    if own.type == "image":
        return words()["image"]
    if own.type == "date":
        day = date.fromisoformat(value)
        return words()["date"].format(year=day.year, month=day.month, day=day.day)
    return value
