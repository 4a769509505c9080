"""Days as people write and say them in Chinese: 2024年5月1日, 24/5/1, 五月三号, 上个月3号, 上周三, 昨天, 三天前."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import cn2an

from services.forms.formats.wrong import ValueWrong
from services.forms.model import Context
from services.forms.words import words

Toward = Literal["past", "future", "any"]
OLDEST = date(1900, 1, 1)
_N = r"(?:\d{1,2}|[〇零一二两三四五六七八九十廿]{1,3})"
_Y = r"(?:\d{4}|[〇零一二三四五六七八九]{4})"
_DAYS = {
    "大前天": -3,
    "前天": -2,
    "前晚": -2,
    "昨天": -1,
    "昨日": -1,
    "昨晚": -1,
    "寻日": -1,
    "琴日": -1,
    "今天": 0,
    "今日": 0,
    "今早": 0,
    "今晚": 0,
    "刚才": 0,
    "刚刚": 0,
    "大后天": 3,
    "后天": 2,
    "明天": 1,
    "明日": 1,
    "听日": 1,
}
_YEARS = {"大前年": -3, "前年": -2, "去年": -1, "上一年": -1, "今年": 0, "本年": 0, "明年": 1}
_MONTHS = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1}
_WEEKDAYS = {c: i for i, c in enumerate("一二三四五六日")} | {"天": 6} | {str(i + 1): i for i in range(7)}


@dataclass(frozen=True)
class Found:
    """A date expression in a text. ``day`` is ``None`` when it names no single real day (``wrong`` says why). ``weak`` ones (3号, 5/1) are
    dates only where a date is expected."""

    start: int
    end: int
    day: date | None
    wrong: str | None = None
    weak: bool = False


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    return int(cn2an.cn2an(text.replace("廿", "二十").replace("〇", "零"), "smart"))


def _year(text: str, today: date) -> int:
    if len(text) == 4:
        return int(text) if text.isdigit() else int("".join(str("〇一二三四五六七八九".index(c)) for c in text.replace("零", "〇")))
    short = int(text)
    return 2000 + short if 2000 + short <= today.year + 20 else 1900 + short


def _shift(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _full(m: re.Match[str], today: date, toward: Toward) -> date:
    return date(_year(m["y"], today), _number(m["m"]), _number(m["d"]))


def _compact(m: re.Match[str], today: date, toward: Toward) -> date:
    return date(int(m["y"]), int(m["m"]), int(m["d"]))


def _named_year(m: re.Match[str], today: date, toward: Toward) -> date:
    return date(today.year + _YEARS[m["named"]], _number(m["m"]), _number(m["d"]))


def _month_day(m: re.Match[str], today: date, toward: Toward) -> date:
    """The year nobody says: the last such day for what has happened, the next for what will, else the nearest."""
    month, day = _number(m["m"]), _number(m["d"])
    candidates = [date(year, month, day) for year in range(today.year - 4, today.year + 5) if day <= monthrange(year, month)[1]]
    return _choose(candidates, today, toward)


def _choose(candidates: list[date], today: date, toward: Toward) -> date:
    if not candidates:
        raise ValueError("no such day")
    past, future = [d for d in candidates if d <= today], [d for d in candidates if d >= today]
    if toward == "past":
        return past[-1]
    return future[0] if toward == "future" else min(candidates, key=lambda d: abs((d - today).days))


def _relative_month(m: re.Match[str], today: date, toward: Toward) -> date:
    month = _shift(today.replace(day=1), _MONTHS[m["which"]])
    return month.replace(day=_number(m["d"]))


def _weekday(m: re.Match[str], today: date, toward: Toward) -> date:
    monday = today - timedelta(days=today.weekday())
    which = m["which"]
    if which:
        return monday + timedelta(days=7 * _MONTHS[which] + _WEEKDAYS[m["w"]])
    candidates = [monday + timedelta(days=7 * n + _WEEKDAYS[m["w"]]) for n in (-1, 0, 1)]
    return _choose(candidates, today, toward)


def _named_day(m: re.Match[str], today: date, toward: Toward) -> date:
    return today + timedelta(days=_DAYS[m["named"]])


def _ago(m: re.Match[str], today: date, toward: Toward) -> date:
    sign = -1 if m["side"] in ("前", "以前") else 1
    count = 0.5 if m["n"] == "半" else _number(m["n"])
    unit = m["unit"]
    if unit in ("天", "日"):
        return today + timedelta(days=round(sign * count))
    if unit in ("周", "星期", "礼拜"):
        return today + timedelta(days=round(sign * count * 7))
    if unit == "月":
        return today + timedelta(days=sign * 15) if count == 0.5 else _shift(today, int(sign * count))
    return _shift(today, int(sign * count * 12))


def _holiday(m: re.Match[str], today: date, toward: Toward) -> date:
    month, day = words()["holidays"][m["holiday"]]
    named = m["named"]
    return date(today.year + _YEARS[named], month, day) if named else _choose([date(today.year + n, month, day) for n in (-1, 0, 1)], today, toward)


def _bare_day(m: re.Match[str], today: date, toward: Toward) -> date:
    number = _number(m["d"])
    months = [_shift(today.replace(day=1), n) for n in (-2, -1, 0, 1, 2)]
    return _choose([month.replace(day=number) for month in months if number <= monthrange(month.year, month.month)[1]], today, toward)


_Reader = Callable[[re.Match[str], date, Toward], date]
_HOLIDAY = "|".join(sorted(words()["holidays"], key=len, reverse=True))
_D = rf"(?P<d>{_N})(?:日|号|(?![\d月]))"
_RULES: list[tuple[re.Pattern[str], _Reader, bool]] = [
    (re.compile(rf"(?<![\dA-Za-z])(?P<y>{_Y})\s*[年\-/.]\s*(?P<m>{_N})\s*[月\-/.]\s*{_D}"), _full, False),
    (re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>[0-2]\d|3[01])(?!\d)"), _compact, False),
    (re.compile(rf"(?<!\d)(?P<y>\d{{2}})年(?P<m>{_N})月{_D}"), _full, False),
    (re.compile(rf"(?P<named>{'|'.join(_YEARS)})的?(?P<m>{_N})月份?{_D}"), _named_year, False),
    (re.compile(rf"(?P<named>{'|'.join(_YEARS)})?的?(?P<holiday>{_HOLIDAY})(?!前|后|假期|期间)"), _holiday, False),
    (re.compile(rf"(?P<which>上上|上|这|本|下)个?月份?的?(?P<d>{_N})(?:日|号|(?=$|[^\d月天个]))"), _relative_month, False),
    (re.compile(r"(?P<which>上上|上|这|本|下)?个?(?:周|星期|礼拜)(?P<w>[一二三四五六日天1-7])"), _weekday, False),
    (re.compile(rf"(?P<n>半|{_N})个?(?P<unit>天|日|周|星期|礼拜|月|年)(?:之|以)?(?P<side>前|后)"), _ago, False),
    (re.compile(rf"(?P<named>{'|'.join(sorted(_DAYS, key=len, reverse=True))})"), _named_day, False),
    (re.compile(rf"(?<![\d年])(?P<m>{_N})月{_D}"), _month_day, False),
    (re.compile(r"(?<![\d\-/.])(?P<m>0?[1-9]|1[0-2])[\-/.](?P<d>0?[1-9]|[12]\d|3[01])(?![\d\-/.])"), _month_day, True),
    (re.compile(rf"^\D{{0,4}}?(?P<d>{_N})[号日]"), _bare_day, True),
]
_PARTS = re.compile(
    rf"(?<!\d)(?:{_Y}|\d{{2}})年(?:{_N}月)?|(?:{'|'.join(_YEARS)})(?:{_N}月份?)?|(?:上上|上|这|本|下)个?(?:月|星期|周)|(?<!\d){_N}月份?"
)


def find(text: str, *, today: date, toward: Toward = "any") -> list[Found]:
    """Date expressions of a folded text, in order, never overlapping; the more explicit reading wins."""
    found: list[Found] = []
    for pattern, reader, weak in _RULES:
        for match in pattern.finditer(text):
            _add(found, _read(match, reader, weak, today, toward))
    for match in _PARTS.finditer(text):
        _add(found, Found(match.start(), match.end(), None, wrong="date.day_missing", weak=True))
    return sorted(found, key=lambda f: f.start)


def _add(found: list[Found], one: Found) -> None:
    if not any(one.start < f.end and f.start < one.end for f in found):
        found.append(one)


def _read(match: re.Match[str], reader: _Reader, weak: bool, today: date, toward: Toward) -> Found:
    try:
        return Found(match.start(), match.end(), reader(match, today, toward), weak=weak)
    except (ValueError, KeyError, OverflowError, IndexError):
        return Found(match.start(), match.end(), None, wrong="date.no_such_day", weak=weak)


def check(raw: str, context: Context, *, toward: Toward = "any", born: bool = False) -> str:
    """ISO 8601. Days that have happened may not lie ahead, nor days to come behind; nothing before 1900 (births: 130 years)."""
    found = find(raw.strip(), today=context.today, toward=toward)
    if not found:
        raise ValueWrong("date.unknown")
    day = found[0].day
    if day is None:
        raise ValueWrong(found[0].wrong or "date.unknown")
    if toward == "past" and day > context.today:
        raise ValueWrong("date.ahead")
    if toward == "future" and day < context.today:
        raise ValueWrong("date.behind")
    oldest = _shift(context.today, -130 * 12) if born else OLDEST
    if not oldest <= day <= _shift(context.today, 100 * 12):
        raise ValueWrong("date.range")
    return day.isoformat()
