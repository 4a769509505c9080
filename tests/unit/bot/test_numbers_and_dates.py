from __future__ import annotations

from datetime import date, time

import pytest
from components.reading.dates import find_moment
from components.reading.numbers import find_quantities, in_range, parse_numeral

SATURDAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十七", 17),
        ("八十二", 82),
        ("16", 16),
        ("一百二", 120),
        ("两百", 200),
        ("二〇", 20),
        ("一百零五", 105),
        ("三万五千", 35000),
        ("猫", None),
        ("", None),
    ],
)
def test_numerals(text: str, value: float | None) -> None:
    assert parse_numeral(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8岁", 8),
        ("快十七了", 16.5),
        ("未满16", 15.5),
        ("刚满18岁", 18),
        ("六十多岁", 60.5),
        ("三个月大", 0.25),
        ("15岁半", 15.5),
        ("不到60岁", 59.5),
        ("八十二", 82),
    ],
)
def test_ages_fall_on_the_right_side_of_a_limit(text: str, value: float) -> None:
    assert [q.value for q in find_quantities(text)] == [pytest.approx(value)]


@pytest.mark.parametrize("text", ["第二个", "等一下", "带两张照片", "第一次办", "一般", "三楼"])
def test_orders_and_measures_are_no_quantities(text: str) -> None:
    assert find_quantities(text) == []


def test_a_range_is_from_its_first_bound_to_below_its_second() -> None:
    assert in_range(15.9, [None, 16]) and not in_range(16, [None, 16]) and in_range(16, [16, None]) and not in_range(15.5, [16, None])


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("明天下午三点", [date(2026, 11, 22)]),
        ("后天", [date(2026, 11, 23)]),
        ("大后天", [date(2026, 11, 24)]),
        ("下周三", [date(2026, 11, 25)]),
        ("11月25日", [date(2026, 11, 25)]),
        ("2026-12-01", [date(2026, 12, 1)]),
        ("十二月二号", [date(2026, 12, 2)]),
        ("25号", [date(2026, 11, 25)]),
        ("1月3日", [date(2027, 1, 3)]),
        ("周三", [date(2026, 11, 25), date(2026, 12, 2), date(2026, 12, 9)]),
        ("周末", [date(2026, 11, 21), date(2026, 11, 22)]),
        ("2月30日", []),
        ("3号窗", []),
        ("要多少钱", []),
    ],
)
def test_days(text: str, days: list[date]) -> None:
    assert list(find_moment(text, SATURDAY).days) == days


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("下午三点", time(15)),
        ("三点半", time(15, 30)),
        ("上午9点", time(9)),
        ("14:30", time(14, 30)),
        ("十点一刻", time(10, 15)),
        ("25:00", None),
        ("一点也不懂", None),
    ],
)
def test_times(text: str, at: time | None) -> None:
    assert find_moment(text, SATURDAY).at == at
