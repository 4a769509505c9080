"""Taking in what was pulled of one customer: by one gateway at a time and in the order of his messages, whoever else has to wait."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import orjson
import structlog
from prometheus_client import Counter
from redis.exceptions import RedisError
from sqlalchemy import Row
from sqlalchemy import exc as database_errors

from channels.base import Place, SendFailed
from channels.scripts import script_in, written
from channels.wecom_kf import store
from channels.wecom_kf.catalogue import allowance, limits, seconds, words
from channels.wecom_kf.happening import Happening, Within
from channels.wecom_kf.leaving import insist
from channels.wecom_kf.reading import Item, read_item
from channels.wecom_kf.taking import Answer, NotYet, Taking
from services.bootstrap import Services
from services.messages.model import Text

log = structlog.get_logger(__name__)
SET_ASIDE = Counter("bangban_wecom_kf_set_aside", "Messages and events that could not be taken in, whatever was tried")
_TROUBLE_S = 1.0
_AWAY = (database_errors.OperationalError, database_errors.InterfaceError, database_errors.TimeoutError, RedisError, SendFailed, OSError)


class Serving:
    def __init__(self, *, name: str, services: Services, taking: Taking, happening: Happening, worker: str):
        self._name, self._services, self._worker = name, services, worker
        self._taking, self._happening = taking, happening

    async def due(self, most: int) -> list[Row[Any]]:
        """Customers of whom something waits; this gateway holds their leases."""
        now = self._services.clock.now()
        if most <= 0:
            return []
        async with self._services.database.begin() as conn:
            return list(await store.claim_customers(conn, worker=self._worker, now=now, until=now + seconds("lease_s"), limit=most))

    async def serve(self, row: Row[Any]) -> float | None:
        """Takes in what waits of one customer, oldest first, and gives the lease back. Seconds until another try makes sense, if it does."""
        key, attempts, pause_s = (row.open_kfid, row.digest), row.attempts, None
        values: dict[str, Any] = {"attempts": 0}
        try:
            while waiting := await self._waiting(key):
                for number, item, later in waiting:
                    if attempts < limits()["tries"]:
                        await self._take(key, number, item, later, attempts)
                    else:
                        await self._set_aside(key, number, item)
                    attempts = 0
        except NotYet as missed:
            pause_s = _pause_s(attempts)
            values = {"attempts": attempts + 1, "next_at": self._services.clock.now() + timedelta(seconds=pause_s)}
            log.info("wecom_kf.item.later", attempt=attempts + 1, what=missed.answer.words)
        except Exception as error:
            alone = not isinstance(error, _AWAY)  # it is the item, and not something that is away for all
            pause_s = _pause_s(attempts) if alone else _TROUBLE_S
            values = {"attempts": attempts + alone, "next_at": self._services.clock.now() + timedelta(seconds=pause_s)}
            log.error("wecom_kf.item.failed", exc_info=error)
        await insist(partial(self._leave, key, values))
        return pause_s

    async def _leave(self, key: store.Key, values: dict[str, Any]) -> None:
        async with self._services.database.begin() as conn:
            await store.leave_customer(conn, key, worker=self._worker, **values)

    async def _waiting(self, key: store.Key) -> list[tuple[int, Item | None, list[Item]]]:
        """(number, item, what of his comes later); an item is None when it cannot be read any more."""
        async with self._services.database.begin() as conn:
            rows = await store.next_items(conn, key)
            await store.change_session(conn, key, busy_until=self._services.clock.now() + seconds("lease_s"))
        read = [(row.number, self._read(row)) for row in rows]
        return [(number, item, [one for _, one in read[k + 1 :] if one is not None]) for k, (number, item) in enumerate(read)]

    def _read(self, row: Row[Any]) -> Item | None:
        return read_item(orjson.loads(self._services.vault.open_bytes(row.sealed)), row.open_kfid)

    async def _take(self, key: store.Key, number: int, item: Item | None, later: list[Item], attempts: int) -> None:
        """One item, done in the transaction that stores what it brings, where that is not a message with a number of its own."""
        said: str | None = None
        within: Within | None = None
        place = Place(self._name, key[0], item.customer) if item is not None else None
        if item is not None and place is not None:
            if item.spoken:
                said = await self._said(place, item, attempts)
            else:
                within = await self._happening.take(place, item, later)
        conversation_id = await self._services.deliveries.conversation_of(place=place) if place is not None and (said or within) else None
        telling = False
        async with self._services.database.begin() as conn:
            if within is not None:
                telling = await within(conn)
            if said and conversation_id is not None:
                await self._services.conversations.post(conversation_id=conversation_id, messages=[Text(sender="system", text=said)], conn=conn)
            await store.done(conn, number)
        if conversation_id is not None and (telling or said):
            await self._services.conversations.tell(conversation_id)

    async def _set_aside(self, key: store.Key, number: int, item: Item | None) -> None:
        """What broke us every time is not tried again, for all that he wrote after it waits behind it; he is told, if that can be done."""
        log.error("wecom_kf.item.set_aside", number=number)
        SET_ASIDE.inc()
        async with self._services.database.begin() as conn:
            await store.done(conn, number)
        if item is None or not item.spoken:
            return
        place = Place(self._name, key[0], item.customer)
        conversation_id = await self._services.deliveries.conversation_of(place=place)
        if conversation_id is None:
            return
        with written(await script_in(self._services.conversations, conversation_id)):
            said = Text(sender="system", text=str(words()["not_taken"]))
        await self._services.deliveries.touched(place=place, allowance=allowance("message", item.at))
        await self._services.conversations.post(conversation_id=conversation_id, messages=[said])

    async def _said(self, place: Place, item: Item, attempts: int) -> str | None:
        answer: Answer | None
        try:
            answer = await self._taking.take(place, item)
        except NotYet as missed:
            if attempts + 1 < limits()["tries"]:
                raise
            answer = missed.answer
        if answer is None:
            return None
        said = await self._taking.answer(place, item, answer)
        if said is not None:
            await self._services.deliveries.touched(place=place, allowance=allowance("message", item.at))
        return said


def _pause_s(attempts: int) -> float:
    pauses = limits()["retry_s"]
    return float(pauses[min(attempts, len(pauses) - 1)])
