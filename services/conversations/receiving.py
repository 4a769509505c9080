"""What citizens write, taken in and taken up: stored first, then in line for its turn; turns whose worker died are taken up again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Sequence
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.database import Database
from common.vault import Vault
from services.conversations import bulk, store
from services.conversations.inbox import LEASE, Inbox, Receipt, Within
from services.conversations.model import Incoming
from services.conversations.pace import Pace
from services.conversations.runner import Runner
from services.conversations.together import Together, Wanted
from services.conversations.triage import emergency
from services.conversations.turns import Turns

log = structlog.get_logger(__name__)
_CLAIMED = 1000  # abandoned conversations at a time


class Receiving:
    """``runner``: None where turns are not run; what is received is then only stored. ``pace``: of what the process does beside receiving."""

    def __init__(self, *, database: Database, vault: Vault, clock: Clock, worker: str, runner: Runner | None, turns_at_once: int):
        self._database, self._clock, self._worker, self.runner, self.pace = database, clock, worker, runner, Pace()
        self._inbox = Inbox(database=database, vault=vault, clock=clock, worker=worker)
        self._together = Together(vault=vault, clock=clock, worker=worker)
        self._turns: Turns | None = None
        if runner is not None:
            renew_s = LEASE.total_seconds() / 4
            self._turns = Turns(step=runner.step, renew=self._renew, pace=self.pace, at_once=turns_at_once, renew_s=renew_s)

    async def receive(self, *, conversation_id: str, incoming: Incoming, label: str | None = None) -> str:
        """Stores the message, starts its turn, and returns the turn's id at once; the same channel message id returns the first turn's."""
        return (await self.received(conversation_id=conversation_id, incoming=incoming, label=label)).turn_id

    async def received(self, *, conversation_id: str, incoming: Incoming, label: str | None = None, within: Within | None = None) -> Receipt:
        """As :meth:`receive`; also says whether it was here before. ``within`` writes in the transaction that stores it, if it was not."""
        receipt = await self._inbox.receive(conversation_id=conversation_id, incoming=incoming, label=label, within=within)
        self._take_up(conversation_id, incoming, receipt)
        return receipt

    async def received_together(self, conn: AsyncConnection, wanted: Sequence[Wanted]) -> list[Receipt | None]:
        """As :meth:`received` for messages of many conversations, in the caller's transaction, never waiting for anybody: None for those whose
        conversation is locked or gone. Once it is committed the caller hands both to :meth:`take_up`. :func:`check` them before."""
        return await self._together.store(conn, wanted)

    def take_up(self, wanted: Sequence[Wanted], receipts: Sequence[Receipt | None]) -> None:
        """Begins the turns of what was received together."""
        for one, receipt in zip(wanted, receipts, strict=True):
            if receipt is not None:
                self._take_up(one.conversation_id, one.incoming, receipt)

    def _take_up(self, conversation_id: str, incoming: Incoming, receipt: Receipt) -> None:
        if self._turns is None or receipt.duplicate:
            return
        urgent = receipt.owner not in ("bot", "closed") or (incoming.kind == "text" and emergency(incoming.content) is not None)
        if receipt.mine:
            self._turns.put(conversation_id, urgent=urgent)
        elif urgent:
            self._turns.hurry(conversation_id)

    async def _renew(self, ids: Collection[str]) -> Collection[str]:
        async with self._database.begin() as conn:
            return await bulk.renew(conn, list(ids), worker=self._worker, until=self._clock.now() + LEASE)

    async def recover(self, *, first: bool = False) -> int:
        """Takes up turns whose worker died; ``first`` (at start) also those of this worker's former life. Returns how many conversations."""
        if first:
            async with self._database.begin() as conn:
                await store.release_all(conn, worker=self._worker)
        count = 0
        while found := await self._claim_abandoned():
            count += len(found)
            if self._turns is not None:
                for conversation_id, owner in found:
                    self._turns.put(conversation_id, urgent=owner not in ("bot", "closed"))
            if len(found) < _CLAIMED:
                break
        return count

    async def _claim_abandoned(self) -> list[tuple[str, str]]:
        now = self._clock.now()
        async with self._database.begin() as conn:
            return await bulk.claim_abandoned(conn, worker=self._worker, now=now, until=now + LEASE, limit=_CLAIMED)

    async def sweep(self, every_s: float = 5.0) -> None:
        """Runs for ever beside the gateway: looks for abandoned turns."""
        await self.recover(first=True)
        while True:
            await asyncio.sleep(every_s)
            with contextlib.suppress(Exception):
                if count := await self.recover():
                    log.info("turn.recovered", conversations=count)

    async def close(self) -> None:
        if self._turns is not None:
            await self._turns.close()

    def status(self) -> dict[str, Any]:
        return {"running_turns": self._turns.running if self._turns else 0, "waiting_turns": self._turns.waiting if self._turns else 0}
