"""Where the organisation's people sit in WeCom: who asked for a person is handed over there, once he has read what was said before.

What was to be done stands with the episodes of the hand-off, so a gateway that dies leaves it to the next.
"""

from __future__ import annotations

from datetime import timedelta

import structlog

from channels.base import Place, SendFailed
from channels.wecom_kf.catalogue import limits, seconds
from channels.wecom_kf.customers import Customers
from channels.wecom_kf.sessions import ASSISTANT, ENDED, NEW, NO_SERVICER, OVER, PERSON, POOL, Sessions
from services.bootstrap import Services
from services.handoff.service import Episode

log = structlog.get_logger(__name__)


class Passing:
    """``servicer``: who is handed everybody directly; the pool when there is none, or he takes nobody now."""

    def __init__(self, *, name: str, services: Services, customers: Customers, sessions: Sessions, servicer: str | None):
        self._name, self._services, self._customers, self._sessions, self._servicer = name, services, customers, sessions, servicer

    async def look(self) -> bool:
        """Hands over who is to be; looks up sessions whose end may not have been told. Whether somebody is still to be handed over."""
        async with self._services.database.begin() as conn:
            found = await self._services.handoff.elsewhere.asked_for(conn)
        waiting = False
        for episode in found:
            place = await self._place(episode)
            if place is None:
                continue
            try:
                waiting |= await self._one(place, episode)
            except SendFailed as error:
                log.warning("wecom_kf.passing.failed", conversation_id=episode.conversation_id, reason=error.reason[:40])
                waiting = True
        return waiting

    async def _place(self, episode: Episode) -> Place | None:
        for place in await self._services.deliveries.places_of(person_id=episode.person_id):
            if place.channel == self._name and await self._services.deliveries.conversation_of(place=place) == episode.conversation_id:
                return place
        return None

    async def _one(self, place: Place, episode: Episode) -> bool:
        row, now = await self._customers.of(place), self._services.clock.now()
        if row.state in (POOL, PERSON) or episode.claimed_at is not None:
            if row.state_at is None or now - row.state_at > seconds("check_s"):
                await self._check(place, episode)
            return False
        waited = now - episode.queued_since
        if waited < seconds("notice_s") and await self._services.deliveries.waiting(place=place):
            return True
        if waited > seconds("passing_s"):
            await self._give_up(episode)
            return False
        return await self._pass_on(place, episode)

    async def _pass_on(self, place: Place, episode: Episode) -> bool:
        """Whether it has to be tried again. :raises SendFailed: it has."""
        state = await self._sessions.state(place)
        if state in (NEW, ASSISTANT):
            try:
                await self._hand_over(place)
            except SendFailed as error:
                if error.reason != ENDED:
                    raise
                state = OVER
            else:
                log.info("wecom_kf.passed_on", conversation_id=episode.conversation_id)
                return False
        if state == OVER:  # his session ended meanwhile, and cannot be handed over: he is promised an answer
            await self._give_up(episode)
        return False

    async def _hand_over(self, place: Place) -> None:
        if self._servicer:
            try:
                await self._sessions.change(place, PERSON, servicer_userid=self._servicer)
                return
            except SendFailed as error:
                if error.reason != NO_SERVICER:
                    raise
        code = await self._sessions.change(place, POOL)
        if code:
            at = int(self._services.clock.now().timestamp())
            await self._customers.give_code(place, kind="pool", code=code, at=at)

    async def _check(self, place: Place, episode: Episode) -> None:
        """The end of a session may come without being told, after two days without a word, say."""
        state = await self._sessions.state(place)
        if state in (POOL, PERSON):
            return
        elsewhere = self._services.handoff.elsewhere
        async with self._services.database.begin() as conn:
            await (elsewhere.ended if state == OVER else elsewhere.returned)(conn, episode.conversation_id)
        await self._services.conversations.tell(episode.conversation_id)

    async def _give_up(self, episode: Episode) -> None:
        log.warning("wecom_kf.passing.given_up", conversation_id=episode.conversation_id)
        async with self._services.database.begin() as conn:
            await self._services.handoff.elsewhere.failed(conn, episode.conversation_id)
        await self._services.conversations.tell(episode.conversation_id)


def soon() -> timedelta:
    """When to look again while somebody is to be handed over."""
    return timedelta(seconds=limits()["passing_look_s"])
