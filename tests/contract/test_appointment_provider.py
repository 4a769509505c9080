"""One suite for every booking platform: what :mod:`services.appointments.ports` promises."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import pytest

from common.clock import SHANGHAI, FixedClock
from common.database import Database
from common.errors import BangbanError
from services.appointments.adapters.http import HttpProvider
from services.appointments.adapters.local import Administration, LocalProvider
from services.appointments.errors import (
    AppointmentExists,
    AppointmentNotFound,
    HallNotFound,
    NotChangeable,
    SlotClosed,
    SlotPast,
    SlotTaken,
    TooManyAppointments,
)
from services.appointments.model import Appointment, Slot
from services.appointments.ports import AppointmentProvider
from tests.contract.booking_platform import BookingPlatform, platform_client

HALL, LINE = "guangzhou-zhengwu", "id_card"


@pytest.fixture(params=["local", "http"])
async def provider(request: pytest.FixtureRequest, database: Database, clock: FixedClock) -> AsyncIterator[AppointmentProvider]:
    local = LocalProvider(database=database, clock=clock)
    if request.param == "local":
        yield local
    else:
        async with platform_client(BookingPlatform(local)) as client:
            yield HttpProvider(client=client)


@pytest.fixture
async def one_place(database: Database, clock: FixedClock) -> None:
    await Administration(database=database, clock=clock).set_windows(hall_id=HALL, line=LINE, places=1, staff_id="admin1")


class Turns:
    def __init__(self) -> None:
        self.number = 0

    def __call__(self) -> str:
        self.number += 1
        return f"tn_{self.number}"


@pytest.fixture
def turn() -> Turns:
    return Turns()


async def slots(provider: AppointmentProvider, person: str | None = None) -> list[Slot]:
    days = await provider.days(hall_id=HALL, line=LINE, person_id=person, days=2)
    return [slot for day in days for slot in day.slots]


async def left(provider: AppointmentProvider, slot_id: str, person: str | None = None) -> int:
    return next(s.left for s in await slots(provider, person) if s.slot_id == slot_id)


async def hold(provider: AppointmentProvider, slot: Slot, person: str, turn_id: str, guide: str = "g1", **more: object) -> Appointment:
    return await provider.hold(slot_id=slot.slot_id, person_id=person, guide_id=guide, turn_id=turn_id, **more)  # type: ignore[arg-type]


async def book(provider: AppointmentProvider, slot: Slot, person: str, turn: Turns, guide: str = "g1") -> Appointment:
    held = await hold(provider, slot, person, turn(), guide)
    return await provider.confirm(appointment_id=held.id, person_id=person, turn_id=turn())


# -- looking ------------------------------------------------------------------------------------------------------------------
async def test_days_are_open_days_in_order_with_their_weekday(provider: AppointmentProvider) -> None:
    days = await provider.days(hall_id=HALL, line=LINE, days=4)
    assert [(d.date.day, d.weekday) for d in days] == [(18, "周三"), (19, "周四"), (20, "周五"), (23, "周一")]
    assert days[0].slots[0].start == datetime(2026, 3, 18, 11, tzinfo=SHANGHAI)  # an hour from 10:00
    assert all(s.left == s.capacity == 4 and s.end - s.start == timedelta(minutes=30) for d in days for s in d.slots)


async def test_closed_days_between_are_listed_with_their_reason_when_asked_for(provider: AppointmentProvider) -> None:
    days = await provider.days(hall_id=HALL, line=LINE, days=4, closed=True)
    assert [(d.date.day, d.note) for d in days if not d.slots] == [(21, "周末不办公"), (22, "周末不办公")]


async def test_days_begin_where_asked_and_never_before_today(provider: AppointmentProvider) -> None:
    [later] = await provider.days(hall_id=HALL, line=LINE, start=date(2026, 3, 28), days=1)
    [now] = await provider.days(hall_id=HALL, line=LINE, start=date(2020, 1, 1), days=1)
    assert (later.date, now.date) == (date(2026, 3, 30), date(2026, 3, 18))


async def test_beyond_the_horizon_there_are_no_days(provider: AppointmentProvider) -> None:
    assert await provider.days(hall_id=HALL, line=LINE, start=date(2026, 6, 1)) == []


@pytest.mark.parametrize("hall, line", [("no-such-hall", LINE), (HALL, "marriage"), (HALL, "no_such_line")])
async def test_an_unknown_hall_or_line_is_named_as_such(provider: AppointmentProvider, hall: str, line: str) -> None:
    with pytest.raises(HallNotFound):
        await provider.days(hall_id=hall, line=line)


# -- hold and confirm -----------------------------------------------------------------------------------------------------------
async def test_a_hold_takes_a_place_from_others_but_not_from_its_holder(provider: AppointmentProvider, turn: Turns) -> None:
    slot = (await slots(provider))[0]
    held = await hold(provider, slot, "ct_1", turn(), bring=("户口簿",), title="补领")
    assert (held.state, held.bring, held.title, len(held.code)) == ("held", ("户口簿",), "补领", 8)
    assert held.expires_at == held.created_at + timedelta(minutes=10)
    assert await left(provider, slot.slot_id, "ct_2") == 3 and await left(provider, slot.slot_id, "ct_1") == 4


async def test_a_confirmed_hold_is_booked_and_found_again(provider: AppointmentProvider, turn: Turns) -> None:
    booked = await book(provider, (await slots(provider))[0], "ct_1", turn)
    assert (booked.state, booked.expires_at) == ("booked", None)
    assert await provider.get(appointment_id=booked.id) == booked
    assert await provider.active(person_id="ct_1") == [booked] and await provider.active(person_id="ct_2") == []


async def test_the_same_call_of_the_same_turn_is_done_once(provider: AppointmentProvider, turn: Turns) -> None:
    slot = (await slots(provider))[0]
    first, again = await hold(provider, slot, "ct_1", "tn_a"), await hold(provider, slot, "ct_1", "tn_a")
    assert first == again and await left(provider, slot.slot_id) == 3
    one = await provider.confirm(appointment_id=first.id, person_id="ct_1", turn_id="tn_b")
    assert one == await provider.confirm(appointment_id=first.id, person_id="ct_1", turn_id="tn_b")


async def test_two_taps_at_once_take_one_place(provider: AppointmentProvider) -> None:
    slot = (await slots(provider))[0]
    taps = await asyncio.gather(*(hold(provider, slot, "ct_1", f"tn_{n % 2}") for n in range(6)))
    assert len({t.id for t in taps}) == 1 and await left(provider, slot.slot_id) == 3


async def test_a_repeated_call_does_not_undo_what_came_after_it(provider: AppointmentProvider, turn: Turns) -> None:
    slot = (await slots(provider))[0]
    held = await hold(provider, slot, "ct_1", "tn_a")
    await provider.cancel(appointment_id=held.id, person_id="ct_1", turn_id=turn())
    assert (await hold(provider, slot, "ct_1", "tn_a")).state == "cancelled" and await left(provider, slot.slot_id) == 4


async def test_a_full_slot_is_refused_with_the_nearest_free_ones(provider: AppointmentProvider, one_place: None, turn: Turns) -> None:
    free = await slots(provider)
    await book(provider, free[4], "ct_1", turn)
    with pytest.raises(SlotTaken) as refused:
        await hold(provider, free[4], "ct_2", turn())
    assert [s.slot_id for s in refused.value.alternatives] == [free[n].slot_id for n in (3, 5, 2)]
    assert all(s.left == 1 for s in refused.value.alternatives) and await provider.active(person_id="ct_2") == []


async def test_another_time_picked_before_confirming_replaces_the_hold(provider: AppointmentProvider, turn: Turns) -> None:
    free = await slots(provider)
    first, second = await hold(provider, free[0], "ct_1", turn()), await hold(provider, free[1], "ct_1", turn())
    assert (await provider.get(appointment_id=first.id)).state == "cancelled"
    assert [a.id for a in await provider.active(person_id="ct_1")] == [second.id]
    assert await left(provider, free[0].slot_id) == 4


async def test_a_hold_is_kept_when_the_place_picked_instead_is_lost(provider: AppointmentProvider, one_place: None, turn: Turns) -> None:
    free = await slots(provider)
    mine = await hold(provider, free[0], "ct_1", turn())
    await book(provider, free[1], "ct_2", turn)
    with pytest.raises(SlotTaken):
        await hold(provider, free[1], "ct_1", turn())
    assert (await provider.get(appointment_id=mine.id)).state == "held"


@pytest.mark.parametrize("slot_id, error", [
    (f"{HALL}.{LINE}.20260318T1030", SlotPast), (f"{HALL}.{LINE}.20260317T0900", SlotPast), (f"{HALL}.{LINE}.20260321T0900", SlotClosed),
    (f"{HALL}.{LINE}.20260601T0900", SlotClosed), (f"{HALL}.marriage.20260319T0900", SlotClosed), ("nowhere.id_card.20260319T0900", SlotClosed),
    ("nonsense", SlotClosed), ("a/../b", SlotClosed),
])  # fmt: skip
async def test_a_slot_that_cannot_be_taken_says_why(provider: AppointmentProvider, turn: Turns, slot_id: str, error: type[BangbanError]) -> None:
    with pytest.raises(error):
        await provider.hold(slot_id=slot_id, person_id="ct_1", guide_id="g1", turn_id=turn())


async def test_a_slot_of_a_line_that_does_not_take_the_item_is_refused(provider: AppointmentProvider, turn: Turns) -> None:
    slot = (await slots(provider))[0]
    with pytest.raises(SlotClosed):
        await hold(provider, slot, "ct_1", turn(), lines=("marriage",))
    held = await hold(provider, slot, "ct_1", turn(), lines=(LINE,))
    with pytest.raises(SlotClosed):
        await provider.reschedule(appointment_id=held.id, slot_id=slot.slot_id.replace(LINE, "tax"), person_id="ct_1", turn_id=turn())


# -- expiry -------------------------------------------------------------------------------------------------------------------
async def test_an_expired_hold_is_free_for_others_the_moment_it_runs_out(
    provider: AppointmentProvider, one_place: None, turn: Turns, clock: FixedClock
) -> None:
    slot = (await slots(provider))[3]
    held = await hold(provider, slot, "ct_1", turn())
    clock.moment += timedelta(minutes=9, seconds=59)
    with pytest.raises(SlotTaken):
        await hold(provider, slot, "ct_2", turn())
    clock.moment += timedelta(seconds=1)
    assert await left(provider, slot.slot_id) == 1
    assert (lost := await provider.get(appointment_id=held.id)).state == "cancelled" and lost.reason == "expired"
    assert await provider.active(person_id="ct_1") == []
    assert (await book(provider, slot, "ct_2", turn)).state == "booked"


async def test_confirming_too_late_still_works_while_the_place_is_free(provider: AppointmentProvider, turn: Turns, clock: FixedClock) -> None:
    held = await hold(provider, (await slots(provider))[3], "ct_1", turn())
    clock.moment += timedelta(minutes=11)
    assert (await provider.confirm(appointment_id=held.id, person_id="ct_1", turn_id=turn())).state == "booked"


async def test_confirming_too_late_loses_to_whoever_took_the_place(
    provider: AppointmentProvider, one_place: None, turn: Turns, clock: FixedClock
) -> None:
    slot = (await slots(provider))[3]
    held = await hold(provider, slot, "ct_1", turn())
    clock.moment += timedelta(minutes=11)
    await book(provider, slot, "ct_2", turn)
    with pytest.raises(SlotTaken) as refused:
        await provider.confirm(appointment_id=held.id, person_id="ct_1", turn_id=turn())
    assert refused.value.alternatives and await left(provider, slot.slot_id) == 0


async def test_a_hold_given_up_after_it_ran_out_stays_given_up(provider: AppointmentProvider, turn: Turns, clock: FixedClock) -> None:
    held = await hold(provider, (await slots(provider))[3], "ct_1", turn())
    clock.moment += timedelta(minutes=11)
    assert (await provider.cancel(appointment_id=held.id, person_id="ct_1", turn_id=turn())).reason == "citizen"
    with pytest.raises(NotChangeable):
        await provider.confirm(appointment_id=held.id, person_id="ct_1", turn_id=turn())


async def test_a_visit_that_has_begun_cannot_be_confirmed(provider: AppointmentProvider, turn: Turns, clock: FixedClock) -> None:
    slot = (await slots(provider))[0]
    held = await hold(provider, slot, "ct_1", turn())
    clock.moment = slot.start.astimezone(SHANGHAI)
    with pytest.raises(SlotPast):
        await provider.confirm(appointment_id=held.id, person_id="ct_1", turn_id=turn())


# -- limits -------------------------------------------------------------------------------------------------------------------
async def test_one_item_has_one_booking_and_the_refusal_carries_it(provider: AppointmentProvider, turn: Turns) -> None:
    free = await slots(provider)
    booked = await book(provider, free[0], "ct_1", turn)
    with pytest.raises(AppointmentExists) as refused:
        await hold(provider, free[1], "ct_1", turn())
    assert refused.value.existing == booked and await left(provider, free[1].slot_id) == 4


async def test_no_more_than_two_places_are_held_at_a_time(provider: AppointmentProvider, turn: Turns) -> None:
    free = await slots(provider)
    await hold(provider, free[0], "ct_1", turn(), "g1")
    await hold(provider, free[1], "ct_1", turn(), "g2")
    with pytest.raises(TooManyAppointments) as refused:
        await hold(provider, free[2], "ct_1", turn(), "g3")
    assert (refused.value.data["limit"], refused.value.fields) == (2, {"limit": 2, "what": "held"})


async def test_no_more_than_three_visits_are_open_at_a_time(provider: AppointmentProvider, turn: Turns) -> None:
    free = await slots(provider)
    for n in range(3):
        await book(provider, free[n], "ct_1", turn, f"g{n}")
    with pytest.raises(TooManyAppointments) as refused:
        await hold(provider, free[4], "ct_1", turn(), "g9")
    assert refused.value.fields == {"limit": 3, "what": "active"}


async def test_limits_hold_under_simultaneous_taps(provider: AppointmentProvider) -> None:
    free = await slots(provider)
    results = await asyncio.gather(*(hold(provider, free[n], "ct_1", f"tn_{n}", f"g{n}") for n in range(6)), return_exceptions=True)
    assert sum(isinstance(r, Appointment) for r in results) == 2
    assert sum(isinstance(r, TooManyAppointments) for r in results) == 4


async def test_a_visit_that_is_over_counts_no_more(provider: AppointmentProvider, turn: Turns, clock: FixedClock) -> None:
    booked = await book(provider, (await slots(provider))[0], "ct_1", turn)
    clock.moment = booked.end.astimezone(SHANGHAI) + timedelta(minutes=1)
    assert (await hold(provider, (await slots(provider))[0], "ct_1", turn())).state == "held"


# -- moving and cancelling ----------------------------------------------------------------------------------------------------
async def test_moving_gives_the_old_place_back_and_keeps_the_code(provider: AppointmentProvider, turn: Turns) -> None:
    free = await slots(provider)
    booked = await book(provider, free[0], "ct_1", turn)
    moved = await provider.reschedule(appointment_id=booked.id, slot_id=free[1].slot_id, person_id="ct_1", turn_id="tn_m")
    assert (moved.id, moved.code, moved.state, moved.start, moved.sequence) == (booked.id, booked.code, "booked", free[1].start, booked.sequence + 1)
    assert (await left(provider, free[0].slot_id), await left(provider, free[1].slot_id)) == (4, 3)
    assert moved == await provider.reschedule(appointment_id=booked.id, slot_id=free[1].slot_id, person_id="ct_1", turn_id="tn_m")


async def test_the_old_place_is_kept_when_the_new_one_is_lost(provider: AppointmentProvider, one_place: None, turn: Turns) -> None:
    free = await slots(provider)
    mine = await book(provider, free[0], "ct_1", turn)
    await book(provider, free[1], "ct_2", turn)
    with pytest.raises(SlotTaken):
        await provider.reschedule(appointment_id=mine.id, slot_id=free[1].slot_id, person_id="ct_1", turn_id=turn())
    assert await provider.get(appointment_id=mine.id) == mine and await left(provider, free[0].slot_id) == 0


async def test_two_people_swapping_full_places_both_keep_their_own(provider: AppointmentProvider, one_place: None, turn: Turns) -> None:
    free = await slots(provider)
    a, b = await book(provider, free[0], "ct_1", turn), await book(provider, free[1], "ct_2", turn)
    results = await asyncio.gather(
        provider.reschedule(appointment_id=a.id, slot_id=free[1].slot_id, person_id="ct_1", turn_id="tn_x"),
        provider.reschedule(appointment_id=b.id, slot_id=free[0].slot_id, person_id="ct_2", turn_id="tn_y"),
        return_exceptions=True,
    )  # fmt: skip
    assert [type(r) for r in results] == [SlotTaken, SlotTaken]
    assert await provider.get(appointment_id=a.id) == a and await provider.get(appointment_id=b.id) == b


async def test_moving_to_where_it_is_changes_nothing(provider: AppointmentProvider, one_place: None, turn: Turns) -> None:
    booked = await book(provider, (await slots(provider))[0], "ct_1", turn)
    assert await provider.reschedule(appointment_id=booked.id, slot_id=booked.slot_id, person_id="ct_1", turn_id=turn()) == booked


async def test_a_visit_may_move_to_another_hall(provider: AppointmentProvider, turn: Turns) -> None:
    booked = await book(provider, (await slots(provider))[0], "ct_1", turn)
    [day] = await provider.days(hall_id="haizhu-zhengwu", line=LINE, days=1)
    moved = await provider.reschedule(appointment_id=booked.id, slot_id=day.slots[0].slot_id, person_id="ct_1", turn_id=turn())
    assert moved.hall_id == "haizhu-zhengwu" and await left(provider, booked.slot_id) == 4


async def test_cancelling_frees_the_place_and_may_be_said_twice(provider: AppointmentProvider, turn: Turns) -> None:
    booked = await book(provider, (await slots(provider))[0], "ct_1", turn)
    first = await provider.cancel(appointment_id=booked.id, person_id="ct_1", turn_id=turn())
    again = await provider.cancel(appointment_id=booked.id, person_id="ct_1", turn_id=turn())
    assert (first.state, first.reason, first.sequence) == ("cancelled", "citizen", 1) and again == first
    assert await left(provider, booked.slot_id) == 4 and await provider.active(person_id="ct_1") == []


async def test_after_cancelling_the_item_can_be_booked_anew(provider: AppointmentProvider, turn: Turns) -> None:
    slot = (await slots(provider))[0]
    old = await book(provider, slot, "ct_1", turn)
    await provider.cancel(appointment_id=old.id, person_id="ct_1", turn_id=turn())
    new = await book(provider, slot, "ct_1", turn)
    assert new.id != old.id and new.code != old.code


async def test_what_is_cancelled_or_has_begun_cannot_be_changed(provider: AppointmentProvider, turn: Turns, clock: FixedClock) -> None:
    free = await slots(provider)
    gone, begun = await book(provider, free[0], "ct_1", turn), await book(provider, free[1], "ct_1", turn, "g2")
    await provider.cancel(appointment_id=gone.id, person_id="ct_1", turn_id=turn())
    with pytest.raises(NotChangeable):
        await provider.confirm(appointment_id=gone.id, person_id="ct_1", turn_id=turn())
    with pytest.raises(NotChangeable):
        await provider.reschedule(appointment_id=gone.id, slot_id=free[3].slot_id, person_id="ct_1", turn_id=turn())
    clock.moment = begun.start.astimezone(SHANGHAI)
    for change in (provider.cancel(appointment_id=begun.id, person_id="ct_1", turn_id=turn()),
                   provider.reschedule(appointment_id=begun.id, slot_id=free[-1].slot_id, person_id="ct_1", turn_id=turn())):  # fmt: skip
        with pytest.raises(NotChangeable) as refused:
            await change
        assert refused.value.fields == {"state": "booked"}


async def test_somebody_elses_appointment_does_not_exist_for_me(provider: AppointmentProvider, turn: Turns) -> None:
    free = await slots(provider)
    theirs = await hold(provider, free[0], "ct_1", turn())
    for change in (provider.confirm(appointment_id=theirs.id, person_id="ct_2", turn_id=turn()),
                   provider.cancel(appointment_id=theirs.id, person_id="ct_2", turn_id=turn()),
                   provider.reschedule(appointment_id=theirs.id, slot_id=free[1].slot_id, person_id="ct_2", turn_id=turn()),
                   provider.get(appointment_id="ap_nothing")):  # fmt: skip
        with pytest.raises(AppointmentNotFound):
            await change
    assert (await provider.get(appointment_id=theirs.id)).state == "held"


# -- the day itself -----------------------------------------------------------------------------------------------------------
async def test_the_hall_says_who_came_and_who_did_not(provider: AppointmentProvider, turn: Turns, clock: FixedClock) -> None:
    free = await slots(provider)
    came, missed = await book(provider, free[0], "ct_1", turn), await book(provider, free[1], "ct_2", turn)
    clock.moment = missed.end.astimezone(SHANGHAI) + timedelta(minutes=5)
    assert (await provider.visited(appointment_id=came.id, came=True, staff_id="st_1")).state == "completed"
    assert (await provider.visited(appointment_id=missed.id, came=False, staff_id="st_1")).state == "no_show"
    assert (await provider.visited(appointment_id=missed.id, came=True, staff_id="st_1")).state == "completed"  # came late after all


async def test_a_visit_is_not_judged_before_its_time(provider: AppointmentProvider, turn: Turns, clock: FixedClock) -> None:
    tomorrow = next(s for s in await slots(provider) if s.start.astimezone(SHANGHAI).date() == date(2026, 3, 19))
    booked = await book(provider, tomorrow, "ct_1", turn)
    for came in (True, False):
        with pytest.raises(NotChangeable):
            await provider.visited(appointment_id=booked.id, came=came, staff_id="st_1")
    clock.moment = booked.start.astimezone(SHANGHAI)
    with pytest.raises(NotChangeable):  # still time to come
        await provider.visited(appointment_id=booked.id, came=False, staff_id="st_1")
