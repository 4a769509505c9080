"""Time as the project keeps it: UTC inside, Asia/Shanghai wherever a citizen sees it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Injected wherever "now" matters, so that tests choose it."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved; for tests."""

    def __init__(self, moment: datetime):
        self.moment = moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)

    def now(self) -> datetime:
        return self.moment.astimezone(UTC)


def local(moment: datetime) -> datetime:
    """The same moment on a Guangdong wall clock."""
    return moment.astimezone(SHANGHAI)


def today(clock: Clock) -> date:
    """The calendar day in Guangdong."""
    return local(clock.now()).date()


def iso(moment: datetime) -> str:
    """ISO 8601 with +08:00 and whole seconds, the form of every time in the public API."""
    return local(moment).isoformat(timespec="seconds")
