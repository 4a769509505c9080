"""The days the law itself makes holidays, for years whose arrangement (放假调休安排) is not in the announced data.

Source: 《全国年节及纪念日放假办法》, fourth revision of 2024-11-10 (in force from 2025-01-01), article 2: 元旦 1 day (1月1日), 春节 4 (除夕 and
正月初一至初三), 清明节 1, 劳动节 2 (5月1日、2日), 端午节 1, 中秋节 1, 国庆节 3 (10月1日至3日). What it leaves to the yearly notice of the
State Council, days joined to these and weekends worked instead, cannot be derived and is not guessed here.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from lunar_python import Lunar, Solar

FIRST_YEAR = 2025  # before it the law gave other days


@cache
def statutory_days(year: int) -> dict[date, str]:
    """Day → name of the festival, in order. Where two fall together (2031: 中秋节 on 10月1日) the name joins both.

    Raises ``ValueError`` for a year before the revision the table follows.
    """
    if year < FIRST_YEAR:
        raise ValueError(f"the law as revised in 2024 does not tell the holidays of {year}")
    new_year = _lunar(year, 1, 1)
    days: dict[date, str] = {}
    for day, name in (
        (date(year, 1, 1), "元旦"),
        *((new_year + timedelta(n), "春节") for n in range(-1, 3)),
        (_pure_brightness(year), "清明节"),
        (date(year, 5, 1), "劳动节"), (date(year, 5, 2), "劳动节"),
        (_lunar(year, 5, 5), "端午节"),
        (_lunar(year, 8, 15), "中秋节"),
        *((date(year, 10, n), "国庆节") for n in (1, 2, 3)),
    ):
        days[day] = f"{days[day]}、{name}" if day in days else name
    return dict(sorted(days.items()))


def festival_on(day: date) -> str | None:
    """The festivals whose own day (节日当天) this is: the first of its statutory days, and for 春节 the first of the first month."""
    names = []
    for name in ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"):
        own = [d for d, n in statutory_days(max(day.year, FIRST_YEAR)).items() if name in n.split("、")]
        if day == own[1 if name == "春节" else 0]:
            names.append(name)
    return "、".join(names) or None


def _lunar(year: int, month: int, day: int) -> date:
    return _date(Lunar.fromYmd(year, month, day).getSolar())


def _pure_brightness(year: int) -> date:
    # The table of solar terms belongs to the lunar year, which in April is always the calendar year.
    return _date(Solar.fromYmd(year, 4, 1).getLunar().getJieQiTable()["清明"])


def _date(solar: Solar) -> date:
    return date(solar.getYear(), solar.getMonth(), solar.getDay())
