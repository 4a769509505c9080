"""What a citizen reads of booking, from ``words.yml``."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

GREEN_LANE_AGE = 65


@cache
def words() -> dict[str, Any]:
    return yaml.safe_load((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))


def weekday(day: date) -> str:
    """``周三``."""
    return words()["weekdays"][day.weekday()]


def green_lane(*, citizen_age: int | None) -> str | None:
    """What someone of 65 or more is told before booking: no appointment is needed. ``None`` for anyone younger or of unknown age."""
    return words()["green_lane"] if citizen_age is not None and citizen_age >= GREEN_LANE_AGE else None
