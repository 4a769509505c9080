"""What is taken along: the calendar entry, the QR code, the words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from common.clock import SHANGHAI
from knowledge.schema.hall_library import shipped_halls
from services.appointments.model import Appointment
from services.appointments.visit import calendar_entry, qr_png, qr_svg
from services.appointments.words import green_lane, words

HALL = shipped_halls()["guangzhou-zhengwu"]
NOW = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
START = datetime(2026, 3, 20, 9, 0, tzinfo=SHANGHAI)
BOOKED = Appointment(
    id="ap_1", code="K7MNPQ23", person_id="ct_1", guide_id="g", title="居民身份证丢失补领", hall_id=HALL.id, line="id_card", lines=("id_card",),
    slot_id="s", start=START.astimezone(UTC), end=START.astimezone(UTC) + timedelta(minutes=30), state="booked", reason=None, expires_at=None,
    bring=("居民户口簿（原件）", "数字相片采集回执"), sequence=0, created_at=NOW, updated_at=NOW,
)  # fmt: skip


def entry(appointment: Appointment) -> tuple[Calendar, dict]:
    calendar = Calendar.from_ical(calendar_entry(appointment, HALL, now=NOW))
    [event] = calendar.walk("VEVENT")
    return calendar, event


def test_the_entry_stands_at_the_wall_time_in_guangdong() -> None:
    calendar, event = entry(BOOKED)
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai" and event["DTSTART"].dt.replace(tzinfo=SHANGHAI) == START
    [zone] = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Asia/Shanghai" and [rule["TZOFFSETTO"].td for rule in zone.walk("STANDARD")] == [timedelta(hours=8)]
    assert calendar["METHOD"] == "PUBLISH" and event["STATUS"] == "CONFIRMED"


def test_the_entry_says_where_to_go_what_to_bring_and_which_code_to_show() -> None:
    _, event = entry(BOOKED)
    assert str(event["SUMMARY"]) == "到广州市政务服务中心办理居民身份证丢失补领"
    assert HALL.address and HALL.address in str(event["LOCATION"])
    assert "K7MNPQ23" in event["DESCRIPTION"] and "居民户口簿（原件）、数字相片采集回执" in event["DESCRIPTION"]


def test_the_entry_reminds_a_day_before() -> None:
    [alarm] = entry(BOOKED)[1].walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(days=-1) and alarm["ACTION"] == "DISPLAY"


def test_a_moved_visit_is_the_same_entry_with_a_higher_sequence() -> None:
    before, after = entry(BOOKED)[1], entry(replace(BOOKED, start=BOOKED.start + timedelta(days=1), sequence=1))[1]
    assert before["UID"] == after["UID"] and after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["DTSTART"].dt - before["DTSTART"].dt == timedelta(days=1)


def test_a_cancelled_visit_takes_the_entry_away_and_reminds_no_more() -> None:
    calendar, event = entry(replace(BOOKED, state="cancelled", sequence=2))
    assert calendar["METHOD"] == "CANCEL" and event["STATUS"] == "CANCELLED" and not event.walk("VALARM")


def test_a_hall_whose_address_is_not_published_gets_none() -> None:
    hall = shipped_halls()["haizhu-zhengwu"]
    event = Calendar.from_ical(calendar_entry(BOOKED, hall, now=NOW)).walk("VEVENT")[0]
    assert str(event["LOCATION"]) == hall.name and words()["ics"]["no_address"] in event["DESCRIPTION"]


def test_nothing_that_names_the_citizen_is_in_the_entry() -> None:
    assert b"ct_1" not in calendar_entry(BOOKED, HALL, now=NOW)


def test_every_line_of_the_file_is_short_and_ends_as_the_standard_asks() -> None:
    raw = calendar_entry(replace(BOOKED, bring=("很长的材料名称" * 30,)), HALL, now=NOW)
    assert raw.startswith(b"BEGIN:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))


def test_the_qr_pictures_are_real_pictures() -> None:
    assert qr_svg("K7MNPQ23").startswith(b"<svg") and qr_png("K7MNPQ23").startswith(b"\x89PNG")
    assert qr_svg("K7MNPQ23") != qr_svg("K7MNPQ24")


@pytest.mark.parametrize("age, told", [(None, False), (40, False), (64, False), (65, True), (82, True)])
def test_from_sixty_five_on_one_is_told_that_no_appointment_is_needed(age: int | None, told: bool) -> None:
    assert bool(green_lane(citizen_age=age)) == told
