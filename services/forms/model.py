"""What a form is made of while it is being filled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal

from knowledge.schema.condition import Condition

Source = Literal["identity", "licence", "previous", "ocr", "citizen", "agent"]
Subject = Literal["self", "child", "parent", "spouse", "other"]  # whom a form is about, as the talk names people
ViewState = Literal["draft", "ready", "submitted"]


@dataclass(frozen=True)
class Option:
    """One choice of a select; ``words`` are other ways people say it."""

    value: str
    label: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """One field of a guide's form, whole: shared parts resolved, options of its situation taken over."""

    name: str
    label: str
    type: str
    format: str  # the rule that checks and recognises it: the type, or a narrower one ("plate", "ethnicity")
    required: bool = True
    options: tuple[Option, ...] = ()
    help: str | None = None
    prefill: tuple[str, ...] = ()
    situation: str | None = None
    when: Condition | None = None


@dataclass(frozen=True)
class Value:
    """A filled value in its canonical spelling. ``revision`` is the draft's when it was set."""

    value: str
    source: Source
    locked: bool = False
    revision: int = 0

    def at(self, revision: int) -> Value:
        return replace(self, revision=revision)


@dataclass(frozen=True)
class Context:
    """What a check may look at: the day, where the applicant comes from (if known), and the other values."""

    today: date
    residency: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FieldView:
    """A field as the citizen sees it now. ``display`` is the value in words; ``error`` why the last try was refused."""

    name: str
    label: str
    type: str
    value: str | None
    display: str | None
    source: Source | None
    locked: bool
    required: bool
    error: str | None
    options: tuple[Option, ...]
    help: str | None


@dataclass(frozen=True)
class FormView:
    """A form at one revision. ``fields`` are those that apply now, in order; ``asked`` is the one to ask next."""

    id: str
    person_id: str
    conversation_id: str
    guide_id: str
    guide_version: int
    guide_name: str
    title: str
    state: ViewState
    subject: Subject
    revision: int
    answers: dict[str, str]
    fields: list[FieldView]
    missing: list[str]
    asked: str | None
    case_id: str | None
    updated_at: datetime
    expires_at: datetime

    def field(self, name: str) -> FieldView | None:
        return next((f for f in self.fields if f.name == name), None)

    @property
    def errors(self) -> dict[str, str]:
        """Refused fields with the reason in words."""
        return {f.name: f.error for f in self.fields if f.error}


@dataclass(frozen=True)
class Span:
    """Where in the sentence a field's value stood."""

    field: str
    start: int
    end: int


@dataclass(frozen=True)
class Reading:
    """What a sentence says for the form: raw values by field (right or wrong: :meth:`FormService.fill` judges them), where they
    stood, and the field the citizen wants to change without saying to what. Empty: the sentence is about something else."""

    values: dict[str, str] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    next_field: str | None = None

    def __bool__(self) -> bool:
        return bool(self.values) or self.next_field is not None


Json = dict[str, Any]
