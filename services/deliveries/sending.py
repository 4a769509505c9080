"""Handing one citizen what he is owed, part after part; each yes of the platform is written down before the next part goes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import Row

from common.clock import Clock
from common.database import Database
from services.conversations.service import DESK, Conversations
from services.deliveries import metrics, store
from services.deliveries.addresses import Addresses
from services.deliveries.allowances import room, spent, window_open
from services.deliveries.batches import Batch, Batches
from services.deliveries.errors import Gone, QuotaUsed, Refused, SendFailed, TryLater, WindowClosed
from services.deliveries.model import Parked, Part, Place
from services.deliveries.ports import Outlet

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=60)
_PATIENCE_S = 20.0
_LONGEST_PAUSE_S = 300.0
_PARKS: dict[type[SendFailed], Parked] = {WindowClosed: "window", QuotaUsed: "quota", Gone: "gone"}


def offered(part: Part, *, first: bool) -> dict[str, Any]:
    """What bare numbers stand for after this part: the last numbered list of a batch, until the next batch."""
    choices = part.choices if part.kind in ("text", "menu") else []
    numbers = {str(c.number): c.key for c in choices if c.number is not None}
    return {"offered": numbers} if numbers else {"offered": None} if first else {}


class Sending:
    def __init__(self, *, database: Database, clock: Clock, conversations: Conversations, addresses: Addresses, batches: Batches, worker: str):
        self._database, self._clock, self._addresses, self._batches, self._worker = database, clock, addresses, batches, worker
        self._events = conversations.events

    async def serve(self, row: Row[Any], outlet: Outlet) -> float | None:
        """Sends until nothing is owed or something stands in the way; expects to hold the lease and gives it back. Seconds until another try
        makes sense, None when there is nothing to wait for."""
        try:
            if not outlet.pushes(row.account):
                await self._change(row, collects=True)
                return None
            current: Row[Any] | None = row
            while current is not None and (current.due_seq > current.delivered_seq or current.batch is not None) and current.parked is None:
                batch = await self._batches.next(current, outlet)
                pause = await self._send(current, outlet, batch) if batch else None
                if pause is not None:
                    return pause
                async with self._database.begin() as conn:
                    current = await store.by_id(conn, row.id)
            return None
        finally:
            async with self._database.begin() as conn:
                await store.free(conn, worker=self._worker, address_id=row.id)

    async def _send(self, row: Row[Any], outlet: Outlet, batch: Batch) -> float | None:
        """The parts that are left. None when they are through or the rest is parked or to be rendered anew, else seconds until another try."""
        place, heard_at = self._addresses.place(row), row.heard_at
        for index in range(batch.done, len(batch.parts)):
            part, failure = batch.parts[index], self._out_of_allowance(row)
            if failure is None:
                failure = await self._hand(outlet, place, part)
            if isinstance(failure, TryLater):
                return await self._later(row, failure)
            if failure is not None and type(failure) in _PARKS:
                if await self._park(row, batch, index, _PARKS[type(failure)]):
                    await self._knock(outlet, place, _PARKS[type(failure)])
                    return None
                return 0.0  # he was heard of meanwhile
            row = await self._advance(row, batch, index, sent=failure is None)
            if row.heard_at != heard_at and part.whole and row.batch is not None:
                await self._change(row, batch=None, batch_done=0)
                return None  # what may be sent to him is counted anew: the rest is rendered for that
        self._measure(row, batch)
        return None

    def _out_of_allowance(self, row: Row[Any]) -> SendFailed | None:
        """By our own count, so that the platform is not asked in vain."""
        now = self._clock.now()
        if room(row.allowances, now) != 0:
            return None
        return QuotaUsed("counted") if window_open(row.allowances, now) else WindowClosed("counted")

    async def _hand(self, outlet: Outlet, place: Place, part: Part) -> SendFailed | None:
        failure: SendFailed
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await outlet.send(place=place, part=part)
            metrics.SENT.labels(place.channel, part.kind).inc()
            return None
        except SendFailed as error:
            failure = error
        except TimeoutError:
            failure = TryLater("timeout")
        except Exception as error:
            log.error("delivery.send.unforeseen", channel=place.channel, error=type(error).__name__, exc_info=error)
            failure = TryLater("unforeseen")
        metrics.FAILED.labels(place.channel, type(failure).__name__, failure.reason[:40]).inc()
        if isinstance(failure, Refused):
            log.warning("delivery.part.refused", channel=place.channel, part=part.kind, reason=failure.reason[:40])
        return failure

    async def _advance(self, row: Row[Any], batch: Batch, index: int, *, sent: bool) -> Row[Any]:
        part, now = batch.parts[index], self._clock.now()
        last = index + 1 == len(batch.parts)
        async with self._database.begin() as conn:
            fresh = await store.by_id(conn, row.id, lock=True)
            if fresh is None:  # he was erased
                return row
            values: dict[str, Any] = {"batch_done": 0 if last else index + 1, "attempts": 0, "busy_until": now + LEASE}
            if last:
                values["batch"] = None
            if part.whole:
                values["delivered_seq"] = max(fresh.delivered_seq, part.upto)
            if sent:
                values["allowances"] = spent(fresh.allowances, now)
                values |= offered(part, first=index == 0)
            await store.change(conn, row.id, **values)
            return await store.by_id(conn, row.id) or row

    async def _park(self, row: Row[Any], batch: Batch, index: int, why: Parked) -> bool:
        """Keeps the rest until he is heard of; what is not half-told is rendered anew then. False when he was heard of meanwhile."""
        anew = {"batch": None, "batch_done": 0} if index == 0 or batch.parts[index - 1].whole else {}
        async with self._database.begin() as conn:
            now = await store.by_id(conn, row.id, lock=True)
            heard = now is not None and now.heard_at != row.heard_at
            if values := anew if heard else {"parked": why, **anew}:
                await store.change(conn, row.id, **values)
        if heard:
            return False
        log.info("delivery.parked", channel=row.channel, conversation_id=row.conversation_id, why=why)
        await self._events.publish(DESK, kind="reach", conversation_id=row.conversation_id)  # whoever serves him wants to know
        return True

    async def _knock(self, outlet: Outlet, place: Place, why: Parked) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await outlet.knock(place=place, why=why)
        except Exception as error:
            log.warning("delivery.knock.failed", channel=place.channel, error=type(error).__name__)

    async def _later(self, row: Row[Any], failure: TryLater) -> float:
        pause = max(failure.after_s, min(_LONGEST_PAUSE_S, 2.0 ** min(row.attempts, 10)))
        await self._change(row, attempts=row.attempts + 1, next_at=self._clock.now() + timedelta(seconds=pause))
        return pause

    async def _change(self, row: Row[Any], **values: Any) -> None:
        async with self._database.begin() as conn:
            await store.change(conn, row.id, **values)

    def _measure(self, row: Row[Any], batch: Batch) -> None:
        if batch.stored_at:
            metrics.LATENCY.labels(row.channel).observe(max(0.0, (self._clock.now() - batch.stored_at).total_seconds()))
