"""Bodies and answers of the desk API (contract v1)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.messages.model import Message

Words = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=2000)]
Name = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=120)]
ClientId = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=100)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Login(_In):
    username: Name
    password: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200)]


class User(BaseModel):
    id: str
    name: str
    roles: list[str]
    permissions: list[str] = []


class SignedInView(BaseModel):
    token: str
    expires_at: str
    user: User


class PresenceBody(_In):
    state: Literal["online", "away", "offline"]
    capacity: int | None = Field(None, ge=0, le=100, strict=True)


class PresenceView(BaseModel):
    """``online``: he is really there and takes citizens."""

    id: str
    name: str
    roles: list[str]
    state: str
    online: bool
    capacity: int
    active: int
    since: str


class MeView(BaseModel):
    user: User
    presence: PresenceView | None


class Colleagues(BaseModel):
    items: list[PresenceView]


class QueueEntry(BaseModel):
    """``priority``: 2 elderly or vulnerable, 1 misunderstood before, 0 otherwise; the list is in the order of service."""

    conversation_id: str
    version: int
    since: str
    priority: int
    reason: str
    summary: str
    guide_id: str | None
    position: int
    waited_s: int


class QueueView(BaseModel):
    items: list[QueueEntry]


class OpenConversation(BaseModel):
    conversation_id: str
    version: int
    agent: str | None
    since: str
    claimed_at: str | None
    priority: int
    reason: str
    summary: str
    guide_id: str | None


class OpenConversations(BaseModel):
    items: list[OpenConversation]


class DeskConversation(BaseModel):
    id: str
    owner: str
    version: int
    agent: str | None
    channel: str


class NoteView(BaseModel):
    id: str
    staff: str
    name: str
    text: str
    at: str


class ReachView(BaseModel):
    """How far the citizen has what was said to him: the ``seq`` of the last message he has, why the rest is kept (``window``: he has been
    silent too long, ``quota``: he must speak first, ``gone``: he has left, ``fetch``: he has to ask for it), and how many messages may still
    be sent before he speaks (null: as many as there are)."""

    delivered: int
    waits: Literal["window", "quota", "gone", "fetch"] | None
    room: int | None


class ConversationPage(BaseModel):
    """``masked``: the caller does not own it, so personal values are hidden. ``reach`` is null where he reads on a page of ours."""

    conversation: DeskConversation
    messages: list[Message]
    package: dict[str, Any]
    suggestions: list[dict[str, Any]]
    notes: list[NoteView]
    masked: bool
    can_write: bool
    reach: ReachView | None


class ClaimBody(_In):
    version: int = Field(ge=1, strict=True)


class Claimed(BaseModel):
    conversation: DeskConversation


class SendBody(_In):
    """``text``, or a guide's card (``section``: one aspect of it). ``reason``: why a supervisor writes in another's conversation.
    ``client_message_id``: a repeat returns the first message and writes nothing twice."""

    text: Words | None = None
    guide_id: Name | None = None
    section: Name | None = None
    reason: Words | None = None
    client_message_id: ClientId | None = None

    @model_validator(mode="after")
    def _one(self) -> SendBody:
        if (self.text is None) == (self.guide_id is None) or (self.section and not self.guide_id):
            raise ValueError("either text, or guide_id with or without section")
        return self


class ReleaseBody(_In):
    to: Literal["bot", "queue", "closed", "agent"]
    agent: Name | None = None
    note: Annotated[str, StringConstraints(strict=True, strip_whitespace=True, max_length=2000)] | None = None


class NoteBody(_In):
    text: Words
    client_message_id: ClientId | None = None


class TakeOverBody(_In):
    reason: Words


class OpenTicketBody(_In):
    kind: Name = "question"
    text: Words
    conversation_id: Name | None = None
    guide_id: Name | None = None
    department: Name | None = None
    client_message_id: ClientId | None = None


class StepBody(_In):
    to: Name
    note: Words
    department: Name | None = None


class StepView(BaseModel):
    at: str
    actor: str
    name: str
    origin: str | None
    state: str
    note: str
    department: str | None


class TicketView(BaseModel):
    """``next`` are the states it may go to now."""

    number: str
    kind: str
    kind_label: str
    state: str
    state_label: str
    title: str
    detail: str
    origin: str
    conversation_id: str | None
    guide_id: str | None
    department: str | None
    created_by: str
    created_at: str
    due_at: str
    promised_at: str
    closed_at: str | None
    overdue: bool
    next: list[str]
    history: list[StepView]


class TicketsView(BaseModel):
    items: list[TicketView]


class Overview(BaseModel):
    """``today`` counts since midnight, Guangdong time; times are medians in seconds."""

    queue: dict[str, Any]
    agents: list[dict[str, Any]]
    today: dict[str, Any]
    outcomes: dict[str, int]
    tickets: dict[str, int]
    ratings: dict[str, Any]


class AuditEntry(BaseModel):
    seq: int
    at: str
    actor: str
    name: str
    action: str
    subject: str
    data: dict[str, Any]


class AuditView(BaseModel):
    entries: list[AuditEntry]
