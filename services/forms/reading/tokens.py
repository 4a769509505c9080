"""Values that show by their own form what they are: numbers, e-mail, plates, dates, addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from stdnum.cn import uscc

from services.forms.formats import address as addresses
from services.forms.formats import dates
from services.forms.formats.divisions import divisions
from services.forms.formats.plain import EMAIL
from services.forms.formats.wrong import ValueWrong
from services.forms.reading.clauses import Clause, pattern, strip
from services.forms.words import words

_ID = re.compile(r"(?<![0-9A-Za-z])\d(?:[ -]?\d){16}[ -]?[\dXx](?![0-9A-Za-z])|(?<![0-9A-Za-z])[HMhm]\d{8}(?:\d{2})?(?![0-9A-Za-z])")
_PHONE = re.compile(r"(?<![\d+])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![0-9A-Za-z])|(?<!\d)\+?85[23][ -]?\d{4}[ -]?\d{4}(?![0-9A-Za-z])")
_CREDIT = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy]{18}(?![0-9A-Za-z])")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Za-hj-np-z]"
    r"[·• ]?[A-HJ-NP-Z0-9a-hj-np-z挂学警港澳]{5,6}(?![0-9A-Za-z])"
)
_ROAD = re.compile(r"[\u4e00-\u9fff]{2,8}?(?:路|街|大道|巷|村|道)[\u4e00-\u9fff]{0,6}?\d+(?:号|弄|栋|巷)")
STRONG = frozenset({"email", "id_number", "credit_code", "plate", "phone"})


@dataclass(frozen=True)
class Token:
    """A value found at ``start:end``. ``value`` is what to hand on. ``denied``: told to be wrong (不是…, 从…改成). ``weak``: only where expected."""

    kind: str
    start: int
    end: int
    value: str
    denied: bool = False
    weak: bool = False


def find(text: str, clauses: list[Clause], names: list[tuple[int, int]], *, today: date) -> list[Token]:
    """Tokens in order, never overlapping. ``names`` are the spans where fields are named: no address runs into one."""
    found: list[Token] = []
    for kind, regex in (("email", EMAIL), ("phone", _PHONE), ("id_number", _ID), ("plate", _PLATE)):
        _add(found, [Token(kind, m.start(), m.end(), m.group()) for m in regex.finditer(text)])
    codes = [m for m in _CREDIT.finditer(text) if uscc.is_valid(m.group())]
    _add(found, [Token("credit_code", m.start(), m.end(), m.group()) for m in codes], over=("id_number",))
    taken = [*names, *((t.start, t.end) for t in found)]
    for clause in clauses:
        _add(found, _addresses(text, clause, taken))
    _add(found, [Token("date", f.start, f.end, text[f.start : f.end], weak=f.weak) for f in dates.find(text, today=today)])
    found.sort(key=lambda t: t.start)
    return [_judged(text, found, i) for i in range(len(found))]


def _add(found: list[Token], more: list[Token], over: tuple[str, ...] = ()) -> None:
    for one in more:
        clash = [t for t in found if one.start < t.end and t.start < one.end]
        if all(t.kind in over for t in clash):
            found[:] = [t for t in found if t not in clash] + [one]


def _addresses(text: str, clause: Clause, taken: list[tuple[int, int]]) -> list[Token]:
    """An address begins with a division, or, incomplete, with a road, and goes on to the end of its clause or the next other thing."""
    found: list[Token] = []
    at = clause.start
    while at < clause.end:
        place, road = divisions().pattern().search(text, at, clause.end), _ROAD.search(text, at, clause.end)
        first = place if place and (road is None or place.start() < road.end()) else road
        if first is None:
            break
        start = max([first.start(), *(e for s, e in taken if s <= first.start() < e)])
        end = min([s for s, _ in taken if s > start] + [clause.end])
        middle = pattern("address_break").search(text, start, end)
        start, end = strip(text, start, middle.start() if middle else end)
        if end - start >= 2:
            found.append(Token("address", start, end, text[start:end], weak=not _whole(text[start:end])))
        at = max(end, start, first.start()) + 1
    return found


def _whole(text: str) -> bool:
    try:
        addresses.parse(text)
    except ValueWrong:
        return False
    return True


def _judged(text: str, tokens: list[Token], index: int) -> Token:
    """The token with ``denied`` set: after 不是, or before 改成/而是 with another of its kind behind."""
    one = tokens[index]
    before = text[max(0, one.start - 6) : one.start].rstrip(" :：")
    denied = bool(re.search(pattern("denial").pattern + "$", before)) and not before.endswith(words()["whether"])
    for later in tokens[index + 1 :]:
        if later.kind == one.kind and re.search(words()["replaced_by"], text[one.end : later.start].strip()):
            denied = True
    return Token(one.kind, one.start, one.end, one.value, denied=denied, weak=one.weak)
