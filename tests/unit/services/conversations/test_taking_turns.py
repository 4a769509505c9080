"""Whose turn is next, and how many may have theirs at the same time. Without a database and without time."""

from __future__ import annotations

import asyncio
import itertools
import math
from collections import Counter
from collections.abc import Callable, Collection

from services.conversations.pace import LEAST, MOST, Pace
from services.conversations.turns import Turns


class Work:
    """Each conversation has so many turns to run; every one waits at the gate."""

    def __init__(self, *, at_once: int = 2, reserve: int = 1, renew_s: float = 3600, pace: Pace | None = None) -> None:
        self.left: Counter[str] = Counter()
        self.began: list[str] = []
        self.running, self.most = 0, 0
        self.gate = asyncio.Event()
        self.renewed: list[list[str]] = []
        self.lost: set[str] = set()
        self.pace = pace or Pace()
        self.turns = Turns(step=self._step, renew=self._renew, pace=self.pace, at_once=at_once, reserve=reserve, renew_s=renew_s)

    async def _step(self, conversation_id: str) -> bool:
        self.began.append(conversation_id)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await self.gate.wait()
            await asyncio.sleep(0)
        finally:
            self.running -= 1
        self.left[conversation_id] -= 1
        return self.left[conversation_id] > 0

    async def _renew(self, ids: Collection[str]) -> Collection[str]:
        self.renewed.append(sorted(ids))
        return set(ids) - self.lost

    def say(self, conversation_id: str, times: int = 1, *, urgent: bool = False) -> None:
        self.left[conversation_id] += times
        self.turns.put(conversation_id, urgent=urgent)

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not holds():
                await asyncio.sleep(0)

    async def ends(self) -> None:
        self.gate.set()
        async with asyncio.timeout(30):
            while self.turns.running or self.turns.waiting:
                await asyncio.sleep(0)
        await self.turns.close()


async def test_ten_thousand_citizens_are_not_ten_thousand_coroutines() -> None:
    work = Work(at_once=8)
    before = len(asyncio.all_tasks())
    for k in range(10_000):
        work.say(f"cv_{k}")
    await asyncio.sleep(0)
    assert (work.turns.running, work.turns.waiting) == (8, 9_992) and len(asyncio.all_tasks()) - before <= 9  # and the one that keeps leases
    await work.ends()
    assert work.most == 8 and sorted(work.began) == sorted(f"cv_{k}" for k in range(10_000))


async def test_who_has_much_to_say_does_not_keep_the_others_waiting() -> None:
    work = Work(at_once=1)
    work.say("much", 50)
    for k in range(5):
        work.say(f"cv_{k}")
    await work.ends()
    assert work.began[:7] == ["much", "cv_0", "cv_1", "cv_2", "cv_3", "cv_4", "much"] and work.began.count("much") == 50


async def test_no_conversation_has_two_turns_at_once() -> None:
    work = Work(at_once=4)
    work.say("one", 3)
    await asyncio.sleep(0)
    work.turns.put("one")
    work.turns.put("one", urgent=True)
    await asyncio.sleep(0)
    assert work.began == ["one"] and work.turns.running == 1
    await work.ends()
    assert work.most == 1


async def test_an_emergency_goes_before_those_in_line_and_finds_a_place_when_all_are_taken() -> None:
    work = Work(at_once=2, reserve=1)
    for k in range(5):
        work.say(f"cv_{k}")
    work.say("help", urgent=True)
    await asyncio.sleep(0)
    assert work.began == ["cv_0", "cv_1", "help"]
    work.turns.hurry("cv_4")
    await work.ends()
    assert work.began[3] == "cv_4"


def flooded(pace: Pace, now: list[float]) -> None:
    """Arrivals have been waiting for two seconds, and still do."""
    for _ in range(20):
        now[0] += 0.1
        pace.note(0.5)


