"""Service hours over weekends, holidays and days worked instead."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from common.clock import SHANGHAI
from common.masking import mask
from services.appointments.service import WorkingCalendar
from services.tickets.hours import ServiceHours
from services.tickets.model import STEPS, spoken, ticket_number, valid_number, words

HOURS = ServiceHours.parse("09:00-18:00", WorkingCalendar())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-03-18 10:00", "2026-03-18 12:00"),
        ("2026-03-18 06:00", "2026-03-18 11:00"),
        ("2026-03-18 17:00", "2026-03-19 10:00"),
        ("2026-03-18 16:00", "2026-03-18 18:00"),
        ("2026-03-18 18:00", "2026-03-19 11:00"),
        ("2026-03-20 23:30", "2026-03-23 11:00"),  # Friday night → Monday
        ("2026-09-30 17:30", "2026-10-08 10:30"),  # over the National Day holiday
    ],
)
def test_two_service_hours_pass_only_while_somebody_is_there(asked: str, due: str) -> None:
    assert HOURS.after(at(asked), timedelta(hours=2)) == at(due)


def test_a_span_longer_than_a_day_goes_over_several() -> None:
    assert HOURS.after(at("2026-03-18 10:00"), timedelta(hours=20)) == at("2026-03-20 12:00")


def test_working_days_end_with_the_service_time() -> None:
    assert HOURS.end_of_working_day(at("2026-03-20 23:30"), 3) == at("2026-03-25 18:00")


@pytest.mark.parametrize(("moment", "is_open"), [("2026-03-18 09:00", True), ("2026-03-18 18:00", False), ("2026-03-21 10:00", False)])
def test_it_is_open_from_opening_until_before_closing_on_working_days(moment: str, is_open: bool) -> None:
    assert HOURS.is_open(at(moment)) is is_open


@pytest.mark.parametrize("text", ["18:00-09:00", "nine to six", "09:00"])
def test_hours_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        ServiceHours.parse(text, WorkingCalendar())


def test_a_number_proves_itself_and_survives_masking() -> None:
    number = ticket_number(day=at("2026-03-18 10:00").date(), sequence=42)
    assert valid_number(number.lower()) == valid_number(f" {number[:6]} {number[6:]}") == number
    wrong = number[:-2] + str((int(number[-2]) + 1) % 10) + number[-1]
    assert valid_number(wrong) is None and valid_number("GD") is None
    assert mask(f"工单号：{number}") == f"工单号：{number}"


def test_every_state_has_words_and_can_be_left_and_reached() -> None:
    assert set(words()["states"]) == set(STEPS)
    assert all(STEPS.values())
    assert {s for steps in STEPS.values() for s in steps} == set(STEPS) - {"registered"}


def test_a_deadline_is_said_with_its_weekday() -> None:
    assert spoken(at("2026-03-19 11:00")) == "3月19日（周四）11:00"
