"""The door of the package: jobs that are due, run by one process of however many there are.

Whoever gets PostgreSQL's advisory lock does the round; the others look again later. The lock belongs to a transaction, so a killed
process gives it up at once. When a job last ran is in the database, so a restart neither repeats nor forgets it. A job may be cut
off anywhere and run again: each does its work in transactions of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.database import Database
from services.upkeep.tables import job as jobs

__all__ = ["Job", "LastRun", "Upkeep"]
log = structlog.get_logger(__name__)
_RETRY = timedelta(minutes=1)
_PATIENCE_S = 300.0


@dataclass(frozen=True)
class Job:
    """``work`` answers with how many things it did; it must bear being run twice."""

    name: str
    every: timedelta
    work: Callable[[], Awaitable[int]]


@dataclass(frozen=True)
class LastRun:
    """``failures`` in a row; ``done`` is of the last good run."""

    name: str
    ran_at: datetime
    well: bool
    done: int | None
    failures: int

    def due(self, every: timedelta, now: datetime) -> bool:
        return now >= self.ran_at + (every if self.well else min(every, _RETRY))


class Upkeep:
    def __init__(self, *, database: Database, clock: Clock, jobs: Sequence[Job], patience_s: float = _PATIENCE_S):
        self._database, self._clock, self._jobs, self._patience_s = database, clock, jobs, patience_s

    async def run(self, every_s: float) -> None:
        """Runs for ever beside the gateway: looks every so many seconds for what is due."""
        while True:
            try:
                await self.round()
            except Exception:  # PostgreSQL is away; it will be back
                log.warning("upkeep.round.failed", exc_info=True)
            await asyncio.sleep(every_s)

    async def round(self) -> list[str]:
        """Runs what is due, if no other process is at it; the names of the jobs that were run."""
        async with self._database.begin() as leading:
            if not await leading.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(sa.func.hashtextextended("bangban:upkeep", 0)))):
                return []
            known, now = await self._known(leading), self._clock.now()
            due = [j for j in self._jobs if j.name not in known or known[j.name].due(j.every, now)]
            for job in due:
                await self._run(job)
        return [job.name for job in due]

    async def last_runs(self) -> list[LastRun]:
        """For people who look after the machine."""
        async with self._database.begin() as conn:
            return sorted((await self._known(conn)).values(), key=lambda r: r.name)

    async def _known(self, conn: AsyncConnection) -> dict[str, LastRun]:
        return {row.name: LastRun(**row._mapping) for row in await conn.execute(sa.select(jobs))}

    async def _run(self, job: Job) -> None:
        try:
            async with asyncio.timeout(self._patience_s):  # before Python 3.12 wait_for may lose a cancellation
                done = await job.work()
        except Exception:
            log.exception("upkeep.job.failed", job=job.name)
            await self._note(job, well=False, done=None)
        else:
            if done:
                log.info("upkeep.job.done", job=job.name, done=done)
            await self._note(job, well=True, done=done)

    async def _note(self, job: Job, *, well: bool, done: int | None) -> None:
        """Committed at once: what is done stays done whatever happens to the round."""
        new = insert(jobs).values(name=job.name, ran_at=self._clock.now(), well=well, done=done, failures=0 if well else 1)
        kept = {
            "ran_at": new.excluded.ran_at, "well": well, "failures": 0 if well else jobs.c.failures + 1,
            "done": new.excluded.done if well else jobs.c.done,
        }  # fmt: skip
        async with self._database.begin() as conn:
            await conn.execute(new.on_conflict_do_update(index_elements=[jobs.c.name], set_=kept))