async def test_while_arrivals_wait_turns_are_begun_one_by_one_and_then_all_of_them_again() -> None:
    now = [0.0]
    work = Work(at_once=8, pace=Pace(aim_s=0.03, clock=lambda: now[0]))
    flooded(work.pace, now)
    for k in range(20):
        work.say(f"cv_{k}")
    await asyncio.sleep(0)
    assert work.turns.running == 1
    work.gate.set()
    await work.until(lambda: work.turns.running == 0)
    await asyncio.sleep(0.01)
    assert work.turns.running == 0 and work.turns.waiting == 19, "the next begins after a while, not at once"
    work.gate.clear()
    now[0] += 1 / LEAST
    work.pace.note(0.5)
    await work.until(lambda: work.turns.running == 1)
    now[0] += 1.0  # nothing arrives any more, and nothing ends: it looks again by itself
    await work.until(lambda: work.turns.running == 8)
    await work.ends()


async def test_a_word_in_an_emergency_does_not_wait_for_the_pace() -> None:
    now = [0.0]
    work = Work(at_once=8, pace=Pace(aim_s=0.03, clock=lambda: now[0]))
    flooded(work.pace, now)
    for k in range(3):
        work.say(f"cv_{k}")
    work.say("help", urgent=True)
    await asyncio.sleep(0)
    assert sorted(work.began) == ["cv_0", "help"]
    now[0] += 10.0
    await work.ends()


async def test_leases_of_those_in_line_are_kept_and_who_lost_his_is_let_go() -> None:
    work = Work(at_once=1, renew_s=0.01)
    work.lost = {"gone"}
    for name in ("first", "gone", "last"):
        work.say(name)
    async with asyncio.timeout(30):
        while len(work.renewed) < 2:
            await asyncio.sleep(0.01)
    assert work.renewed[0] == ["first", "gone", "last"] and work.renewed[1] == ["first", "last"]
    await work.ends()
    assert work.began == ["first", "last"]


async def test_a_turn_that_breaks_gives_its_place_to_the_next() -> None:
    async def breaks(conversation_id: str) -> bool:
        began.append(conversation_id)
        raise RuntimeError

    async def kept(ids: Collection[str]) -> Collection[str]:
        return ids

    began: list[str] = []
    turns = Turns(step=breaks, renew=kept, pace=Pace(), at_once=1, renew_s=3600)
    for name in "abc":
        turns.put(name)
    async with asyncio.timeout(30):
        while turns.running or turns.waiting:
            await asyncio.sleep(0)
    assert began == ["a", "b", "c"]
    await turns.close()


def test_the_pace_halves_when_arrivals_wait_and_comes_back_slowly() -> None:
    now = [0.0]
    pace = Pace(aim_s=0.03, clock=lambda: now[0])
    assert pace.rate() == math.inf
    pace.note(0.1)
    careful = pace.rate()
    assert careful < MOST / 10, "one long wait, and work is begun carefully"
    for _ in range(50):
        pace.note(0.1)
    assert pace.rate() == careful, "those who waited for the same moment are one reason"
    now[0] += 0.1
    pace.note(0.1)
    assert pace.rate() == careful / 2
    flooded(pace, now)
    assert pace.rate() == LEAST, "never nothing"
    came = [LEAST]
    for _ in range(10):  # seconds of arrivals that did not wait
        for _ in range(100):
            now[0] += 0.01
            pace.note(0.001)
        came.append(pace.rate())
    assert all(before < after < 3 * before for before, after in itertools.pairwise(came)), "without a leap"
    assert came[4] < 50 < came[10]
    now[0] += 10.0
    assert pace.rate() == math.inf, "nothing arrives any more"


def test_work_is_begun_evenly_and_what_was_not_begun_is_not_made_up_for_at_once() -> None:
    now = [0.0]
    pace = Pace(aim_s=0.03, clock=lambda: now[0])
    begins = pace.begins()
    assert begins.room() == math.inf, "nothing stands in the way"
    flooded(pace, now)
    assert begins.room() == 1, "two seconds without a beginning are one beginning"
    begins.spent()
    assert begins.room() == 0 and begins.pause_s() > 0
    now[0] += begins.pause_s() * 0.9
    pace.note(0.5)
    assert begins.room() == 0
    now[0] += 0.06
    pace.note(0.5)
    assert begins.room() == 1
