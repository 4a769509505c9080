"""Quiet hours: nothing at night but answers to what somebody does just now."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from common.clock import SHANGHAI, local
from services.notices.model import PROMPT
from services.notices.quiet import QuietHours

NIGHT = QuietHours.parse("21:00-08:00")


def at(clock: str, day: int = 18) -> datetime:
    return datetime.combine(datetime(2026, 3, day), datetime.strptime(clock, "%H:%M").time(), tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (at("20:59"), at("20:59")),
        (at("21:00"), at("08:00", 19)),
        (at("23:59"), at("08:00", 19)),
        (at("00:00"), at("08:00")),
        (at("07:59"), at("08:00")),
        (at("08:00"), at("08:00")),
    ],
)
def test_at_night_it_waits_for_the_morning(now: datetime, then: datetime) -> None:
    assert NIGHT.over(now) == then


def test_quiet_hours_within_a_day_and_none_at_all() -> None:
    noon = QuietHours.parse("12:00-14:00")
    assert noon.over(at("13:00")) == at("14:00") and noon.over(at("14:00")) == at("14:00")
    never = QuietHours.parse("00:00-00:00")
    assert [never.over(at(c)) for c in ("00:00", "13:00", "23:00")] == [at("00:00"), at("13:00"), at("23:00")]


def test_the_hours_are_those_of_guangdong_whatever_the_zone_of_the_moment() -> None:
    utc = at("22:00").astimezone()
    assert local(NIGHT.over(utc)) == at("08:00", 19)


def test_an_answer_to_what_he_does_just_now_comes_at_once_and_an_old_one_does_not() -> None:
    now = at("22:00")
    assert NIGHT.next(now=now, created_at=now - PROMPT, prompt=True) == now
    assert NIGHT.next(now=now, created_at=now - PROMPT - timedelta(seconds=1), prompt=True) == at("08:00", 19)
    assert NIGHT.next(now=now, created_at=now, prompt=False) == at("08:00", 19)


@pytest.mark.parametrize("text", ["21:00", "25:00-08:00", "a-b"])
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        QuietHours.parse(text)
