"""The union id of somebody who writes to an account of ours, asked for beside the talk; the platform gives it where the account is bound to the
organisation's open platform. What fails is asked again when he next writes; nobody waits for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

from channels.base import Place, SendFailed
from channels.wechat.api import PlatformApi
from channels.wechat.joining import Joining
from services.contacts.service import Contacts

log = structlog.get_logger(__name__)
_REMEMBERED, _AT_ONCE, _PAUSE_S = 50_000, 4, 600.0
Ask = Callable[[Place], Awaitable[object]]  # the platform's word, whatever it is; raises SendFailed


def of_follower(api: PlatformApi) -> Ask:
    """Of the Official Account: ``GET /cgi-bin/user/info``."""

    async def ask(place: Place) -> object:
        return (await api.call("/cgi-bin/user/info", openid=place.address, lang="zh_CN")).get("unionid")

    return ask


def of_customer(api: PlatformApi) -> Ask:
    """Of 微信客服: ``kf/customer/batchget`` (developer.work.weixin.qq.com/document/path/95159)."""

    async def ask(place: Place) -> object:
        found = (await api.call("/cgi-bin/kf/customer/batchget", {"external_userid_list": [place.address]})).get("customer_list")
        first = found[0] if isinstance(found, list) and found else None
        return first.get("unionid") if isinstance(first, dict) else None

    return ask


class Unions:
    def __init__(self, *, ask: Ask, contacts: Contacts, joining: Joining):
        self._ask, self._contacts, self._joining = ask, contacts, joining
        self._looked: set[Place] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._free, self._not_before = asyncio.Semaphore(_AT_ONCE), 0.0

    def look(self, place: Place) -> None:
        """Asks who he is, unless that was done; returns at once."""
        if place in self._looked or time.monotonic() < self._not_before:
            return
        if len(self._looked) >= _REMEMBERED:
            self._looked.clear()
        self._looked.add(place)
        task = asyncio.create_task(self._look(place))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _look(self, place: Place) -> None:
        try:
            async with self._free:
                if not await self._contacts.is_noted(place=place):
                    told = await self._ask(place)
                    await self._joining.noted(place=place, union=told if isinstance(told, str) and told else None)
        except SendFailed as error:
            self._looked.discard(place)
            self._not_before = time.monotonic() + _PAUSE_S
            log.warning("wechat.union.unknown", reason=error.reason)
        except Exception as error:  # the database is away, say: when he next writes
            self._looked.discard(place)
            log.warning("wechat.union.failed", error=type(error).__name__)

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
