"""What an administrator sets takes effect at once and leaves booked visits alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from common.clock import SHANGHAI, FixedClock
from common.database import Database
from services.appointments.adapters.local import Administration, LocalProvider
from services.appointments.errors import HallNotFound, SlotClosed, SlotTaken, WrongEntry
from services.appointments.model import Appointment

HALL, LINE = "guangzhou-zhengwu", "id_card"


@pytest.fixture
def administration(database: Database, clock: FixedClock) -> Administration:
    return Administration(database=database, clock=clock)


@pytest.fixture
def provider(database: Database, clock: FixedClock) -> LocalProvider:
    return LocalProvider(database=database, clock=clock)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


async def first_days(provider: LocalProvider, count: int) -> list[int]:
    return [d.date.day for d in await provider.days(hall_id=HALL, line=LINE, days=count)]


async def book(provider: LocalProvider, stamp: str, person: str) -> Appointment:
    held = await provider.hold(slot_id=f"{HALL}.{LINE}.202603{stamp}", person_id=person, guide_id="g1", turn_id="tn_1")
    return await provider.confirm(appointment_id=held.id, person_id=person, turn_id="tn_2")


async def test_a_day_closed_for_a_typhoon_is_not_offered_until_it_is_cleared(administration: Administration, provider: LocalProvider) -> None:
    await administration.set_day(day=date(2026, 3, 19), working=False, name="台风停工", staff_id="admin1")
    assert await first_days(provider, 2) == [18, 20]
    noted = await provider.days(hall_id=HALL, line=LINE, days=2, closed=True)
    assert noted[1].note == "台风停工放假" and not (await administration.calendar()).is_working(date(2026, 3, 19))
    await administration.clear_day(day=date(2026, 3, 19))
    assert await first_days(provider, 2) == [18, 19]


async def test_a_saturday_declared_working_is_offered_with_working_hours(administration: Administration, provider: LocalProvider) -> None:
    await administration.set_day(day=date(2026, 3, 21), working=True, staff_id="admin1")
    assert await first_days(provider, 4) == [18, 19, 20, 21]


async def test_a_notice_entered_whole_ends_the_uncertainty_of_its_year(
    administration: Administration, provider: LocalProvider, clock: FixedClock
) -> None:
    clock.moment = datetime(2027, 1, 27, 8, tzinfo=SHANGHAI)

    async def days() -> dict[date, str | None]:
        return {d.date: d.note for d in await provider.days(hall_id=HALL, line=LINE, days=14, closed=True)}

    before = await days()
    assert before[date(2027, 1, 28)] == "放假安排未公布" and before[date(2027, 2, 8)] == "春节放假"
    assert before[date(2027, 2, 9)] == "放假安排未公布" and before[date(2027, 1, 30)] == "周末不办公"
    # Invented for the test: 春节 2月5日至11日, 1月30日 worked.
    await administration.announce(
        year=2027, source="测试用通知", off={date(2027, 2, 5) + timedelta(n): "春节" for n in range(7)}, worked=[date(2027, 1, 30)], staff_id="admin1"
    )
    after = await days()
    assert after[date(2027, 1, 28)] is None and after[date(2027, 1, 30)] is None and after[date(2027, 2, 9)] == "春节放假"


@pytest.mark.parametrize("off, worked", [
    ({date(2027, 2, 6): "春节"}, [date(2027, 2, 6)]),  # both
    ({date(2029, 2, 6): "春节"}, []),  # another year
    ({}, [date(2027, 2, 3)]),  # a Wednesday is worked anyway
])  # fmt: skip
async def test_a_notice_that_contradicts_itself_changes_nothing(administration: Administration, off: dict, worked: list) -> None:
    with pytest.raises(WrongEntry):
        await administration.announce(year=2027, source="…", off=off, worked=worked, staff_id="admin1")
    assert (await administration.calendar()).arrangement.years == frozenset()


async def test_a_closure_takes_free_slots_and_leaves_the_booked_visit(administration: Administration, provider: LocalProvider) -> None:
    booked = await book(provider, "19T0930", "ct_1")
    closure = await administration.close(starts_at=at(19, 9), ends_at=at(19, 11), reason="系统升级", hall_id=HALL, staff_id="admin1")
    day = (await provider.days(hall_id=HALL, line=LINE, days=2))[1]
    assert day.slots[0].start == at(19, 11)
    with pytest.raises(SlotClosed):
        await book(provider, "19T1000", "ct_2")
    assert await provider.on_day(hall_id=HALL, day=date(2026, 3, 19)) == [booked]
    await administration.reopen(closure_id=closure)
    assert (await book(provider, "19T1000", "ct_2")).state == "booked"


async def test_a_closure_of_all_halls_names_no_hall(administration: Administration, provider: LocalProvider) -> None:
    await administration.close(starts_at=at(19, 0), ends_at=at(20, 0), reason="系统升级", staff_id="admin1")
    assert await first_days(provider, 2) == [18, 20]


async def test_entries_that_make_no_sense_are_refused(administration: Administration) -> None:
    with pytest.raises(WrongEntry):
        await administration.close(starts_at=at(19, 11), ends_at=at(19, 9), reason="停电", staff_id="admin1")
    with pytest.raises(WrongEntry):
        await administration.close(starts_at=at(19, 9), ends_at=at(19, 11), reason=" ", staff_id="admin1")
    with pytest.raises(HallNotFound):
        await administration.close(starts_at=at(19, 9), ends_at=at(19, 11), reason="停电", hall_id="nowhere", staff_id="admin1")
    with pytest.raises(HallNotFound):
        await administration.set_windows(hall_id=HALL, line="marriage", places=1, staff_id="admin1")
    with pytest.raises(WrongEntry):
        await administration.set_windows(hall_id=HALL, line=LINE, places=-1, staff_id="admin1")


async def test_fewer_places_than_booked_leaves_none_and_drops_nobody(administration: Administration, provider: LocalProvider) -> None:
    for n in range(3):
        await book(provider, "19T0900", f"ct_{n}")
    await administration.set_windows(hall_id=HALL, line=LINE, places=1, staff_id="admin1")
    assert (await provider.days(hall_id=HALL, line=LINE, days=2))[1].slots[0].left == 0
    with pytest.raises(SlotTaken):
        await book(provider, "19T0900", "ct_9")
    assert len(await provider.on_day(hall_id=HALL, day=date(2026, 3, 19))) == 3


async def test_visits_on_the_old_grid_still_take_their_time_on_the_new_one(administration: Administration, provider: LocalProvider) -> None:
    await administration.set_windows(hall_id=HALL, line=LINE, places=1, minutes=30, staff_id="admin1")
    await book(provider, "19T0930", "ct_1")  # 9:30 to 10:00
    await administration.set_windows(hall_id=HALL, line=LINE, places=1, minutes=20, staff_id="admin1")
    free = {f"{s.start.astimezone(SHANGHAI):%H:%M}": s.left for s in (await provider.days(hall_id=HALL, line=LINE, days=2))[1].slots}
    assert [free[t] for t in ("09:00", "09:20", "09:40", "10:00")] == [1, 0, 0, 1]
    with pytest.raises(SlotTaken):
        await book(provider, "19T0940", "ct_2")


async def test_a_visit_does_not_stand_in_its_own_way_when_it_moves_a_little(administration: Administration, provider: LocalProvider) -> None:
    await administration.set_windows(hall_id=HALL, line=LINE, places=1, minutes=30, staff_id="admin1")
    booked = await book(provider, "19T0930", "ct_1")
    await administration.set_windows(hall_id=HALL, line=LINE, places=1, minutes=20, staff_id="admin1")
    slot_id = f"{HALL}.{LINE}.20260319T0940"  # overlaps the time it has
    moved = await provider.reschedule(appointment_id=booked.id, slot_id=slot_id, person_id="ct_1", turn_id="tn_3")
    assert (moved.start, moved.end) == (at(19, 9, 40), at(19, 10))
