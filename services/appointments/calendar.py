"""Working days in China: the State Council's announced arrangements, the law where none is announced, an administrator's word over both.

``chinesecalendar`` holds the arrangements of the years announced when it was released and raises after them. A day of a later year
follows the week and the statutory holidays and is *provisional*: 调休 may still change it. The last days of the last announced year
are provisional too, since the notice for a year may reach back into December (it did on 2018-12-29, 2022-12-31, 2023-12-30).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

import chinese_calendar

from services.appointments.statutory import statutory_days

Kind = Literal["workday", "weekend", "holiday", "makeup"]
ANNOUNCED_UNTIL = max(chinese_calendar.holidays).year
_REACHES_BACK = 3  # days of December that a notice for the next year has ever touched
_FULL_NAMES = {"Tomb-sweeping Day": "清明节", "Dragon Boat Festival": "端午节", "Mid-autumn Festival": "中秋节"}  # as the law writes them


@dataclass(frozen=True)
class DayStatus:
    """``makeup`` is a weekend day worked for a holiday (调休上班); ``name`` the festival in Chinese; ``provisional`` may still change."""

    day: date
    kind: Kind
    name: str | None = None
    provisional: bool = False

    @property
    def working(self) -> bool:
        return self.kind in ("workday", "makeup")


@dataclass(frozen=True)
class Arrangement:
    """What an administrator entered: single days, and years whose notice has thereby been entered whole."""

    days: Mapping[date, DayStatus] = field(default_factory=dict)
    years: frozenset[int] = frozenset()


@dataclass(frozen=True)
class WorkingCalendar:
    """Answers for any day; holds no clock and touches no store."""

    arrangement: Arrangement = Arrangement()

    def status(self, day: date) -> DayStatus:
        return self.arrangement.days.get(day) or self._announced(day) or self._by_law(day)

    def is_working(self, day: date) -> bool:
        return self.status(day).working

    def working_days(self, start: date) -> Iterator[date]:
        """Working days from ``start`` on, itself included; endless."""
        day = start
        while True:
            if self.is_working(day):
                yield day
            day += timedelta(1)

    def add_working_days(self, start: date, count: int) -> date:
        """The ``count``-th working day after ``start`` (民法典第二百零一条: the day itself is not counted)."""
        if count < 1:
            raise ValueError("count at least one working day")
        days = self.working_days(start + timedelta(1))
        return [next(days) for _ in range(count)][-1]

    def _announced(self, day: date) -> DayStatus | None:
        if day.year > ANNOUNCED_UNTIL:
            return None
        off, name = chinese_calendar.get_holiday_detail(day)
        weekend = day.weekday() >= 5
        if name is None:
            return DayStatus(day, "weekend" if off else "workday", None, self._provisional(day))
        kind: Kind = "holiday" if off else "makeup" if weekend else "workday"
        return DayStatus(day, kind, _FULL_NAMES.get(name, chinese_calendar.Holiday(name).chinese), self._provisional(day))

    def _by_law(self, day: date) -> DayStatus:
        if name := statutory_days(day.year).get(day):
            return DayStatus(day, "holiday", name)  # fixed by the law; a notice can only add days to it
        return DayStatus(day, "weekend" if day.weekday() >= 5 else "workday", None, self._provisional(day))

    def _provisional(self, day: date) -> bool:
        if not self._known(day.year):
            return True
        return (day.month, day.day) > (12, 31 - _REACHES_BACK) and not self._known(day.year + 1)

    def _known(self, year: int) -> bool:
        return year <= ANNOUNCED_UNTIL or year in self.arrangement.years
