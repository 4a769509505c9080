"""One part to one customer: by a message where the assistant serves him, else as the one answer to an event.

Being taken is not being delivered: failures come later as ``msg_send_fail``, so what was sent last is remembered.
"""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy import Row

from channels.base import Forbidden, Part, Place, Refused, SendFailed, TryLater
from channels.wechat.api import PlatformApi, unsure
from channels.wecom_kf.catalogue import limits
from channels.wecom_kf.customers import Customers
from channels.wecom_kf.sessions import ASSISTANT, ENDED, OVER, WRONG_STATE, Sessions
from channels.wecom_kf.showing import Showing

log = structlog.get_logger(__name__)
_UNANSWERED = "unanswered"  # nobody knows whether he has it


class Sending:
    def __init__(self, *, api: PlatformApi, customers: Customers, sessions: Sessions, showing: Showing):
        self._api, self._customers, self._sessions, self._showing = api, customers, sessions, showing

    async def send(self, place: Place, part: Part) -> None:
        """:raises SendFailed: as ``channels.base.Channel.send``."""
        row, again = await self._customers.sending(place, part)
        if row.state == OVER and part.purpose in limits()["codes"]["ended"]["not_for"] and not await self._sessions.people_have(place):
            raise Refused("over")  # somebody was there or was to come: his going is said now, and not that any more
        try:
            await self._send(place, part, row, again=again)
        except SendFailed as error:
            if not again and error.reason != _UNANSWERED:
                await self._customers.unsent(place, part)
            raise

    async def _send(self, place: Place, part: Part, row: Row[Any], *, again: bool) -> None:
        body = await self._showing.ready(part)
        if (code := self._customers.code_for(row, part)) and await self._answer_event(place, row, code, {"msgid": part.key, **body}, again=again):
            return
        try:
            await self._message(place, {"msgid": part.key, **body}, row.state)
        except (Refused, Forbidden) as error:
            if again and isinstance(error, Refused):
                log.info("wecom_kf.sent.before")  # a number may be used once: the first try had come through
                return
            if not await self._showing.refused(part, body, error.reason):
                raise
            await self._message(place, {"msgid": part.key, **await self._showing.ready(part)}, ASSISTANT)

    async def _answer_event(self, place: Place, row: Row[Any], code: str, body: dict[str, Any], *, again: bool) -> bool:
        """Whether it is sent so. The code is good once, so it is forgotten whatever the platform decides."""
        try:
            await self._handed("/cgi-bin/kf/send_msg_on_event", {"code": code, **body})
        except TryLater:
            raise
        except SendFailed as error:
            log.info("wecom_kf.code.refused", reason=error.reason[:40], again=again)
            await self._customers.drop_code(place, row)
            return again
        await self._customers.drop_code(place, row)
        return True

    async def _message(self, place: Place, body: dict[str, Any], known: int | None) -> None:
        """Where the platform says that the session moved, it is looked up and tried once more. :raises TryLater: what it says of the session
        allows it, and it is refused all the same, which passes."""
        if known != ASSISTANT:
            await self._sessions.assist(place)
        for last in (False, True):
            try:
                return await self._post(place, body)
            except SendFailed as error:
                if error.reason != WRONG_STATE:
                    raise
                await self._customers.in_state(place, None)
                if last:
                    raise TryLater(WRONG_STATE) from error
                await self._sessions.assist(place)

    async def _post(self, place: Place, body: dict[str, Any]) -> None:
        try:
            await self._handed("/cgi-bin/kf/send_msg", {"touser": place.address, "open_kfid": place.account, **body})
        except SendFailed as error:
            if error.reason == ENDED:
                await self._customers.in_state(place, OVER)
            raise

    async def _handed(self, path: str, body: dict[str, Any]) -> None:
        try:
            await self._api.call(path, body)
        except TryLater as error:
            if unsure(error):
                raise TryLater(_UNANSWERED, after_s=error.after_s) from error
            raise
