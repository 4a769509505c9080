"""Service hours: when people answer, and when something promised "within two service hours" or "three working days" is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from common.clock import SHANGHAI, local
from services.appointments.service import WorkingCalendar


@dataclass(frozen=True)
class ServiceHours:
    """The same hours on every working day, Guangdong time. All answers are aware, in Guangdong time."""

    opens: time
    closes: time
    calendar: WorkingCalendar

    @classmethod
    def parse(cls, text: str, calendar: WorkingCalendar) -> ServiceHours:
        """``09:00-18:00``. :raises ValueError: anything else."""
        opens, closes = (time.fromisoformat(part.strip()) for part in text.split("-"))
        if opens >= closes:
            raise ValueError("service hours end after they begin, on the same day")
        return cls(opens, closes, calendar)

    def is_open(self, moment: datetime) -> bool:
        at = local(moment)
        return self.calendar.is_working(at.date()) and self.opens <= at.time() < self.closes

    def after(self, moment: datetime, span: timedelta) -> datetime:
        """The moment when ``span`` of service time has passed."""
        at = self._open_from(local(moment))
        while (left := self._at(at, self.closes) - at) < span:
            span -= left
            at = self._open_from(self._at(at + timedelta(days=1), time(0)))
        return at + span

    def end_of_working_day(self, moment: datetime, count: int) -> datetime:
        """Closing time of the ``count``-th working day after the day of ``moment``."""
        day = self.calendar.add_working_days(local(moment).date(), count)
        return datetime.combine(day, self.closes, SHANGHAI)

    def _open_from(self, at: datetime) -> datetime:
        """``at`` itself while open, else the next opening."""
        if self.calendar.is_working(at.date()) and at.time() < self.closes:
            return max(at, self._at(at, self.opens))
        day = next(self.calendar.working_days(at.date() + timedelta(days=1)))
        return datetime.combine(day, self.opens, SHANGHAI)

    @staticmethod
    def _at(day: datetime, clock: time) -> datetime:
        return datetime.combine(day.date(), clock, SHANGHAI)
