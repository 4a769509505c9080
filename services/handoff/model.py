"""Values of the handoff: an episode (one stretch with people), who is online, a place in the queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

PresenceState = Literal["online", "away", "offline"]
EpisodeState = Literal["queued", "connected", "elsewhere", "ended"]  # elsewhere: with people who do not sit at our desk
EndedAs = Literal["bot", "closed", "cancelled", "ticket"]
VULNERABLE, MISSED, ORDINARY = 2, 1, 0


@dataclass(frozen=True)
class Episode:
    """From leaving the bot until back or closed. Its clocks are apart: ``bot_since`` → ``queued_since`` (kept when it comes back to the
    queue) → ``claimed_at`` → ``first_reply_at`` → ``ended_at``. ``version`` is the conversation's since the episode's last change of hands."""

    id: str
    conversation_id: str
    person_id: str
    state: EpisodeState
    version: int
    reason: str
    priority: int
    summary: str
    guide_id: str | None
    situation: list[dict[str, str]]
    form_id: str | None
    appointment_id: str | None
    agent_id: str | None
    direct: bool
    told_position: int | None
    told_at: datetime | None
    told_times: int
    bot_since: datetime
    queued_since: datetime
    rank_at: datetime
    waiting_since: datetime
    claimed_at: datetime | None
    first_reply_at: datetime | None
    ended_at: datetime | None
    ended_as: EndedAs | None
    ticket_number: str | None

    def waited_s(self, now: datetime) -> int:
        until = now if self.state == "queued" else self.claimed_at or self.ended_at or now
        return max(0, int((until - self.queued_since).total_seconds()))


@dataclass(frozen=True)
class Online:
    """An agent who is there: how many citizens he takes at once, and how many he has."""

    staff_id: str
    capacity: int
    active: int

    @property
    def free(self) -> int:
        return max(0, self.capacity - self.active)


@dataclass(frozen=True)
class Presence:
    """What an agent has said of himself, and whether he is really there (``online``)."""

    staff_id: str
    state: PresenceState
    capacity: int
    since: datetime
    seen_at: datetime
    alive: bool

    @property
    def online(self) -> bool:
        return self.state == "online" and self.alive


@dataclass(frozen=True)
class Place:
    """A place in the queue, from 1, and the estimate that goes with it."""

    position: int
    wait_s: int


@dataclass(frozen=True)
class Note:
    """Written by staff for staff."""

    id: str
    staff_id: str
    text: str
    at: datetime


@cache
def words() -> dict[str, Any]:
    return yaml.safe_load((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))


def policy() -> dict[str, Any]:
    return words()["policy"]
