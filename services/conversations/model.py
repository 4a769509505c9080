"""Values that cross the border of this package."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict

from services.conversations.state import DialogueState
from services.messages.model import Choice, Message, Outcome

Owner = Literal["bot", "queue", "agent", "closed"]
Kind = Literal["text", "payload", "upload"]


@dataclass(frozen=True)
class Session:
    """A signed-in chat: whoever holds its token speaks in this conversation, which began in ``channel``."""

    id: str
    conversation_id: str
    person_id: str
    expires_at: datetime
    channel: str = "web"


@dataclass(frozen=True)
class Conversation:
    id: str
    person_id: str
    channel: str
    owner: Owner
    version: int
    agent_id: str | None
    state: DialogueState
    created_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Incoming:
    """What a channel received: the text, the payload of a button, or an upload id; and the channel's own message id.

    A NUL, which no database takes, is no part of what somebody says."""

    kind: Kind
    content: str
    channel_message_id: str

    def __post_init__(self) -> None:
        if "\0" in self.content:
            object.__setattr__(self, "content", self.content.replace("\0", ""))


@dataclass(frozen=True)
class Turn:
    """One or several merged citizen messages that get one answer. ``original`` is as written; ``masked`` may be passed on."""

    id: str
    conversation: Conversation
    kind: Kind
    original: str
    masked: str
    received_at: datetime | None = None

    @property
    def person_id(self) -> str:
        return self.conversation.person_id

    @property
    def state(self) -> DialogueState:
        return self.conversation.state


@dataclass(frozen=True)
class TurnRecord:
    """A finished turn as people may read it: masked words, and the outcome of the bot's answer (none where a person owned it)."""

    masked: str
    kind: Kind
    outcome: str | None
    guide_id: str | None
    guide_version: int | None
    section: str | None
    at: datetime


class Utter(BaseModel):
    """A sentence of ``bot/domain``, rendered by the dialogue engine; with choices it becomes a ``choices`` message."""

    model_config = ConfigDict(extra="forbid")

    response: str
    values: dict[str, Any] = {}
    choices: list[Choice] = []
    notice: str | None = None  # makes it a notice of this code


class Effect(BaseModel):
    """Something that must happen in the very transaction that stores the answer (handing off, opening a ticket)."""

    kind: str
    data: dict[str, Any] = {}


class Staged(BaseModel):
    """The result of a turn, put down by the action and stored for good by the turn's commit."""

    entries: list[Utter | Message]
    state: DialogueState
    outcome: Outcome
    effects: list[Effect] = []


@dataclass
class EngineReply:
    """What the dialogue engine said: rendered sentences in order, and what it decided."""

    outputs: list[dict[str, Any]]
    intent: str | None = None
    action: str | None = None


class Engine(Protocol):
    """The port to the dialogue engine (Rasa). Raises ``EngineFailed`` when it gave no answer."""

    async def turn(self, *, turn: Turn, context: dict[str, Any]) -> EngineReply: ...


@dataclass
class TurnResult:
    """What the citizen's request gets back."""

    messages: list[Message]
    conversation_id: str
    owner: Owner
    version: int
    outcome: Outcome | None = None
    pending: bool = False
    extra: dict[str, Any] = field(default_factory=dict)
