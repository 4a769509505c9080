"""What the callback answers. The platform closes after five seconds and pushes again, three times in all; an error page would be shown to
the citizen as "out of service", so there is never one: whoever cannot answer holds on until the platform gives up and tries again.
"""

from __future__ import annotations

import asyncio
import contextlib

import structlog

from channels.base import Place
from channels.scripts import written
from channels.wechat_oa.catalogue import limits, words
from channels.wechat_oa.reading import Left, Push, Undelivered, Unread
from channels.wechat_oa.taking import NotYet, Taken, Taking
from channels.wechat_oa.writing import as_text
from services.conversations.service import leaning
from services.deliveries.ports import Outlet
from services.deliveries.service import Deliveries

log = structlog.get_logger(__name__)


class Unanswered(Exception):
    """Nothing could be said or stored, and the platform has stopped waiting."""


class Answering:
    """``outlet`` is given for accounts that may only answer within the callback. ``answer`` returns the words of the reply, or None."""

    def __init__(self, *, name: str, taking: Taking, deliveries: Deliveries, outlet: Outlet | None):
        self._name, self._taking, self._deliveries, self._outlet = name, taking, deliveries, outlet

    async def answer(self, push: Push) -> str | None:
        """:raises Unanswered: after the platform has given this push up."""
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            taken = await self._taking.take(push)
        except NotYet as missed:
            if await self._last_push(push):
                return await self._taking.said(push, missed.words)
        except Exception as error:  # the database is away, say: the next push may find it back
            log.error("wechat_oa.push.failed", exc_info=error)
        else:
            if self._outlet is None or taken.arrival is None:
                return await self._taking.said(push, taken.words) if taken.words else None
            found = await self._passive(push, taken, self._outlet, began)
            if found is not None:
                return found
        await self._hold(began)
        raise Unanswered

    async def paused(self, push: Push) -> str | None:
        """What he is told while an operator has stopped the channel; of what he sent nothing is kept."""
        match push.deed:
            case Left() | Undelivered():
                with contextlib.suppress(NotYet):
                    await self._taking.take(push)
                return None
            case Unread(words=""):
                return None
        try:
            return await self._taking.said(push, "paused")
        except Exception as error:  # which characters he reads is not worth an error page
            log.error("wechat_oa.paused.failed", error=type(error).__name__)
            return str(words()["paused"])

    async def _hold(self, began: float) -> None:
        """Until the platform has stopped waiting for what began then."""
        await asyncio.sleep(max(limits()["passive"]["hold_s"] - (asyncio.get_running_loop().time() - began), 0))

    async def _passive(self, push: Push, taken: Taken, outlet: Outlet, began: float) -> str | None:
        """The answer itself if it comes in time; that a person has his words, who answers when he can; at the last push, how to fetch the
        answer; otherwise None: the platform shall push again."""
        assert taken.arrival is not None
        place = Place(self._name, push.account, push.address)
        wait_s = max(limits()["passive"]["answer_s"] - (asyncio.get_running_loop().time() - began), 0.05)
        parts = await self._deliveries.collect(place=place, outlet=outlet, key=push.id, room=1, wait_s=wait_s, turn_id=taken.arrival.turn_id)
        if text := as_text(parts):
            said = any(word in text for word in words()["fetch"])  # the renderer has told him already
            if said or not await self._deliveries.waiting(place=place):
                return text
            with written(leaning(text)):
                return f"{text}\n\n{words()['more']}"
        name = await self._taking.with_person(taken.arrival) or ("not_yet" if taken.arrival.fetching else None)
        if name is None and await self._last_push(push):
            name = "late"
        return await self._taking.said(push, name) if name else None

    async def _last_push(self, push: Push) -> bool:
        """Counts the pushes of one message, over all gateways."""
        for number in range(1, limits()["passive"]["pushes"]):
            if await self._deliveries.first_time(key=f"{self._name}:{push.id}:{number}"):
                return False
        return True
