"""Working days: announced years, the law beyond them, an administrator over both."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest

from services.appointments.calendar import ANNOUNCED_UNTIL, Arrangement, DayStatus, WorkingCalendar
from services.appointments.statutory import festival_on, statutory_days

CALENDAR = WorkingCalendar()

# 国务院办公厅关于2026年部分节假日安排的通知: every weekend day worked, and the first and last day of each holiday.
WORKED_2026 = {date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10)}
OFF_2026 = [("元旦", (1, 1), (1, 3)), ("春节", (2, 15), (2, 23)), ("清明节", (4, 4), (4, 6)), ("劳动节", (5, 1), (5, 5)),
            ("端午节", (6, 19), (6, 21)), ("中秋节", (9, 25), (9, 27)), ("国庆节", (10, 1), (10, 7))]  # fmt: skip


def _year(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


def test_2026_follows_the_announced_arrangement_day_by_day() -> None:
    spans = [(name, date(2026, *first), date(2026, *last)) for name, first, last in OFF_2026]
    off = {first + timedelta(n): name for name, first, last in spans for n in range((last - first).days + 1)}
    for day in _year(2026):
        status = CALENDAR.status(day)
        assert status.working == (day in WORKED_2026 or (day.weekday() < 5 and day not in off)), day
        assert (status.kind == "holiday") == (day in off) and (status.kind == "makeup") == (day in WORKED_2026), day
        if day in off:
            assert status.name == off[day], day


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_days_of_the_law_are_holidays_of_every_announced_year_since_its_revision(year: int) -> None:
    assert len(statutory_days(year)) == 13
    for day, name in statutory_days(year).items():
        assert CALENDAR.status(day).kind == "holiday", (day, name)


def test_the_lunar_days_of_2027_are_known_before_the_arrangement_is() -> None:
    days = statutory_days(2027)
    assert [d for d, n in days.items() if n == "春节"] == [date(2027, 2, 5) + timedelta(n) for n in range(4)]
    assert {n: d for d, n in days.items() if n in ("清明节", "端午节", "中秋节")} == {
        "清明节": date(2027, 4, 5), "端午节": date(2027, 6, 9), "中秋节": date(2027, 9, 15)}  # fmt: skip


def test_festivals_that_fall_on_one_day_are_both_named() -> None:
    assert statutory_days(2031)[date(2031, 10, 1)] == "中秋节、国庆节"  # 辛亥年八月十五


def test_the_law_before_its_revision_is_not_guessed() -> None:
    with pytest.raises(ValueError):
        statutory_days(2024)


def test_a_year_not_announced_is_provisional_except_where_the_law_fixes_the_day() -> None:
    first_unknown = ANNOUNCED_UNTIL + 1
    with pytest.raises(NotImplementedError):
        chinese_calendar.is_workday(date(first_unknown, 1, 4))
    for day in _year(first_unknown):
        status, by_law = CALENDAR.status(day), day in statutory_days(first_unknown)
        assert (status.kind == "holiday") == by_law
        assert status.provisional == (not by_law)
        assert status.working == (day.weekday() < 5 and not by_law), day


def test_the_last_days_of_the_last_announced_year_are_provisional_because_a_notice_may_reach_back() -> None:
    assert [d.day for d in _year(ANNOUNCED_UNTIL) if CALENDAR.status(d).provisional] == [29, 30, 31]
    assert not any(CALENDAR.status(d).provisional for d in _year(ANNOUNCED_UNTIL - 1))


def test_no_notice_ever_reached_further_back_than_we_allow_for() -> None:
    touched = [d for d in chinese_calendar.holidays if d.month == 12] + [d for d in chinese_calendar.workdays if d.month == 12]
    assert touched and min((d.month, d.day) for d in touched if d.year >= 2008) > (12, 28)


def test_a_notice_entered_by_an_administrator_settles_the_year_and_the_end_of_the_one_before() -> None:
    worked = date(2027, 2, 20)
    entered = WorkingCalendar(Arrangement({worked: DayStatus(worked, "makeup", "春节")}, frozenset({2027})))
    assert entered.is_working(worked)
    assert not entered.status(date(2027, 3, 3)).provisional and not entered.status(date(2026, 12, 30)).provisional
    assert entered.status(date(2027, 12, 30)).provisional  # 2028's notice is still to come


def test_an_administrator_overrides_announced_days_too() -> None:
    typhoon = date(2026, 9, 8)
    assert not WorkingCalendar(Arrangement({typhoon: DayStatus(typhoon, "holiday", "台风停工")})).is_working(typhoon)


def test_working_days_are_counted_over_a_holiday_and_the_day_worked_for_it() -> None:
    # From 9月30日: 国庆 until 10月7日, then Thu 8, Fri 9, Sat 10 (worked), Mon 12.
    assert [CALENDAR.add_working_days(date(2026, 9, 30), n).day for n in (1, 2, 3, 4)] == [8, 9, 10, 12]


def test_working_days_are_counted_across_the_end_of_the_announced_data() -> None:
    assert CALENDAR.add_working_days(date(2026, 12, 30), 2) == date(2027, 1, 4)


def test_counting_no_working_days_is_refused() -> None:
    with pytest.raises(ValueError):
        CALENDAR.add_working_days(date(2026, 3, 2), 0)


@pytest.mark.parametrize("day, name", [
    (date(2026, 10, 1), "国庆节"), (date(2026, 10, 2), None), (date(2026, 2, 17), "春节"), (date(2026, 2, 16), None),
    (date(2026, 9, 25), "中秋节"), (date(2026, 5, 2), None), (date(2027, 1, 1), "元旦"),
])  # fmt: skip
def test_the_day_of_a_festival_itself_is_told_from_the_days_around_it(day: date, name: str | None) -> None:
    assert festival_on(day) == name
