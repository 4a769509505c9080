"""What the desk reads: the queue, conversations with their package and suggestions, colleagues, figures.

The owner of a conversation and supervisors see it whole (a supervisor's look is audited); every other agent sees it masked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from common.clock import Clock, iso
from common.database import Database
from common.errors import BangbanError
from common.vault import Vault
from services.appointments.service import AppointmentService
from services.audit.service import Audit
from services.conversations.model import Conversation, TurnRecord
from services.conversations.service import Conversations
from services.forms.service import FormService
from services.handoff import store
from services.handoff.errors import NotVisible
from services.handoff.masking import masked_message, masked_package, masked_text
from services.handoff.model import Episode, Note, Presence, words
from services.handoff.presence import PresenceBoard
from services.handoff.suggestions import Finder, suggestions
from services.messages.model import Message
from services.staff.service import Staff

_OUTSIDE = {"seq", "id", "sender", "text", "created_at"}  # of a message, where only its content is wanted
_FAILED = ("no_answer", "partial", "failed")


@dataclass(frozen=True)
class QueueItem:
    episode: Episode
    position: int
    waited_s: int


@dataclass(frozen=True)
class ConversationView:
    """``whole``: nothing is masked. ``can_write``: the caller owns it."""

    conversation: Conversation
    messages: list[Message]
    package: dict[str, Any]
    suggestions: list[dict[str, Any]]
    notes: list[Note]
    whole: bool
    can_write: bool


@dataclass(frozen=True)
class Reading:
    database: Database
    clock: Clock
    vault: Vault
    conversations: Conversations
    audit: Audit
    presence: PresenceBoard
    forms: FormService
    appointments: AppointmentService
    knowledge: Finder

    async def queue(self) -> list[QueueItem]:
        """Who waits, in the order of service."""
        now = self.clock.now()
        async with self.database.begin() as conn:
            return [QueueItem(e, n, e.waited_s(now)) for n, e in enumerate(await store.queued(conn), start=1)]

    async def connected(self, *, agent_id: str | None = None) -> list[Episode]:
        """Open conversations of an agent, or of all."""
        async with self.database.begin() as conn:
            return await store.connected(conn, agent_id=agent_id)

    async def presences(self) -> list[tuple[Presence, int]]:
        """Everybody who ever came online, with how many citizens he has now."""
        async with self.database.begin() as conn:
            active = await store.active_counts(conn)
            return [(p, active.get(p.staff_id, 0)) for p in await self.presence.all(conn)]

    async def look(self, *, staff: Staff, conversation_id: str) -> tuple[Conversation, Episode | None, bool]:
        """The conversation, its latest episode, and whether the caller may see it whole. A supervisor's look is audited.

        :raises NotFound: no such conversation. :raises NotVisible: people have nothing to do with it.
        """
        conversation = await self.conversations.conversation(conversation_id)
        async with self.database.begin() as conn:
            episode = await store.latest_of(conn, conversation_id)
        mine = conversation.owner == "agent" and conversation.agent_id == staff.id
        whole = mine or staff.may("desk.supervise")
        if episode is None and not whole:
            raise NotVisible
        if whole and not mine:
            await self.audit.record(actor=staff.id, action="conversation.read", subject=conversation_id)
        return conversation, episode, whole

    async def view(self, *, staff: Staff, conversation_id: str, after: int = 0) -> ConversationView:
        """Everything an agent needs to go on. Raises as :meth:`look`."""
        conversation, episode, whole = await self.look(staff=staff, conversation_id=conversation_id)
        mine = conversation.owner == "agent" and conversation.agent_id == staff.id
        async with self.database.begin() as conn:
            rows = await store.notes_of(conn, conversation_id)
        messages = await self.conversations.messages(conversation_id=conversation_id, after=after)
        notes = [Note(r.id, r.staff_id, self.vault.open(r.body), r.at) for r in rows]
        package = await self._package(conversation, episode)
        if not whole:
            messages, package = [masked_message(m) for m in messages], masked_package(package)
            notes = [Note(n.id, n.staff_id, masked_text(n.text), n.at) for n in notes]
        ideas = suggestions(self.knowledge, conversation, episode, messages, agent=staff.name) if mine else []
        return ConversationView(conversation, messages, package, ideas, notes, whole, mine)

    async def message_for(self, *, staff: Staff, conversation: Conversation, message: Message) -> Message:
        """One message as this member of staff may see it, for the stream."""
        return message if conversation.agent_id == staff.id or staff.may("desk.supervise") else masked_message(message)

    async def _package(self, conversation: Conversation, episode: Episode | None) -> dict[str, Any]:
        record = await self.conversations.record(conversation_id=conversation.id)
        state = conversation.state
        return {
            "episode_id": episode and episode.id,
            "reason": episode and episode.reason,
            "priority": episode.priority if episode else 0,
            "summary": episode.summary if episode else words()["took_over_summary"],
            "guide_id": (episode and episode.guide_id) or state.guide_id,
            "situation": episode.situation if episode else [],
            "form": await self._form(conversation, state.form_id or (episode and episode.form_id)),
            "appointment": await self._appointment(conversation, state.appointment_id or (episode and episode.appointment_id)),
            "sources": self._sources(record),
            "failures": [{"text": r.masked, "outcome": r.outcome, "at": iso(r.at)} for r in record if r.outcome in _FAILED],
            "waited_s": episode.waited_s(self.clock.now()) if episode else 0,
            "clocks": _clocks(episode),
        }

    def _sources(self, record: Sequence[TurnRecord]) -> list[dict[str, Any]]:
        """What the citizen was already shown, each once."""
        cited = dict.fromkeys((r.guide_id, r.guide_version, r.section) for r in record if r.guide_id)
        return [{"guide_id": g, "name": self._name(g), "version": v, "section": s} for g, v, s in cited]

    def _name(self, guide_id: str) -> str | None:
        try:
            return self.knowledge.guide(guide_id).guide.name
        except BangbanError:  # withdrawn meanwhile
            return None

    async def _form(self, conversation: Conversation, form_id: str | None) -> dict[str, Any] | None:
        if not form_id:
            return None
        try:
            view = await self.forms.get(form_id=form_id, person_id=conversation.person_id)
        except BangbanError:  # thrown away or run out since
            return None
        return self.forms.message(view=view).model_dump(mode="json", exclude=_OUTSIDE)

    async def _appointment(self, conversation: Conversation, appointment_id: str | None) -> dict[str, Any] | None:
        if not appointment_id:
            return None
        try:
            found = await self.appointments.get(appointment_id=appointment_id, person_id=conversation.person_id)
        except BangbanError:
            return None
        return self.appointments.message(found).model_dump(mode="json", exclude=_OUTSIDE)


def _clocks(episode: Episode | None) -> dict[str, str | None]:
    """Each clock of its own: with the bot, in the queue, until the first human answer, with people."""
    names = ("bot_since", "queued_since", "claimed_at", "first_reply_at", "ended_at")
    return {n: iso(at) if episode and (at := getattr(episode, n)) else None for n in names}
