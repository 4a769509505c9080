"""Slots of a window, against the rules and against a model that walks minute by minute."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.clock import SHANGHAI, local
from knowledge.schema.hall import Hall
from services.appointments.calendar import WorkingCalendar
from services.appointments.errors import SlotClosed, SlotPast
from services.appointments.model import SlotKey
from services.appointments.policy import shipped_policy
from services.appointments.timetable import Closure, Timetable

WEEK = {"mon-fri": [["09:00", "12:00"], ["13:00", "17:00"]]}


def hall(**hours: object) -> Hall:
    published = {"hours": {"text": "…", **hours}} if hours else {}
    return Hall.model_validate(
        {"id": "a", "name": "厅", "district": "天河区", "code": "440106", "type": "民政", "lines": ["id_card"], "reliability": "page", **published}
    )


def table(of: Hall | None = None, **changes: object) -> Timetable:
    given = {"hall": of or hall(weekly=WEEK), "line": "id_card", "policy": shipped_policy(), "calendar": WorkingCalendar(), **changes}
    return Timetable(**given)  # type: ignore[arg-type]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=SHANGHAI)


def starts(timetable: Timetable, day: date) -> list[str]:
    return [f"{local(start):%H:%M}" for start, _ in timetable.slots(day)]


WEDNESDAY = date(2026, 3, 18)


def test_an_ordinary_day_is_cut_into_half_hours_with_the_lunch_break_left_out() -> None:
    assert starts(table(), WEDNESDAY) == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30",
                                          "13:00", "13:30", "14:00", "14:30", "15:00", "15:30", "16:00", "16:30"]  # fmt: skip


def test_a_rest_shorter_than_a_slot_is_not_offered() -> None:
    assert starts(table(hall(weekly={"wed": [["09:00", "10:10"]]})), WEDNESDAY) == ["09:00", "09:30"]


def test_a_hall_is_closed_on_weekends_unless_it_states_saturday_hours() -> None:
    saturday = date(2026, 3, 21)
    assert starts(table(), saturday) == []
    assert starts(table(hall(weekly={**WEEK, "sat": [["09:00", "10:00"]]})), saturday) == ["09:00", "09:30"]


def test_a_saturday_inside_a_holiday_is_closed_even_with_saturday_hours() -> None:
    assert starts(table(hall(weekly={**WEEK, "sat": [["09:00", "10:00"]]})), date(2026, 10, 3)) == []


def test_a_weekend_day_worked_for_a_holiday_keeps_working_hours() -> None:
    assert starts(table(), date(2026, 10, 10)) == starts(table(), WEDNESDAY)


def test_a_registry_that_opens_on_the_festival_itself_does_so_on_that_day_alone() -> None:
    registry = hall(weekly=WEEK, holidays={"names": ["国庆节"], "intervals": [["09:00", "10:00"]]})
    assert starts(table(registry), date(2026, 10, 1)) == ["09:00", "09:30"]
    assert starts(table(registry), date(2026, 10, 2)) == []


def test_a_hall_without_published_hours_follows_the_policy() -> None:
    assert starts(table(hall()), WEDNESDAY) == starts(table(), WEDNESDAY)


def test_a_closure_takes_every_slot_it_touches_and_no_other() -> None:
    closed = Closure(at(WEDNESDAY, 9, 45), at(WEDNESDAY, 11), "停电", hall_id="a")
    assert starts(table(closures=[closed]), WEDNESDAY)[:3] == ["09:00", "11:00", "11:30"]


@pytest.mark.parametrize("elsewhere", [{"hall_id": "b"}, {"hall_id": "a", "line": "tax"}, {"line": "tax"}])
def test_a_closure_of_another_hall_or_line_changes_nothing(elsewhere: dict) -> None:
    assert starts(table(closures=[Closure(at(WEDNESDAY, 0), at(WEDNESDAY, 23), "停电", **elsewhere)]), WEDNESDAY) == starts(table(), WEDNESDAY)


def test_a_slot_must_begin_an_hour_after_it_is_taken() -> None:
    now = at(WEDNESDAY, 10)
    assert local(table().bookable(WEDNESDAY, now)[0][0]).time() == time(11)
    with pytest.raises(SlotPast):
        table().check(SlotKey("a", "id_card", at(WEDNESDAY, 10, 30)), now)


def test_booking_reaches_fourteen_working_days_ahead_and_no_further() -> None:
    now, t = at(WEDNESDAY, 10), table()
    last = t.last_day(now)
    assert last == date(2026, 4, 8)  # 清明 4–6 April lies between
    assert t.bookable(last, now) and not t.bookable(last + timedelta(1), now)
    with pytest.raises(SlotClosed):
        t.check(SlotKey("a", "id_card", at(last + timedelta(1), 9)), now)


def test_a_time_that_begins_no_slot_is_no_slot() -> None:
    with pytest.raises(SlotClosed):
        table().check(SlotKey("a", "id_card", at(WEDNESDAY + timedelta(1), 9, 10)), at(WEDNESDAY, 10))


@pytest.mark.parametrize("day, provisional, note", [
    (WEDNESDAY, False, None),
    (date(2026, 10, 1), False, "国庆节放假"),
    (date(2026, 3, 21), False, "周末不办公"),
    (date(2027, 1, 13), True, "放假安排未公布"),
    (date(2027, 1, 1), False, "元旦放假"),
])  # fmt: skip
def test_a_day_says_why_it_is_closed_or_not_certain(day: date, provisional: bool, note: str | None) -> None:
    assert table().note(day) == (provisional, note)


def test_a_day_closed_by_the_hall_gives_the_halls_reason() -> None:
    closed = Closure(at(WEDNESDAY, 0), at(WEDNESDAY + timedelta(1), 0), "系统升级", hall_id="a")
    assert table(closures=[closed]).note(WEDNESDAY) == (False, "暂停服务：系统升级")


@pytest.mark.parametrize("text", [
    "", "a", "a.id_card", "a.id_card.20260318T0900x", "a.id_card.20261318T0900", "a.id_card.20260318T0960", "../a.b.20260318T0900",
])  # fmt: skip
def test_what_is_no_slot_id_is_refused_as_closed(text: str) -> None:
    with pytest.raises(SlotClosed):
        SlotKey.parse(text)


def test_a_slot_id_says_hall_line_and_local_start() -> None:
    key = SlotKey("haizhu-zhengwu", "id_card", at(WEDNESDAY, 9))
    assert str(key) == "haizhu-zhengwu.id_card.20260318T0900" and SlotKey.parse(str(key)) == key


# -- a model that knows nothing of intervals: it asks of every minute whether someone is there --------------------------------
_minutes = st.integers(8 * 60, 18 * 60)
_closures = st.lists(
    st.tuples(st.integers(0, 9), _minutes, st.integers(1, 600), st.sampled_from([None, "a", "b"]), st.sampled_from([None, "id_card", "tax"])),
    max_size=4,
)
_hours = st.lists(_minutes, min_size=2, max_size=4, unique=True).map(sorted).filter(lambda m: len(m) % 2 == 0)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


@settings(max_examples=150, deadline=None)
@given(
    offset=st.integers(0, 330), hours=_hours, saturday=st.booleans(), closures=_closures, length=st.sampled_from([5, 15, 20, 30, 45]),
    now_minute=st.integers(0, 1439), data=st.data(),
)  # fmt: skip
def test_slots_agree_with_a_model_that_walks_minute_by_minute(offset, hours, saturday, closures, length, now_minute, data) -> None:
    today = date(2026, 2, 1) + timedelta(offset)  # through 春节, 国庆 and into the unannounced year
    intervals = [[_clock(a), _clock(b)] for a, b in zip(hours[::2], hours[1::2], strict=True)]
    weekly = {"mon-fri": intervals} | ({"sat": intervals} if saturday else {})
    opens = at(today, 0)
    shut = [Closure(opens + timedelta(days=d, minutes=m), opens + timedelta(days=d, minutes=m + n), "x", h, li) for d, m, n, h, li in closures]
    t = table(hall(weekly=weekly), closures=shut, minutes=length)
    now = at(today, 0) + timedelta(minutes=now_minute)
    calendar = WorkingCalendar()

    def staffed(moment: datetime) -> bool:
        status = calendar.status(moment.date())
        if not (status.working or (saturday and status.kind == "weekend" and moment.weekday() == 5)):
            return False
        minute = moment.hour * 60 + moment.minute
        return any(a <= minute < b for a, b in zip(hours[::2], hours[1::2], strict=True))

    def shut_at(moment: datetime) -> bool:
        return any(c.starts_at <= moment < c.ends_at and c.hall_id in (None, "a") and c.line in (None, "id_card") for c in shut)

    day = today + timedelta(data.draw(st.integers(0, 30)))
    worked, expected = 0, []
    for n in range(1, 100):  # the horizon, counted the slow way
        worked += calendar.is_working(today + timedelta(n))
        if worked == t.policy.horizon_working_days:
            last = today + timedelta(n)
            break
    for opening in hours[::2]:
        start = at(day, 0) + timedelta(minutes=opening)
        while all(staffed(start + timedelta(minutes=m)) for m in range(length)):
            free = not any(shut_at(start + timedelta(minutes=m)) for m in range(length))
            if free and start >= now + timedelta(hours=1) and day <= last:
                expected.append(start)
            start += timedelta(minutes=length)
    assert [s for s, _ in t.bookable(day, now)] == expected
    for start in expected:
        assert t.check(SlotKey("a", "id_card", start), now) == (start, start + timedelta(minutes=length))
