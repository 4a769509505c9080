"""A notice to a citizen: that a visit was booked or comes tomorrow, that a case moved, that a ticket was answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

Kind = Literal[
    "appointment_booked", "appointment_tomorrow", "appointment_changed", "appointment_cancelled", "case_accepted", "case_correction",
    "case_done", "case_rejected", "ticket_answered",
]  # fmt: skip
Topic = Literal["appointment", "case", "ticket"]
State = Literal["waiting", "sent", "withdrawn", "expired", "nowhere", "dead"]
KINDS: tuple[Kind, ...] = get_args(Kind)
TOPICS: tuple[Topic, ...] = get_args(Topic)
# At most once where nobody can know whether it was sent: he has done it himself and seen it confirmed, or nothing has to be done about it. The
# others cost a visit or a right when they are missed, so they are rather told twice.
ONCE: frozenset[Kind] = frozenset({"appointment_booked", "appointment_changed", "appointment_cancelled", "case_accepted"})
PROMPT = timedelta(minutes=15)  # how long a notice counts as the answer to what he has just done


def topic_of(kind: Kind) -> Topic:
    """What a citizen switches on and off: everything about visits, cases or tickets."""
    return next(topic for topic in TOPICS if kind.startswith(topic))


@dataclass(frozen=True)
class Notice:
    """``subject`` is the id of what it is about (appointment id, case id, ticket number). ``fields`` hold plain values, times in ISO 8601:

    * visits: ``item`` (name or None), ``hall``, ``address`` (or None), ``start``, ``end``, ``code``, ``bring`` (list)
    * cases: ``item``, ``number``, ``state`` (its code), ``note`` (what the back office wrote; may hold personal values)
    * tickets: ``number``, ``title`` (masked)

    ``prompt``: it answers what he has just done, so it may come at night. Sealed at rest, and kept out of ``repr``.
    """

    id: str
    person_id: str
    kind: Kind
    subject: str
    fields: Mapping[str, Any] = field(repr=False)
    created_at: datetime
    due_at: datetime
    expires_at: datetime
    prompt: bool = False
    script: Literal["hans", "hant"] = "hans"  # what he reads

    @property
    def topic(self) -> Topic:
        return topic_of(self.kind)


@dataclass(frozen=True)
class Waiting:
    """A line for the operator: where a notice stands, and nothing of what it says or to whom."""

    id: str
    kind: Kind
    state: State
    way: str | None
    attempts: int
    reason: str | None
    created_at: datetime
    next_at: datetime


@dataclass(frozen=True)
class Wishes:
    """What a citizen wants: ``order`` of ways, first choice first (others follow in ours); ``off``: way → topics he refused there."""

    order: tuple[str, ...] = ()
    off: Mapping[str, frozenset[Topic]] = field(default_factory=dict)

    def wants(self, way: str, topic: Topic) -> bool:
        return topic not in self.off.get(way, frozenset())
