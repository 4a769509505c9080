"""Many citizens, one slot, two processes: exactly as many get it as there are places. With a control that shows the race is real."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from common.clock import SHANGHAI, FixedClock
from common.database import Database
from common.errors import BangbanError
from services.appointments.adapters.local import Administration, LocalProvider
from services.appointments.errors import Busy, SlotTaken
from services.appointments.model import Appointment
from services.appointments.policy import shipped_policy

HALL, LINE = "guangzhou-zhengwu", "id_card"
NOW = datetime(2026, 3, 18, 10, 0, tzinfo=SHANGHAI)
SLOTS = [f"{HALL}.{LINE}.20260319T{t}" for t in ("0900", "0930", "1000", "1030", "1100", "1130", "1300", "1330", "1400")]
ROOT = Path(__file__).resolve().parent.parent.parent
Calls = list[tuple[str, dict[str, Any]]]


class Contenders:
    """Processes that wait for one another and then book all at once."""

    def __init__(self, count: int):
        command = [sys.executable, "-m", "tests.concurrency.contender"]
        self.processes = [subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(count)]

    def run(self, url: str, calls: Calls, *, locked: bool = True) -> list[str]:
        shares = [calls[n :: len(self.processes)] for n in range(len(self.processes))]
        for process, share in zip(self.processes, shares, strict=True):
            self._say(process, json.dumps({"url": url, "locked": locked, "now": NOW.isoformat(), "calls": share}))
        assert [self._hear(p) for p in self.processes] == ["ready"] * len(self.processes)
        for process in self.processes:
            self._say(process, "go")
        return [result for p in self.processes for result in json.loads(self._hear(p))]

    def close(self) -> None:
        for process in self.processes:
            process.stdin.close()
            process.wait(timeout=20)
            process.stdout.close()

    @staticmethod
    def _say(process: subprocess.Popen, line: str) -> None:
        process.stdin.write(line + "\n")
        process.stdin.flush()

    @staticmethod
    def _hear(process: subprocess.Popen) -> str:
        return process.stdout.readline().strip()


@pytest.fixture(scope="module")
def contenders() -> Iterator[Contenders]:
    started = Contenders(2)
    yield started
    started.close()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def provider(database: Database, clock: FixedClock) -> LocalProvider:
    return LocalProvider(database=database, clock=clock)


async def places(database: Database, clock: FixedClock, count: int) -> None:
    await Administration(database=database, clock=clock).set_windows(hall_id=HALL, line=LINE, places=count, staff_id="admin1")


def holds(count: int, slot_id: str = SLOTS[0], *, person: str = "ct_{n}", turn: str = "tn_{n}", guide: str = "g1") -> Calls:
    said = {"person_id": person, "guide_id": guide, "turn_id": turn}
    return [("hold", {"slot_id": slot_id, **{k: v.format(n=n) for k, v in said.items()}}) for n in range(count)]


def taken(url: str, slot_id: str) -> int:
    with psycopg.connect(url) as connection:
        query = "SELECT count(*) FROM appointments.appointment WHERE slot_id = %s AND state IN ('held', 'booked')"
        return connection.execute(query, (slot_id,)).fetchone()[0]


async def race(contenders: Contenders, url: str, calls: Calls, **how: Any) -> list[str]:
    return await asyncio.to_thread(contenders.run, url, calls, **how)


@pytest.mark.parametrize("clients, capacity", [(2, 1), (20, 3), (100, 7)])
async def test_exactly_as_many_as_there_are_places_get_the_slot(
    contenders: Contenders, database: Database, fresh_database_url: str, clock: FixedClock, clients: int, capacity: int
) -> None:
    await places(database, clock, capacity)
    results = Counter(r if r.startswith("appointments.") else "won" for r in await race(contenders, fresh_database_url, holds(clients)))
    assert results == {"won": capacity, "appointments.slot_taken": clients - capacity}
    assert taken(fresh_database_url, SLOTS[0]) == capacity


async def test_without_the_lock_the_same_race_overbooks(
    contenders: Contenders, database: Database, fresh_database_url: str, clock: FixedClock, provider: LocalProvider
) -> None:
    await places(database, clock, 1)
    overbooked = 0
    for slot_id in SLOTS:
        with psycopg.connect(fresh_database_url, autocommit=True) as connection:
            connection.execute("INSERT INTO appointments.slot VALUES (%s)", (slot_id,))  # else the first insert would serialise them
        await race(contenders, fresh_database_url, holds(20, slot_id, person=f"ct_{slot_id[-4:]}_{{n}}"), locked=False)
        overbooked += taken(fresh_database_url, slot_id) > 1
        if overbooked:
            break
    assert overbooked, "the control did not race: the tests above prove nothing"


async def test_many_rounds_never_overbook(contenders: Contenders, database: Database, fresh_database_url: str, clock: FixedClock) -> None:
    await places(database, clock, 2)
    for slot_id in SLOTS:
        await race(contenders, fresh_database_url, holds(16, slot_id, person=f"ct_{slot_id[-4:]}_{{n}}"))
        assert taken(fresh_database_url, slot_id) == 2


async def test_one_turn_tapped_in_two_processes_is_one_appointment(contenders: Contenders, fresh_database_url: str) -> None:
    results = await race(contenders, fresh_database_url, holds(12, person="ct_1", turn="tn_1"))
    assert len(set(results)) == 1 and results[0].startswith("ap_") and taken(fresh_database_url, SLOTS[0]) == 1


async def test_a_double_tap_in_two_turns_is_one_appointment_too(contenders: Contenders, fresh_database_url: str) -> None:
    results = await race(contenders, fresh_database_url, holds(12, person="ct_1"))
    assert len(set(results)) == 1 and taken(fresh_database_url, SLOTS[0]) == 1


async def test_limits_of_a_person_hold_across_processes(contenders: Contenders, fresh_database_url: str) -> None:
    calls = [c for n, slot_id in enumerate(SLOTS) for c in holds(1, slot_id, person="ct_1", turn=f"tn_{n}", guide=f"g{n}")]
    results = await race(contenders, fresh_database_url, calls)
    assert Counter(r[:3] for r in results) == {"ap_": 2, "app": len(SLOTS) - 2}


async def test_of_many_who_move_to_the_last_place_one_gets_it_and_the_rest_keep_theirs(
    contenders: Contenders, database: Database, fresh_database_url: str, clock: FixedClock, provider: LocalProvider
) -> None:
    await places(database, clock, 1)
    mine = [await provider.hold(slot_id=s, person_id=f"ct_{n}", guide_id="g1", turn_id="tn_h") for n, s in enumerate(SLOTS[1:])]
    calls: Calls = [
        ("reschedule", {"appointment_id": a.id, "slot_id": SLOTS[0], "person_id": a.person_id, "turn_id": "tn_m"}) for a in mine
    ]  # fmt: skip
    results = await race(contenders, fresh_database_url, calls)
    assert Counter(r[:3] for r in results) == {"ap_": 1, "app": len(mine) - 1} and taken(fresh_database_url, SLOTS[0]) == 1
    after = [await provider.get(appointment_id=a.id) for a in mine]
    assert sum(a.slot_id == b.slot_id for a, b in zip(mine, after, strict=True)) == len(mine) - 1


async def test_people_exchanging_places_in_both_directions_never_wait_in_a_circle(
    contenders: Contenders, fresh_database_url: str, provider: LocalProvider
) -> None:
    a = [await provider.hold(slot_id=SLOTS[n % 2], person_id=f"ct_{n}", guide_id="g1", turn_id="tn_h") for n in range(6)]
    calls: Calls = [
        ("reschedule", {"appointment_id": x.id, "slot_id": SLOTS[(n + 1) % 2], "person_id": x.person_id, "turn_id": "tn_m"}) for n, x in enumerate(a)
    ]
    results = await race(contenders, fresh_database_url, calls)
    assert "appointments.busy" not in results
    assert taken(fresh_database_url, SLOTS[0]) <= 4 and taken(fresh_database_url, SLOTS[1]) <= 4
    assert taken(fresh_database_url, SLOTS[0]) + taken(fresh_database_url, SLOTS[1]) == 6


async def test_a_slot_locked_by_someone_else_makes_the_booking_wait_and_then_say_busy(
    database: Database, fresh_database_url: str, clock: FixedClock
) -> None:
    impatient = LocalProvider(database=database, clock=clock, policy=shipped_policy().model_copy(update={"lock_timeout_ms": 150}))
    hold = {"slot_id": SLOTS[0], "person_id": "ct_1", "guide_id": "g1", "turn_id": "tn_1"}
    with psycopg.connect(fresh_database_url) as other:
        other.execute("INSERT INTO appointments.slot VALUES (%s)", (SLOTS[0],))
        with pytest.raises(Busy):
            await impatient.hold(**hold)
        other.rollback()
    assert taken(fresh_database_url, SLOTS[0]) == 0
    assert (await impatient.hold(**hold)).state == "held"  # the same call again


async def test_a_booking_that_dies_half_way_leaves_nothing_behind(
    database: Database, fresh_database_url: str, clock: FixedClock, provider: LocalProvider
) -> None:
    await places(database, clock, 1)
    half_way = asyncio.Event()

    class Dying(type(provider._store)):  # type: ignore[misc]
        async def remember(self, c: Any, **_: Any) -> None:
            half_way.set()
            await asyncio.sleep(60)

    victim = asyncio.create_task(
        LocalProvider(database=database, clock=clock, store=Dying()).hold(slot_id=SLOTS[0], person_id="ct_1", guide_id="g1", turn_id="tn_1")
    )
    await asyncio.wait_for(half_way.wait(), 10)
    victim.cancel()
    await asyncio.gather(victim, return_exceptions=True)
    assert (await provider.hold(slot_id=SLOTS[0], person_id="ct_2", guide_id="g1", turn_id="tn_1")).state == "held"
    assert await provider.active(person_id="ct_1") == []


# -- random operations against a model that keeps everything in a list ---------------------------------------------------------
class Model:
    """The rules of booking, written the plainest way, for one window with ``places`` places."""

    def __init__(self, places: int):
        self.places, self.now = places, NOW
        self.all: dict[str, Appointment] = {}

    def open(self, **wanted: str) -> list[Appointment]:
        seen = (a.seen_at(self.now) for a in self.all.values())
        return [a for a in seen if a.state in ("held", "booked") and a.end > self.now and all(getattr(a, k) == v for k, v in wanted.items())]

    def room(self, slot_id: str, *, without: str = "") -> bool:
        return sum(1 for a in self.open(slot_id=slot_id) if a.id != without) < self.places

    def hold(self, person: str, guide: str, slot_id: str) -> str:
        mine = self.open(person_id=person)
        same = next((a for a in mine if a.guide_id == guide), None)
        others = [a for a in mine if a is not same]
        if same and same.slot_id == slot_id:
            return "same"
        if same and same.state == "booked":
            return "appointments.exists"
        if sum(a.state == "held" for a in others) >= 2 or len(others) >= 3:
            return "appointments.too_many"
        return "new" if self.room(slot_id) else "appointments.slot_taken"

    def confirm(self, a: Appointment) -> str:
        a = a.seen_at(self.now)
        if a.state == "cancelled" and a.reason == "expired":
            mine = self.open(person_id=a.person_id)
            if any(b.guide_id == a.guide_id for b in mine):
                return "appointments.exists"
            if len(mine) >= 3:
                return "appointments.too_many"
            return "booked" if self.room(a.slot_id) else "appointments.slot_taken"
        return "booked" if a.state in ("held", "booked") else "appointments.not_changeable"

    def move(self, a: Appointment, slot_id: str) -> str:
        a = a.seen_at(self.now)
        if a.state not in ("held", "booked"):
            return "appointments.not_changeable"
        return "moved" if a.slot_id == slot_id or self.room(slot_id, without=a.id) else "appointments.slot_taken"


@pytest.mark.parametrize("seed", range(6))
async def test_random_operations_end_as_the_plain_model_says(database: Database, clock: FixedClock, provider: LocalProvider, seed: int) -> None:
    chance, model = random.Random(seed), Model(places=1 + seed % 2)
    await places(database, clock, model.places)
    outcomes: Counter[str] = Counter()
    for step in range(120):
        if chance.random() < 0.2:
            clock.moment += timedelta(minutes=chance.choice([1, 4, 10]))
            model.now = clock.now()
        person, slot_id, turn_id = f"ct_{chance.randrange(4)}", chance.choice(SLOTS[:4]), f"tn_{step}"
        what = chance.choice(["hold", "hold", "confirm", "reschedule", "cancel"])
        known = list(model.all.values())
        if what == "hold" or not known:
            guide = f"g{chance.randrange(4)}"
            expected = model.hold(person, guide, slot_id)
            call = provider.hold(slot_id=slot_id, person_id=person, guide_id=guide, turn_id=turn_id)
        else:
            one = chance.choice(known)
            arguments = {"appointment_id": one.id, "person_id": one.person_id, "turn_id": turn_id}
            if what == "confirm":
                expected, call = model.confirm(one), provider.confirm(**arguments)
            elif what == "reschedule":
                expected, call = model.move(one, slot_id), provider.reschedule(slot_id=slot_id, **arguments)
            else:
                expected, call = "cancelled", provider.cancel(**arguments)
        try:
            result = await call
        except BangbanError as error:
            assert error.code == expected, (step, what)
        else:
            assert not expected.startswith("appointments."), (step, what, expected)
            if expected == "new":  # it replaced a hold for the same item
                for old in model.open(person_id=person):
                    if old.guide_id == result.guide_id:
                        model.all[old.id] = replace(old, state="cancelled", reason="replaced")
            model.all[result.id] = result
        outcomes[expected] += 1
        days = await provider.days(hall_id=HALL, line=LINE, days=2)
        left = {s.slot_id: s.left for d in days for s in d.slots}
        assert all(left[s] == model.places - len(model.open(slot_id=s)) >= 0 for s in SLOTS[:4]), step
    assert {"new", "booked", "moved", "appointments.slot_taken", "appointments.not_changeable"} <= set(outcomes), outcomes


async def test_the_refused_are_offered_places_that_are_really_free(database: Database, clock: FixedClock, provider: LocalProvider) -> None:
    await places(database, clock, 1)
    for n in (0, 1):
        await provider.hold(slot_id=SLOTS[n], person_id=f"ct_{n}", guide_id="g1", turn_id="tn_1")
    with pytest.raises(SlotTaken) as refused:
        await provider.hold(slot_id=SLOTS[0], person_id="ct_9", guide_id="g1", turn_id="tn_1")
    offered = [s.slot_id for s in refused.value.alternatives]
    assert offered[0] == SLOTS[2] and SLOTS[1] not in offered
    assert (await provider.hold(slot_id=offered[0], person_id="ct_9", guide_id="g1", turn_id="tn_2")).state == "held"
