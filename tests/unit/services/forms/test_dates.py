"""Days as people say them, on Saturday 2026-11-21."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.forms.folding import fold
from services.forms.formats.dates import Toward, find

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("said", "toward", "day"),
    [
        ("2024年5月1日", "any", "2024-05-01"),
        ("２０２４年５月１日", "any", "2024-05-01"),
        ("2024年5月1号丢的", "past", "2024-05-01"),
        ("2024/5/1", "any", "2024-05-01"),
        ("2024.05.01", "any", "2024-05-01"),
        ("20240501", "any", "2024-05-01"),
        ("24年5月1日", "any", "2024-05-01"),
        ("90年3月7号", "past", "1990-03-07"),
        ("二〇二四年五月一日", "any", "2024-05-01"),
        ("二零二四年十二月二十三号", "any", "2024-12-23"),
        ("今年三月五号", "past", "2026-03-05"),
        ("去年5月1日", "past", "2025-05-01"),
        ("前年的十月一号", "past", "2024-10-01"),
        ("上个月3号", "past", "2026-10-03"),
        ("上个月三号", "past", "2026-10-03"),
        ("上月31号", "past", "2026-10-31"),
        ("这个月5号", "past", "2026-11-05"),
        ("下个月5号", "future", "2026-12-05"),
        ("上上个月3号", "past", "2026-09-03"),
        ("昨天", "past", "2026-11-20"),
        ("琴日", "past", "2026-11-20"),
        ("大前天", "past", "2026-11-18"),
        ("前天晚上", "past", "2026-11-19"),
        ("明天", "future", "2026-11-22"),
        ("上周三", "past", "2026-11-11"),
        ("上个星期日", "past", "2026-11-15"),
        ("这周一", "past", "2026-11-16"),
        ("下周一", "future", "2026-11-23"),
        ("星期三", "past", "2026-11-18"),
        ("星期三", "future", "2026-11-25"),
        ("三天前", "past", "2026-11-18"),
        ("两个星期前", "past", "2026-11-07"),
        ("一个月前", "past", "2026-10-21"),
        ("半年前", "past", "2026-05-21"),
        ("10天后", "future", "2026-12-01"),
        ("5月1日", "past", "2026-05-01"),
        ("12月1日", "past", "2025-12-01"),
        ("12月1日", "future", "2026-12-01"),
        ("十二月一号", "any", "2026-12-01"),
        ("3号", "past", "2026-11-03"),
        ("25号", "past", "2026-10-25"),
        ("11-01", "past", "2026-11-01"),
        ("2月29日", "past", "2024-02-29"),
    ],
)
def test_days_are_understood(said: str, toward: Toward, day: str) -> None:
    found = find(fold(said), today=TODAY, toward=toward)
    assert [f.day and f.day.isoformat() for f in found] == [day]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("2024年", "date.day_missing"),
        ("去年5月", "date.day_missing"),
        ("上个月", "date.day_missing"),
        ("2026年2月30日", "date.no_such_day"),
        ("13月1日", "date.no_such_day"),
        ("上个月31号那天", None),
    ],
)
def test_what_is_no_single_day_says_why(said: str, reason: str | None) -> None:
    found = find(said, today=TODAY)
    assert [f.wrong for f in found] == [reason]


@pytest.mark.parametrize("said", ["体育西路1号", "我有3个孩子", "第二个", "138001380001", "3栋201", "电话是12345", "一下", "谢谢"])
def test_what_is_no_day_is_none(said: str) -> None:
    assert [f for f in find(said, today=TODAY) if not f.weak] == []


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_any_day_written_out_is_read_back(day: date) -> None:
    for said in (f"{day.year}年{day.month}月{day.day}日", day.isoformat(), f"{day.year}/{day.month}/{day.day}", f"是在{day:%Y%m%d}那天"):
        assert [f.day for f in find(said, today=TODAY)] == [day], said


@given(st.text(alphabet="年月日号上下个这前后天周星期一二三十0123456789-/. 的我丢", max_size=20), st.sampled_from(["past", "future", "any"]))
def test_nothing_makes_it_crash_and_spans_never_overlap(said: str, toward: Toward) -> None:
    found = find(said, today=TODAY, toward=toward)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(0 <= f.start < f.end <= len(said) for f in found)
