"""Who serves a session (developer.work.weixin.qq.com/document/path/94669): asked, changed, and kept in step with who owns our conversation.

0 nobody yet · 1 the assistant, who may send · 2 the pool · 3 a person in the WeCom client · 4 over, until the customer writes again.
"""

from __future__ import annotations

from typing import Any

import structlog

from channels.base import Place, SendFailed, WindowClosed
from channels.wechat.api import PlatformApi
from channels.wecom_kf.customers import Customers
from common.database import Database
from services.bootstrap import Services

log = structlog.get_logger(__name__)
NEW, ASSISTANT, POOL, PERSON, OVER = range(5)
ENDED, NO_SERVICER, NOT_ALLOWED, WRONG_STATE = "95013", "95014", "95016", "95018"


class Sessions:
    def __init__(self, *, services: Services, api: PlatformApi, customers: Customers):
        self._services, self._api, self._customers = services, api, customers

    @property
    def _database(self) -> Database:
        return self._services.database

    async def state(self, place: Place) -> int:
        """As the platform says now. :raises SendFailed: it cannot be asked."""
        answer = await self._api.call("/cgi-bin/kf/service_state/get", _who(place))
        found = answer.get("service_state")
        state = found if isinstance(found, int) and NEW <= found <= OVER else OVER
        await self._customers.in_state(place, state)
        return state

    async def change(self, place: Place, state: int, **more: Any) -> str:
        """To another state; the code that lets us say one thing about it. :raises SendFailed: not from where it is now, or not to there."""
        answer = await self._api.call("/cgi-bin/kf/service_state/trans", {**_who(place), "service_state": state, **more})
        await self._customers.in_state(place, state)
        code = answer.get("msg_code")
        return code if isinstance(code, str) else ""

    async def assist(self, place: Place) -> None:
        """Makes sure that the assistant may send: asks, and takes up a new session. One that cannot be taken up just now is written to all
        the same, which the platform allows (94677).

        :raises WindowClosed: people serve him in WeCom, who own the conversation from now on, or the session is over.
        """
        state = await self.state(place)
        if state == NEW:
            try:
                await self.change(place, ASSISTANT)
            except SendFailed as error:
                if error.reason not in (ENDED, NOT_ALLOWED):
                    raise
                state = await self.state(place)  # somebody was faster, or the account has people greet first
            else:
                state = ASSISTANT
        if state not in (NEW, ASSISTANT):
            await self.conflict(place, state)
            raise WindowClosed(f"state_{state}")

    async def conflict(self, place: Place, state: int) -> None:
        """The session is with somebody else: so is our conversation."""
        if state not in (POOL, PERSON):
            return
        conversation_id = await self._services.deliveries.conversation_of(place=place)
        if conversation_id is None:
            return
        log.info("wecom_kf.session.elsewhere", conversation_id=conversation_id, state=state)
        async with self._database.begin() as conn:
            changed = await self._services.handoff.elsewhere.taken(conn, conversation_id, told=False)
        if changed:
            await self._services.conversations.tell(conversation_id)

    async def announced(self, conversation_id: str) -> list[int]:
        """Numbers of the messages that say that somebody comes or is there: not to be said any more once he has gone."""
        found, after = list[int](), 0
        while page := await self._services.conversations.messages(conversation_id=conversation_id, after=after):
            found += [m.seq for m in page if m.type == "handoff" and m.state in ("queued", "connected")]
            after = page[-1].seq
        return found

    async def people_have(self, place: Place) -> bool:
        """Whether people have his conversation or he waits for them, here or there."""
        conversation_id = await self._services.deliveries.conversation_of(place=place)
        return conversation_id is not None and (await self._services.conversations.conversation(conversation_id)).owner in ("agent", "queue")


def _who(place: Place) -> dict[str, str]:
    return {"open_kfid": place.account, "external_userid": place.address}
