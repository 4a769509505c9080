"""What people do with a conversation: claim, write, note, hand on, take over. Each in one transaction on the locked conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.database import Database
from common.ids import new_id
from common.vault import Vault
from services.audit.service import Audit
from services.conversations.model import Conversation
from services.conversations.service import Conversations
from services.handoff import saying, store
from services.handoff.errors import (
    AlreadyClaimed,
    AtCapacity,
    ColleagueBusy,
    ColleagueMissing,
    NotOnline,
    NotWaiting,
    NotYours,
    ReasonMissing,
)
from services.handoff.model import Episode, Note, words
from services.handoff.presence import PresenceBoard
from services.handoff.queueing import Queue
from services.messages.model import Message
from services.staff.service import Staff, StaffService

To = Literal["bot", "queue", "closed", "agent"]


@dataclass(frozen=True)
class Serving:
    database: Database
    clock: Clock
    vault: Vault
    conversations: Conversations
    staff: StaffService
    audit: Audit
    presence: PresenceBoard
    queue: Queue

    async def claim(self, *, staff: Staff, conversation_id: str, version: int) -> Conversation:
        """Compare and set on the version of the queue item; claiming again what one just got is no error.

        :raises NotFound, AlreadyClaimed, NotWaiting, StaleVersion, NotOnline, AtCapacity:
        """
        async with self.database.begin() as conn:
            conversation = await self.conversations.locked(conn, conversation_id)
            if conversation.owner == "queue":
                conversation = await self._claim(conn, staff, conversation, version)
        if conversation.owner != "agent" or conversation.agent_id is None:
            raise NotWaiting(fields={"owner": conversation.owner})
        if conversation.agent_id != staff.id:
            owner = await self.staff.get(staff_id=conversation.agent_id or "")
            raise AlreadyClaimed(fields={"owner": owner.id}, name=owner.name)
        await self.conversations.tell(conversation_id)
        return conversation

    async def _claim(self, conn: AsyncConnection, staff: Staff, conversation: Conversation, version: int) -> Conversation:
        me = await self.presence.of(conn, staff.id)
        if me is None:
            raise NotOnline
        if not me.free:
            raise AtCapacity(capacity=me.capacity)
        episode = await store.open_of(conn, conversation.id)
        assert episode is not None, "who is in the queue has an episode"
        moved = await self._assign(conn, conversation, episode, staff, version=version)
        await self.conversations.post(conversation_id=moved.id, messages=[saying.with_agent("connected", agent=staff.name)], conn=conn)
        await self.audit.record(conn=conn, actor=staff.id, action="handoff.claim", subject=moved.id, episode=episode.id)
        return moved

    async def _assign(
        self, conn: AsyncConnection, conversation: Conversation, episode: Episode, staff: Staff, *, version: int | None = None
    ) -> Conversation:
        now = self.clock.now()
        moved = await self.conversations.change_owner(
            conn, conversation_id=conversation.id, version=version or conversation.version, owner="agent", agent_id=staff.id
        )
        await store.change(
            conn, episode.id, state="connected", agent_id=staff.id, version=moved.version, claimed_at=episode.claimed_at or now
        )
        await store.start_assignment(conn, episode.id, staff.id, now)
        return moved

    # — writing —

    async def send(
        self, *, staff: Staff, conversation_id: str, message: Message, reason: str | None = None, client_message_id: str | None = None
    ) -> Message:
        """An agent's words or card. Ownership is checked in the transaction that stores it; a repeat of ``client_message_id`` answers
        with the first message and writes nothing. :raises NotFound, NotYours:"""
        async with self.database.begin() as conn:
            conversation = await self.conversations.locked(conn, conversation_id)
            first = await store.earlier(conn, conversation_id, staff.id, "message", client_message_id)
            if first and (found := await self.conversations.message(conn, message_id=first)):
                return found
            episode = await self._held(conn, staff, conversation, reason)
            signed = message.model_copy(update={"sender": "agent"})
            [stored] = await self.conversations.post(conversation_id=conversation_id, messages=[signed], conn=conn)
            await self._written(conn, staff, conversation, "message", client_message_id, stored.id)
            await store.count_reply(conn, episode.id, self.clock.now())
            if conversation.agent_id != staff.id:
                await self.audit.record(conn=conn, actor=staff.id, action="handoff.intervene", subject=conversation_id, reason=reason)
        await self.conversations.tell(conversation_id)
        return stored

    async def _written(
        self, conn: AsyncConnection, staff: Staff, conversation: Conversation, what: str, client_message_id: str | None, result_id: str
    ) -> None:
        await store.remember(
            conn, conversation_id=conversation.id, staff_id=staff.id, what=what, client_message_id=client_message_id,
            person_id=conversation.person_id, result_id=result_id, at=self.clock.now(),
        )  # fmt: skip

    async def _held(self, conn: AsyncConnection, staff: Staff, conversation: Conversation, reason: str | None) -> Episode:
        """The episode of a locked conversation, if the caller may act in it: its owner, or a supervisor who says why."""
        mine = conversation.agent_id == staff.id
        if conversation.owner != "agent" or not (mine or (staff.may("desk.supervise") and reason)):
            raise NotYours(fields={"owner": conversation.agent_id or conversation.owner})
        episode = await store.open_of(conn, conversation.id)
        assert episode is not None, "who is with an agent has an episode"
        return episode

    async def note(self, *, staff: Staff, conversation_id: str, text: str, client_message_id: str | None = None) -> Note:
        """For colleagues; citizens never see it. Anybody who works at the desk may leave one where people were asked for. A repeat of
        ``client_message_id`` answers with the first note."""
        async with self.database.begin() as conn:
            conversation = await self.conversations.locked(conn, conversation_id)
            first = await store.earlier(conn, conversation_id, staff.id, "note", client_message_id)
            if first and (row := await store.note_by_id(conn, first)):
                return Note(row.id, row.staff_id, self.vault.open(row.body), row.at)
            if not staff.may("desk.supervise") and await store.latest_of(conn, conversation_id) is None:
                raise NotYours(fields={"owner": conversation.owner})
            new = await self._note(conn, staff, conversation, text)
            await self._written(conn, staff, conversation, "note", client_message_id, new.id)
            return new

    async def _note(self, conn: AsyncConnection, staff: Staff, conversation: Conversation, text: str) -> Note:
        note = Note(new_id("nt"), staff.id, text, self.clock.now())
        await store.add_note(
            conn, id=note.id, conversation_id=conversation.id, person_id=conversation.person_id, staff_id=staff.id,
            body=self.vault.seal(text), at=note.at,
        )  # fmt: skip
        return note

    # — giving away —

    async def release(
        self, *, staff: Staff, conversation_id: str, to: To, colleague_id: str | None = None, note: str | None = None
    ) -> Conversation:
        """To the bot, back to the queue, to a colleague, or closed. A supervisor may release another's; the note then is the reason.

        :raises NotFound, NotYours, ColleagueMissing, ColleagueBusy, StaffUnknown:
        """
        colleague = await self._colleague(staff, colleague_id) if to == "agent" else None
        async with self.database.begin() as conn:
            conversation = await self.conversations.locked(conn, conversation_id)
            episode = await self._held(conn, staff, conversation, note)
            if note:
                await self._note(conn, staff, conversation, note)
            if to == "queue":
                await self.queue.back(conn, conversation, episode, lead="put_back", agent=staff.name, ended_as="queue")
            elif colleague is not None:
                await self._forward(conn, conversation, episode, colleague)
            else:
                await self._end(conn, conversation, episode, staff, to)
            await self.audit.record(conn=conn, actor=staff.id, action="handoff.release", subject=conversation_id, to=colleague_id or to)
            moved = await self.conversations.locked(conn, conversation_id)
        await self.conversations.tell(conversation_id)
        return moved

    async def _colleague(self, staff: Staff, colleague_id: str | None) -> Staff:
        if not colleague_id:
            raise ColleagueMissing(fields={"agent": "missing"})
        colleague = await self.staff.get(staff_id=colleague_id)
        if colleague.id == staff.id or not (colleague.active and colleague.may("desk.work")):
            raise ColleagueMissing(fields={"agent": "not_possible"})
        return colleague

    async def _forward(self, conn: AsyncConnection, conversation: Conversation, episode: Episode, colleague: Staff) -> None:
        there = await self.presence.of(conn, colleague.id)
        if there is None or not there.free:
            raise ColleagueBusy(name=colleague.name)
        await store.end_assignment(conn, episode.id, self.clock.now(), "agent")
        await self._assign(conn, conversation, episode, colleague)
        said = [saying.with_agent("forwarded", agent=colleague.name)]
        await self.conversations.post(conversation_id=conversation.id, messages=said, conn=conn)

    async def _end(self, conn: AsyncConnection, conversation: Conversation, episode: Episode, staff: Staff, to: str) -> None:
        now, asked = self.clock.now(), saying.rating(episode.id)
        state = saying.awaiting_rating(conversation.state, asked) if to == "closed" else None
        await self.conversations.change_owner(
            conn, conversation_id=conversation.id, version=conversation.version, owner="closed" if to == "closed" else "bot", state=state
        )
        await store.end_assignment(conn, episode.id, now, to)
        await store.change(conn, episode.id, state="ended", ended_as=to, ended_at=now)
        said = [saying.over("closed", agent=staff.name), asked] if to == "closed" else [saying.over("returned", agent=staff.name)]
        await self.conversations.post(conversation_id=conversation.id, messages=said, conn=conn)

    # — supervision —

    async def take_over(self, *, staff: Staff, conversation_id: str, reason: str) -> Conversation:
        """A supervisor makes himself the owner, whoever has it now, also the bot. :raises NotFound, ReasonMissing:"""
        if not reason.strip():
            raise ReasonMissing(fields={"reason": "missing"})
        await self.presence.put(staff_id=staff.id, state="online")  # he is there; else his citizen would at once be given back
        async with self.database.begin() as conn:
            conversation = await self.conversations.locked(conn, conversation_id)
            if conversation.agent_id == staff.id and conversation.owner == "agent":
                return conversation
            episode = await store.open_of(conn, conversation_id) or await self._begun(conn, conversation)
            await store.end_assignment(conn, episode.id, self.clock.now(), "takeover")
            moved = await self._assign(conn, conversation, episode, staff)
            said = [saying.with_agent("taken_over", agent=staff.name)]
            await self.conversations.post(conversation_id=conversation_id, messages=said, conn=conn)
            before = conversation.agent_id or conversation.owner
            await self.audit.record(conn=conn, actor=staff.id, action="handoff.takeover", subject=conversation_id, reason=reason, owner=before)
        await self.conversations.tell(conversation_id)
        return moved

    async def _begun(self, conn: AsyncConnection, conversation: Conversation) -> Episode:
        """An episode for a conversation nobody had asked a person for."""
        data = {
            "reason": "takeover", "summary": words()["took_over_summary"], "guide_id": conversation.state.guide_id,
            "form_id": conversation.state.form_id, "appointment_id": conversation.state.appointment_id,
        }  # fmt: skip
        episode = await self.queue.begin(conn, conversation, data, free=1)
        await store.add(conn, episode)
        return episode
