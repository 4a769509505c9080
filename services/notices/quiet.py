"""When citizens are left in peace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from common.clock import local
from services.notices.model import PROMPT


@dataclass(frozen=True)
class QuietHours:
    """From ``begin`` to ``end`` on a Guangdong wall clock, over midnight where ``begin`` is the later; the same twice: never quiet."""

    begin: time
    end: time

    @classmethod
    def parse(cls, text: str) -> QuietHours:
        """``21:00-08:00``. :raises ValueError:"""
        begin, end = (time.fromisoformat(part) for part in text.split("-"))
        return cls(begin, end)

    def over(self, moment: datetime) -> datetime:
        """``moment`` itself, or when the quiet hours it lies in are over."""
        at = local(moment)
        clock = at.time()
        overnight = self.begin > self.end
        inside = (clock >= self.begin or clock < self.end) if overnight else self.begin <= clock < self.end
        if not inside:
            return moment
        day = at.date() + timedelta(days=1) if overnight and clock >= self.begin else at.date()
        return datetime.combine(day, self.end, tzinfo=at.tzinfo).astimezone(moment.tzinfo)

    def next(self, *, now: datetime, created_at: datetime, prompt: bool) -> datetime:
        """When a notice may go. The answer to what he has just done may at once; an old one is no such answer any more."""
        return now if prompt and now - created_at <= PROMPT else self.over(now)
