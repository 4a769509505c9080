"""The free times of a hall that fit what was said."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.dialogue.moments import When
from services.messages.model import Day, Hall, Slot, Slots

ZONE = ZoneInfo("Asia/Shanghai")
WEDNESDAY = date(2026, 11, 25)


def slots(*, full: tuple[int, ...] = ()) -> Slots:
    """Three days from a Wednesday, each hour from nine to five; ``full`` are hours without a place."""
    days = []
    for ahead in range(3):
        day = WEDNESDAY + timedelta(days=ahead)
        at = [datetime(day.year, day.month, day.day, hour, tzinfo=ZONE) for hour in range(9, 17)]
        free = [
            Slot(slot_id=f"{a:%m%d%H}", start=a, end=a + timedelta(minutes=30), left=0 if a.hour in full else 2, payload=f"/p{a:%m%d%H}") for a in at
        ]
        days.append(Day(date=day, weekday="周三", slots=free))
    return Slots(guide_id="g", hall=Hall(id="h", name="大厅", address="", district=None), days=days)


def ids(fitting: Slots | None) -> list[str]:
    return [s.slot_id for d in fitting.days for s in d.slots] if fitting else []


def test_no_time_said_is_none() -> None:
    assert When.of({}) is None
    assert When.of({"region": ["广州市"]}) is None


def test_an_afternoon_leaves_its_hours_of_the_nearest_such_day() -> None:
    weeks = [(WEDNESDAY + timedelta(days=1 + 7 * n)).isoformat() for n in range(3)]
    when = When.of({"date": weeks, "daypart": ["afternoon"]})
    assert when is not None and not when.one
    assert ids(when.fitting(slots())) == ["112612", "112613", "112614", "112615", "112616"]


def test_an_hour_means_one_time_and_a_full_one_none() -> None:
    when = When.of({"date": [WEDNESDAY.isoformat()], "time": ["10:00"]})
    assert when is not None and when.one
    assert ids(when.fitting(slots())) == ["112510"]
    assert when.fitting(slots(full=(10,))) is None
    assert when.spoken() == "11月25日周三10:00"


def test_the_earliest_and_the_latest_are_one_time() -> None:
    assert ids(When(earliest=True).fitting(slots(full=(9,)))) == ["112510"]
    assert ids(When(latest=True).fitting(slots())) == ["112716"]


def test_a_day_that_is_not_open_fits_nothing() -> None:
    assert When(days=(WEDNESDAY + timedelta(days=3),)).fitting(slots()) is None
