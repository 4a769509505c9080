"""Taking in what was pulled of one customer: by one gateway at a time and in the order of his messages, whoever else has to wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import structlog
from sqlalchemy import Row

from channels.base import Place
from channels.wecom_kf import store
from channels.wecom_kf.catalogue import allowance, limits, seconds
from channels.wecom_kf.happening import Happening, Within
from channels.wecom_kf.reading import Item, read_item
from channels.wecom_kf.taking import Answer, NotYet, Taking
from services.bootstrap import Services
from services.messages.model import Text

log = structlog.get_logger(__name__)
_TROUBLE_S = 1.0


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
                    await self._take(key, number, item, later, attempts)
                    attempts = 0
        except NotYet as missed:
            pause_s = float(limits()["retry_s"][min(attempts, len(limits()["retry_s"]) - 1)])
            values = {"attempts": attempts + 1, "next_at": self._services.clock.now() + timedelta(seconds=pause_s)}
            log.info("wecom_kf.item.later", attempt=attempts + 1, what=missed.answer.words)
        except Exception as error:
            pause_s = _TROUBLE_S
            values = {"attempts": attempts, "next_at": self._services.clock.now() + timedelta(seconds=pause_s)}
            log.error("wecom_kf.item.failed", exc_info=error)
        async with self._services.database.begin() as conn:
            await store.leave_customer(conn, key, worker=self._worker, **values)
        return pause_s

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
            await self._services.deliveries.touched(place=place, allowance=allowance("message"))
        return said
