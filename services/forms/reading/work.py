"""What the passes of the reader share: the form as it stands, and the sentence with what is read from it so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from services.forms.model import Field, Span, Subject
from services.forms.reading import cues
from services.forms.reading.clauses import Clause
from services.forms.reading.people import People
from services.forms.reading.tokens import Token


@dataclass(frozen=True)
class Sheet:
    """What the reader needs of a form. ``fields``: those that apply or may apply, in order; ``missing`` and ``asked`` by name; ``subject``: whom
    the form is about."""

    fields: Mapping[str, Field]
    values: Mapping[str, str]
    locked: frozenset[str]
    missing: list[str]
    asked: str | None
    today: date
    subject: Subject = "self"


@dataclass
class Work:
    """A sentence being read: its parts, and what has been taken from it so far."""

    sheet: Sheet
    written: str
    text: str
    clauses: list[Clause]
    cues: list[cues.Cue]
    tokens: list[Token]
    people: People
    values: dict[str, str] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    used: list[tuple[int, int]] = field(default_factory=list)
    next_field: str | None = None

    def take(self, name: str, value: str, start: int, end: int) -> None:
        if name not in self.values:
            self.values[name] = value
            self.spans.append(Span(name, start, end))
            self.used.append((start, end))

    def free(self, start: int, end: int) -> bool:
        return not any(start < e and s < end for s, e in self.used)

    def clause_at(self, position: int) -> Clause:
        return next((c for c in self.clauses if c.start <= position <= c.end), self.clauses[-1])

    def may_be(self, name: str, position: int) -> bool:
        """Whether what is said at ``position`` may fill this field: what is told of one person fills no field of another."""
        who = self.people.spoken_of(position)
        owners = self.people.of(name)
        return who is None or not owners or who in owners
