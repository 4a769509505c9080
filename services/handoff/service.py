"""The door of the package.

``elsewhere.join``, ``queue.waiting`` and :meth:`HandoffService.silent` are given to the turn runner; ``serving`` is what agents and
supervisors do, ``reading`` what they see, ``presence`` who is there; :meth:`sweep` runs beside the gateway.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.database import Database
from common.errors import NotFound
from common.vault import Vault
from services.appointments.service import AppointmentService
from services.audit.service import Audit
from services.conversations.model import Conversation, Turn
from services.conversations.service import DESK, Conversations
from services.forms.service import FormService
from services.handoff import figures, store
from services.handoff.elsewhere import Elsewhere
from services.handoff.model import Episode, Note, Presence, PresenceState, policy
from services.handoff.presence import PresenceBoard
from services.handoff.queueing import Queue
from services.handoff.reading import ConversationView, QueueItem, Reading
from services.handoff.saying import says_no_more as gives_up_waiting
from services.handoff.serving import Serving, To
from services.handoff.suggestions import Finder
from services.messages.model import Message
from services.staff.service import StaffService
from services.tickets.service import TicketService

__all__ = ["ConversationView", "Episode", "HandoffService", "Note", "Presence", "PresenceState", "QueueItem", "To", "gives_up_waiting"]
log = structlog.get_logger(__name__)
_REPEATS_FOR = timedelta(days=7)


class HandoffService:
    def __init__(
        self, *, database: Database, clock: Clock, vault: Vault, conversations: Conversations, tickets: TicketService, staff: StaffService,
        audit: Audit, forms: FormService, appointments: AppointmentService, knowledge: Finder, redis_url: str | None = None,
        people_elsewhere: Collection[str] = (),
    ):  # fmt: skip
        self._database, self._clock, self._conversations, self._staff = database, clock, conversations, staff
        self.presence = PresenceBoard(database=database, clock=clock, redis_url=redis_url)
        self.queue = Queue(clock, conversations, tickets, self.presence)
        self.elsewhere = Elsewhere(clock, conversations, self.queue, people_elsewhere)
        self.serving = Serving(database, clock, vault, conversations, staff, audit, self.presence, self.queue)
        self.reading = Reading(database, clock, vault, conversations, audit, self.presence, forms, appointments, knowledge)

    async def silent(self, conn: AsyncConnection, turn: Turn) -> list[Message]:
        """Owner ``agent``: the bot says nothing; the message is in the transcript and the desk is told."""
        return []

    async def episode(self, conn: AsyncConnection, episode_id: str) -> Episode | None:
        return await store.by_id(conn, episode_id)

    async def set_presence(self, *, staff_id: str, state: PresenceState, capacity: int | None = None) -> Presence:
        """Who goes away gives his citizens back to their old places at once."""
        present = await self.presence.put(staff_id=staff_id, state=state, capacity=capacity)
        if state != "online":
            await self._give_back(await self.reading.connected(agent_id=staff_id))
        await self._conversations.events.publish(DESK, kind="presence", staff_id=staff_id)
        return present

    async def figures(self, *, since: datetime) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """(of the desk, by agent)."""
        async with self._database.begin() as conn:
            return await figures.of_desk(conn, since), await figures.of_agents(conn, since)

    async def erase(self, *, person_id: str) -> None:
        """Episodes and notes of a citizen who has himself forgotten."""
        async with self._database.begin() as conn:
            await store.erase_person(conn, person_id)
        await self._conversations.events.publish(DESK, kind="queue")

    async def forget(self, *, conversation_ids: Sequence[str]) -> int:
        """Episodes and notes of conversations that were kept long enough, and the ids of what pages sent a week ago."""
        async with self._database.begin() as conn:
            await store.erase_conversations(conn, conversation_ids)
            return await store.forget_written(conn, self._clock.now() - _REPEATS_FOR)

    # — beside the requests —

    async def sweep(self, every_s: float = 5.0) -> None:
        """Runs for ever: nobody is left with an agent who is gone, or in a queue nobody looks at."""
        while True:
            await asyncio.sleep(every_s)
            try:
                await self.tidy()
            except Exception:
                log.exception("handoff.sweep.failed")

    async def tidy(self) -> None:
        """One round of the sweep."""
        now = self._clock.now()
        async with self._database.begin() as conn:
            here = {a.staff_id for a in await self.presence.online(conn)}
            left = [e for e in await store.connected(conn) if e.agent_id not in here]
            waiting = await store.queued(conn)
            unattended = not here and now - await self.presence.last_online(conn) > timedelta(seconds=policy()["unattended_s"])
        await self._give_back(left)
        for position, episode in enumerate(waiting, start=1):
            if unattended:
                await self._change(episode, self.queue.give_up)
            elif self.queue.has_moved(episode, position):
                await self._change(episode, self.queue.tell_new_place)
        if waiting or left:
            await self._conversations.events.publish(DESK, kind="queue")

    async def _give_back(self, episodes: list[Episode]) -> None:
        for episode in episodes:
            name = (await self._staff.get(staff_id=episode.agent_id or "")).name
            await self._change(episode, partial(self.queue.back, lead="back_at_front", agent=name, ended_as="gone"))

    async def _change(self, seen: Episode, change: Callable[[AsyncConnection, Conversation, Episode], Awaitable[None]]) -> None:
        """Locks the conversation and makes the change, if the episode is still as it was seen."""
        async with self._database.begin() as conn:
            try:
                conversation = await self._conversations.locked(conn, seen.conversation_id)
            except NotFound:  # erased; nothing is left to look after
                await store.erase_person(conn, seen.person_id)
                return
            still = await store.open_of(conn, conversation.id)
            if still is None or (still.state, still.version) != (seen.state, seen.version):
                return
            await change(conn, conversation, still)
        log.info("handoff.looked_after", conversation_id=seen.conversation_id, state=seen.state)
        await self._conversations.tell(seen.conversation_id)

    async def close(self) -> None:
        await self.presence.close()
