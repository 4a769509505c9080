"""Jobs run when they are due, by one process of many, whatever is killed meanwhile. On real PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
import sqlalchemy as sa

from common.clock import FixedClock
from common.database import Database
from common.settings import ROOT
from services.upkeep.service import Job, Upkeep

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class Counted:
    """A job that counts its runs; ``broken`` makes it fail."""

    def __init__(self, name: str = "sweep", every: timedelta = DAY):
        self.runs, self.broken, self.job = 0, False, Job(name, every, self)

    async def __call__(self) -> int:
        self.runs += 1
        if self.broken:
            raise RuntimeError("the disk is full")
        return 7


def upkeep(database: Database, clock: FixedClock, *jobs: Counted, **more: float) -> Upkeep:
    return Upkeep(database=database, clock=clock, jobs=[j.job for j in jobs], **more)


async def test_a_job_runs_at_first_and_then_each_time_its_interval_is_over(database: Database, clock: FixedClock) -> None:
    daily, often = Counted("daily", DAY), Counted("often", MINUTE)
    keeper = upkeep(database, clock, daily, often)
    assert await keeper.round() == ["daily", "often"]
    assert await keeper.round() == []
    clock.moment += MINUTE
    assert await keeper.round() == ["often"]
    clock.moment += DAY
    assert await keeper.round() == ["daily", "often"]
    assert [(r.name, r.well, r.done, r.failures) for r in await keeper.last_runs()] == [("daily", True, 7, 0), ("often", True, 7, 0)]


async def test_a_restart_neither_repeats_nor_forgets(database: Database, clock: FixedClock) -> None:
    job = Counted()
    await upkeep(database, clock, job).round()
    clock.moment += DAY - MINUTE
    assert await upkeep(database, clock, job).round() == []
    clock.moment += MINUTE
    assert await upkeep(database, clock, job).round() == ["sweep"]


async def test_a_job_that_fails_is_tried_again_soon_and_stops_no_other(database: Database, clock: FixedClock) -> None:
    bad, good = Counted("bad"), Counted("good")
    bad.broken = True
    keeper = upkeep(database, clock, bad, good)
    for _ in range(3):
        await keeper.round()
        clock.moment += MINUTE
    [failed, fine] = await keeper.last_runs()
    assert (bad.runs, failed.well, failed.failures, failed.done) == (3, False, 3, None)
    assert (good.runs, fine.well) == (1, True)
    bad.broken = False
    await keeper.round()
    assert next((r.well, r.failures, r.done) for r in await keeper.last_runs()) == (True, 0, 7)


async def test_a_job_that_hangs_is_given_up(database: Database, clock: FixedClock) -> None:
    keeper = Upkeep(database=database, clock=clock, jobs=[Job("hangs", DAY, asyncio.Event().wait)], patience_s=0.05)
    await keeper.round()
    assert [(r.name, r.well) for r in await keeper.last_runs()] == [("hangs", False)]


async def test_of_several_workers_one_does_the_round(database: Database, fresh_database_url: str, clock: FixedClock) -> None:
    """The control is the number of runs without the lock: as many as there are workers."""
    started, go = asyncio.Event(), asyncio.Event()
    runs = []

    async def slow() -> int:
        runs.append(1)
        started.set()
        await go.wait()
        return 0

    workers = [Upkeep(database=database, clock=clock, jobs=[Job("slow", DAY, slow)]) for _ in range(4)]
    leader = asyncio.create_task(workers[0].round())
    await started.wait()
    assert [await w.round() for w in workers[1:]] == [[], [], []], "the others do not wait, they look again later"
    go.set()
    assert await leader == ["slow"] and len(runs) == 1
    await asyncio.gather(*(w._run(w._jobs[0]) for w in workers))
    assert len(runs) == 5, "without the lock every worker would have run it"


_KILLED = """
import asyncio, sys
from datetime import timedelta
from common.clock import SystemClock
from common.database import Database
from services.upkeep.service import Job, Upkeep

async def hang():
    print("working", file=sys.stderr, flush=True)
    await asyncio.sleep(600)

async def done():
    return 1

async def main():
    day = timedelta(days=1)
    await Upkeep(database=Database(sys.argv[1]), clock=SystemClock(), jobs=[Job("a", day, done), Job("b", day, hang)]).round()

asyncio.run(main())
"""


@pytest.mark.timeout(60)
async def test_a_leader_killed_in_the_middle_is_followed_at_once_and_what_it_finished_stays_done(
    database: Database, fresh_database_url: str, clock: FixedClock
) -> None:
    leader = subprocess.Popen([sys.executable, "-c", _KILLED, fresh_database_url], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert leader.stderr and await asyncio.to_thread(leader.stderr.readline) == "working\n"
    a, b = Counted("a"), Counted("b")
    async with database.begin() as conn:
        clock.moment = await conn.scalar(sa.select(sa.func.now()))
    keeper = upkeep(database, clock, a, b)
    assert await keeper.round() == [], "the leader lives"
    os.kill(leader.pid, signal.SIGKILL)
    leader.wait()
    for _ in range(100):
        if ran := await keeper.round():
            break
        await asyncio.sleep(0.05)
    assert ran == ["b"] and (a.runs, b.runs) == (0, 1)
