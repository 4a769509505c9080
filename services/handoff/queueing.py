"""The queue: joining it from a turn, waiting in it, leaving it, coming back to it; and a ticket where nobody is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.ids import new_id
from services.conversations.model import Conversation, Turn
from services.conversations.service import Conversations
from services.handoff import saying, store
from services.handoff.estimating import DeskLoad, estimated_wait, smoothed
from services.handoff.model import MISSED, ORDINARY, VULNERABLE, Episode, Place, policy
from services.handoff.presence import PresenceBoard
from services.messages.model import Message
from services.tickets.service import TicketService


@dataclass(frozen=True)
class Queue:
    """Everything here runs in a transaction that holds the conversation's row."""

    clock: Clock
    conversations: Conversations
    tickets: TicketService
    presence: PresenceBoard

    # — joining: effect of a turn —

    async def join(self, conn: AsyncConnection, turn: Turn, data: dict[str, Any]) -> list[Message]:
        """Effect ``handoff``. ``data`` as :func:`services.dialogue.handing.package` makes it. Whoever is online decides, not the
        clock: an agent on a night shift is there, and an empty desk at noon is not."""
        here = await self.presence.online(conn)
        episode = await self.begin(conn, turn.conversation, data, free=sum(a.free for a in here))
        if not here:
            return await self._never_mind(conn, episode, key=f"handoff:{turn.id}", said=turn.original if turn.kind == "text" else "")
        moved = await self.conversations.change_owner(
            conn, conversation_id=turn.conversation.id, version=turn.conversation.version, owner="queue"
        )
        place = await self.place(conn, episode)
        await store.add(conn, replace(episode, version=moved.version, told_position=place.position))
        return [saying.queued(place), saying.may_leave()]

    async def begin(self, conn: AsyncConnection, conversation: Conversation, data: dict[str, Any], *, free: int) -> Episode:
        """A new episode, not stored yet; ``free`` is how many could take it at once."""
        now, priority = self.clock.now(), _priority(data)
        head_start = {VULNERABLE: "vulnerable", MISSED: "missed"}.get(priority)
        earlier = timedelta(minutes=policy()["head_start_min"][head_start]) if head_start else timedelta()
        return Episode(
            id=new_id("ep"), conversation_id=conversation.id, person_id=conversation.person_id, state="queued", version=conversation.version,
            reason=data.get("reason") or "asked", priority=priority, summary=data.get("summary") or "", guide_id=data.get("guide_id"),
            situation=data.get("situation") or [], form_id=data.get("form_id"), appointment_id=data.get("appointment_id"), agent_id=None,
            direct=free > 0, told_position=None, told_at=now, told_times=1,
            bot_since=await store.last_end(conn, conversation.id) or conversation.created_at, queued_since=now, rank_at=now - earlier,
            waiting_since=now, claimed_at=None, first_reply_at=None, ended_at=None, ended_as=None, ticket_number=None,
        )  # fmt: skip

    async def _never_mind(self, conn: AsyncConnection, episode: Episode, *, key: str, said: str) -> list[Message]:
        """Nobody is there: the bot keeps the conversation and a ticket takes the question."""
        now = self.clock.now()
        ticket = await self._ticket(conn, episode, key=key, said=said)
        await store.add(conn, replace(episode, state="ended", ended_as="ticket", ended_at=now, ticket_number=ticket.number))
        return [self.tickets.promise(ticket, words_for="nobody_there")]

    async def _ticket(self, conn: AsyncConnection, episode: Episode, *, key: str, said: str = "") -> Any:
        return await self.tickets.open(
            conn, kind="callback", about=episode.summary, detail="\n".join(filter(None, [said, episode.summary])), by="system",
            origin="nobody_there", source_key=key, person_id=episode.person_id, conversation_id=episode.conversation_id, guide_id=episode.guide_id,
        )  # fmt: skip

    # — waiting: owner ``queue`` —

    async def waiting(self, conn: AsyncConnection, turn: Turn) -> list[Message]:
        """The citizen writes while he waits: it joins the transcript; he may leave; now and then he is told his place."""
        episode = await store.open_of(conn, turn.conversation.id)
        if episode is None or saying.wants_out(turn):
            return await self._leave(conn, turn.conversation, episode)
        place = await self.place(conn, episode)
        if not (episode.told_times == 1 or self.has_moved(episode, place.position) or saying.asks_again(turn)):
            return []
        await self._told(conn, episode, place)
        return [saying.queued(place)]

    async def _leave(self, conn: AsyncConnection, conversation: Conversation, episode: Episode | None) -> list[Message]:
        await self.conversations.change_owner(conn, conversation_id=conversation.id, version=conversation.version, owner="bot")
        if episode:
            await store.change(conn, episode.id, state="ended", ended_as="cancelled", ended_at=self.clock.now())
        return [saying.left_queue()]

    async def _told(self, conn: AsyncConnection, episode: Episode, place: Place) -> None:
        told = {"told_position": place.position, "told_at": self.clock.now(), "told_times": episode.told_times + 1}
        await store.change(conn, episode.id, **told)

    def has_moved(self, episode: Episode, position: int) -> bool:
        """Whether to tell a new place: somebody moved since he was last told, and that was long enough ago."""
        long_ago = self.clock.now() - timedelta(seconds=policy()["tell_again_s"])
        return position != episode.told_position and (episode.told_at or long_ago) <= long_ago

    async def tell_new_place(self, conn: AsyncConnection, conversation: Conversation, episode: Episode) -> None:
        place = await self.place(conn, episode)
        await self._told(conn, episode, place)
        await self.conversations.post(conversation_id=conversation.id, messages=[saying.queued(place)], conn=conn)

    # — coming back —

    async def back(self, conn: AsyncConnection, conversation: Conversation, episode: Episode, *, lead: str, agent: str, ended_as: str) -> None:
        """An agent gives it back, or is gone: to the old place in the queue, or, with nobody online, to the bot with a promise."""
        now = self.clock.now()
        await store.end_assignment(conn, episode.id, now, ended_as)
        if not await self.presence.online(conn):
            await self.give_up(conn, conversation, episode)
            return
        moved = await self.conversations.change_owner(conn, conversation_id=conversation.id, version=conversation.version, owner="queue")
        place = await self.place(conn, episode)
        await store.change(
            conn, episode.id, state="queued", agent_id=None, version=moved.version, waiting_since=now,
            told_position=place.position, told_at=now, told_times=episode.told_times + 1,
        )  # fmt: skip
        said = [saying.queued(place, lead=lead, agent=agent), saying.may_leave()]
        await self.conversations.post(conversation_id=conversation.id, messages=said, conn=conn)

    async def give_up(self, conn: AsyncConnection, conversation: Conversation, episode: Episode) -> None:
        """Nobody is left to wait for: a ticket with a promise, and the bot listens again."""
        ticket = await self._ticket(conn, episode, key=f"episode:{episode.id}")
        await self.conversations.change_owner(conn, conversation_id=conversation.id, version=conversation.version, owner="bot")
        await store.change(
            conn, episode.id, state="ended", agent_id=None, ended_as="ticket", ended_at=self.clock.now(), ticket_number=ticket.number
        )
        promise = self.tickets.promise(ticket, words_for="nobody_there")
        await self.conversations.post(conversation_id=conversation.id, messages=[promise], conn=conn)

    # — estimating —

    async def place(self, conn: AsyncConnection, episode: Episode) -> Place:
        position = 1 + await store.ahead_of(conn, episode.rank_at, episode.id)
        return Place(position, estimated_wait(position, await self.load(conn)))

    async def load(self, conn: AsyncConnection) -> DeskLoad:
        """The desk as it is now, with how long things lately took."""
        prior, here = policy()["prior"], await self.presence.online(conn)
        since = self.clock.now() - timedelta(days=prior["days"])
        handling = await store.recent_handling_s(conn, since, prior["newest"])
        pickup = await store.recent_pickup_s(conn, since, prior["newest"])
        return DeskLoad(
            free=sum(a.free for a in here),
            capacity=sum(a.capacity for a in here),
            handling_s=smoothed(handling, prior=prior["handling_s"], weight=prior["weight"]),
            pickup_s=smoothed(pickup, prior=prior["pickup_s"], weight=prior["weight"]),
        )


def _priority(data: dict[str, Any]) -> int:
    if data.get("elder") or data.get("vulnerable"):
        return VULNERABLE
    return MISSED if data.get("reason") == "not_understood" else ORDINARY
