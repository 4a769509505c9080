"""Dates, weekdays, parts of the day and times as people say them, relative to a given day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache

from components.reading.numbers import parse_numeral

_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "1": 0, "2": 1, "3": 2, "4": 3, "5": 4, "6": 5, "7": 6}
_RELATIVE = {"今天": 0, "今日": 0, "今早": 0, "今晚": 0, "明天": 1, "明早": 1, "明日": 1, "后天": 2, "大后天": 3}
_DAYPARTS = {
    "早上": "morning",
    "上午": "morning",
    "早晨": "morning",
    "一早": "morning",
    "中午": "noon",
    "下午": "afternoon",
    "午后": "afternoon",
    "傍晚": "evening",
    "晚上": "evening",
    "今晚": "evening",
    "今早": "morning",
    "明早": "morning",
}
HOURS = {"morning": (0, 12), "noon": (11, 14), "afternoon": (12, 18), "evening": (17, 24)}

_N = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"
_ISO = re.compile(r"(?<!\d)(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?!\d)")
_MONTH_DAY = re.compile(rf"({_N})月({_N})[日号]?")
_SLASHED = re.compile(r"(?<![\d/.:-])(\d{1,2})[/.-](\d{1,2})(?![\d/.:-])")
_DAY = re.compile(rf"(?<![第\d月])({_N})[号日](?!楼|线|窗|门|口)")
_WEEK = re.compile(r"(下+个?|这个?|本|上个?)?(?:周|星期|礼拜)([一二三四五六日天1-7])")
_NEXT_WEEK = re.compile(r"下(?:个)?(?:周|星期|礼拜)(?![一二三四五六日天1-7])")
_WEEKEND = re.compile(r"周末")
_CLOCK = re.compile(rf"(?<![\d:])(\d{{1,2}}):(\d{{2}})|({_N})[点时](?:(半)|(一刻)|({_N})分?)?(?!\d)")


@dataclass(frozen=True)
class Moment:
    """What was said about a time; anything not said is ``None``. ``days`` are the dates that fit (empty: no date was said)."""

    days: tuple[date, ...] = ()
    daypart: str | None = None
    at: time | None = None
    earliest: bool = False
    latest: bool = False

    def __bool__(self) -> bool:
        return bool(self.days or self.daypart or self.at or self.earliest or self.latest)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _coming(today: date, month: int, day: int) -> date | None:
    """The next date with this month and day, today included."""
    this_year = _day(today.year, month, day)
    return this_year if this_year and this_year >= today else _day(today.year + 1, month, day)


def _dated(text: str, today: date) -> list[date]:
    if m := _ISO.search(text):
        return [d for d in [_day(int(m[1]), int(m[2]), int(m[3]))] if d]
    if (m := _MONTH_DAY.search(text)) or (m := _SLASHED.search(text)):
        month, day = parse_numeral(m[1]), parse_numeral(m[2])
        return [d for d in [_coming(today, int(month or 0), int(day or 0))] if d]
    for word in sorted(_RELATIVE, key=len, reverse=True):
        if word in text:
            return [today + timedelta(days=_RELATIVE[word])]
    if m := _WEEK.search(text):
        return _weekday(m[1] or "", _WEEKDAYS[m[2]], today)
    if _NEXT_WEEK.search(text):
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=1)
        return [monday + timedelta(days=i) for i in range(7)]
    if _WEEKEND.search(text):
        saturday = today + timedelta(days=(5 - today.weekday()) % 7)
        return [saturday, saturday + timedelta(days=1)]
    if m := _DAY.search(text):
        number = int(parse_numeral(m[1]) or 0)
        for ahead in range(62):
            if (today + timedelta(days=ahead)).day == number:
                return [today + timedelta(days=ahead)]
    return []


def _weekday(prefix: str, weekday: int, today: date) -> list[date]:
    monday = today - timedelta(days=today.weekday())
    if prefix.startswith("下"):
        return [monday + timedelta(weeks=prefix.count("下"), days=weekday)]
    if prefix:
        return [monday + timedelta(days=weekday)]
    coming = today + timedelta(days=(weekday - today.weekday()) % 7)
    return [coming, coming + timedelta(weeks=1), coming + timedelta(weeks=2)]  # a bare 周三: whichever is on offer, nearest first


def _clock(text: str, daypart: str | None) -> time | None:
    m = _CLOCK.search(text)
    if not m or (m[3] == "一" and daypart is None):  # 快一点, 一点也不懂
        return None
    if m[1]:
        hour, minute = int(m[1]), int(m[2])
    else:
        hour = int(parse_numeral(m[3]) or 0)
        minute = 30 if m[4] else 15 if m[5] else int(parse_numeral(m[6]) or 0) if m[6] else 0
    if hour < 12 and (daypart in ("afternoon", "evening") or (daypart is None and m[3] and 1 <= hour <= 5)):
        hour += 12  # nobody visits a hall at three in the morning
    return time(hour, minute) if hour < 24 and minute < 60 else None


_EARLIEST = re.compile(r"最早|最近的?(时间|一天|那|日|$)|越早越好|最快|尽快|尽早")
_LATEST = re.compile(r"最晚|最迟|最后(面)?的(时间|时段)")
_RELATIVE_DAYS = re.compile("|".join(sorted(_RELATIVE, key=len, reverse=True)))
_DAYPART = re.compile("|".join(_DAYPARTS))


def without_moment(text: str) -> str:
    """What is left of a text when the days, times and wishes about them are taken out of it."""
    for pattern in (_ISO, _MONTH_DAY, _WEEK, _NEXT_WEEK, _WEEKEND, _RELATIVE_DAYS, _DAYPART, _CLOCK, _SLASHED, _DAY, _EARLIEST, _LATEST):
        text = pattern.sub("", text)
    return text


@lru_cache(maxsize=4096)
def find_moment(text: str, today: date) -> Moment:
    """``明天下午三点`` → that date, ``afternoon``, 15:00. ``text`` is normalised."""
    daypart = next((part for word, part in _DAYPARTS.items() if word in text), None)
    return Moment(
        days=tuple(_dated(text, today)),
        daypart=daypart,
        at=_clock(text, daypart),
        earliest=bool(_EARLIEST.search(text)),
        latest=bool(_LATEST.search(text)),
    )
