"""People who sit elsewhere: a platform's own client serves the citizen, this desk does not, and the bot keeps silent meanwhile.

Such an episode is in state ``elsewhere``: it stands in no queue of ours and with none of our agents. The conversation's owner is then
``agent`` with nobody of ours named. Whoever knows the platform tells us what happens there; all of it may be told twice.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from services.conversations.model import Conversation, Turn
from services.conversations.service import Conversations
from services.handoff import saying, store
from services.handoff.model import Episode, words
from services.handoff.queueing import Queue
from services.messages.model import Message


@dataclass(frozen=True)
class Elsewhere:
    """``channels``: where asking for a person means people elsewhere. Every method runs in the caller's transaction, and locks the
    conversation; the caller tells with ``Conversations.tell`` afterwards."""

    clock: Clock
    conversations: Conversations
    queue: Queue
    channels: Collection[str] = ()

    async def join(self, conn: AsyncConnection, turn: Turn, data: dict[str, Any]) -> list[Message]:
        """Effect ``handoff``: to our own queue, or to the people of the conversation's channel."""
        conversation = turn.conversation
        if conversation.channel not in self.channels:
            return await self.queue.join(conn, turn, data)
        await self._begin(conn, conversation, data)
        return [saying.passed_on()]

    async def taken(self, conn: AsyncConnection, conversation_id: str, *, told: bool) -> bool:
        """Somebody there serves him now, asked for or not. ``told``: the citizen is to be told so. False when that was known."""
        conversation, now = await self.conversations.locked(conn, conversation_id), self.clock.now()
        episode = await store.open_of(conn, conversation_id)
        if _is_elsewhere(conversation) and episode is not None and episode.claimed_at is not None:
            return False
        if episode is None or not _is_elsewhere(conversation):
            episode = await self._moved(conn, conversation, episode)
        await store.change(conn, episode.id, claimed_at=episode.claimed_at or now)
        if told:
            await self.conversations.post(conversation_id=conversation_id, messages=[saying.connected_elsewhere()], conn=conn)
        return True

    async def replied(self, conn: AsyncConnection, conversation_id: str) -> None:
        """They wrote to him."""
        if episode := await store.open_of(conn, conversation_id):
            await store.count_reply(conn, episode.id, self.clock.now())

    async def ended(self, conn: AsyncConnection, conversation_id: str) -> bool:
        """They are done with him: he is asked how it was, and the bot listens when he writes. False when they were not serving him."""
        conversation, episode = await self._open(conn, conversation_id)
        if episode is None:
            return False
        asked = saying.rating(episode.id)
        state = saying.awaiting_rating(conversation.state, asked)
        await self._end(conn, conversation, episode, owner="closed", ended_as="closed", state=state)
        await self.conversations.post(conversation_id=conversation_id, messages=[asked], conn=conn)
        return True

    async def returned(self, conn: AsyncConnection, conversation_id: str, *, left: bool = False) -> bool:
        """He is the bot's again without a word, as when a session there ran out; ``left``: he would not wait any longer, and is answered."""
        conversation, episode = await self._open(conn, conversation_id)
        if episode is None:
            return False
        await self._end(conn, conversation, episode, owner="bot", ended_as="cancelled" if left else "bot")
        if left:
            await self.conversations.post(conversation_id=conversation_id, messages=[saying.left_queue()], conn=conn)
        return True

    async def failed(self, conn: AsyncConnection, conversation_id: str) -> bool:
        """He could not be passed on: a ticket with a promise, and the bot listens again."""
        conversation, episode = await self._open(conn, conversation_id)
        if episode is None:
            return False
        await self.queue.give_up(conn, conversation, episode)
        return True

    async def asked_for(self, conn: AsyncConnection) -> list[Episode]:
        """Who is or ought to be with people elsewhere."""
        return await store.elsewhere(conn)

    async def serves(self, conn: AsyncConnection, conversation_id: str) -> bool:
        """Whether people elsewhere have him, or he waits for them."""
        return (await self._open(conn, conversation_id))[1] is not None

    async def _open(self, conn: AsyncConnection, conversation_id: str) -> tuple[Conversation, Episode | None]:
        conversation = await self.conversations.locked(conn, conversation_id)
        episode = await store.open_of(conn, conversation_id) if _is_elsewhere(conversation) else None
        return conversation, episode if episode is not None and episode.state == "elsewhere" else None

    async def _begin(self, conn: AsyncConnection, conversation: Conversation, data: dict[str, Any]) -> Episode:
        episode = await self.queue.begin(conn, conversation, data, free=0)
        moved = await self._to_them(conn, conversation)
        episode = replace(episode, state="elsewhere", version=moved.version)
        await store.add(conn, episode)
        return episode

    async def _moved(self, conn: AsyncConnection, conversation: Conversation, episode: Episode | None) -> Episode:
        """From the bot, our queue or our agent to them, without having been asked for by us."""
        if episode is None:
            state = conversation.state
            data = {"reason": "takeover", "summary": words()["elsewhere_summary"], "guide_id": state.guide_id, "form_id": state.form_id}
            return await self._begin(conn, conversation, {**data, "appointment_id": state.appointment_id})
        await store.end_assignment(conn, episode.id, self.clock.now(), "elsewhere")
        moved = await self._to_them(conn, conversation)
        await store.change(conn, episode.id, state="elsewhere", agent_id=None, version=moved.version)
        return episode

    async def _to_them(self, conn: AsyncConnection, conversation: Conversation) -> Conversation:
        return await self.conversations.change_owner(conn, conversation_id=conversation.id, version=conversation.version, owner="agent")

    async def _end(
        self, conn: AsyncConnection, conversation: Conversation, episode: Episode, *, owner: Any, ended_as: str, state: Any = None
    ) -> None:  # fmt: skip
        await self.conversations.change_owner(conn, conversation_id=conversation.id, version=conversation.version, owner=owner, state=state)
        await store.change(conn, episode.id, state="ended", ended_as=ended_as, ended_at=self.clock.now())


def _is_elsewhere(conversation: Conversation) -> bool:
    return conversation.owner == "agent" and conversation.agent_id is None
