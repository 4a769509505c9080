"""Numbers and ages as people say them: ``8岁``, ``快十七了``, ``未满16``, ``六十多``, ``八十二``."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0, "俩": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_NUMERAL = r"(?:\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千万]+)"
_SAID = re.compile(
    rf"(?P<under>不到|未满|没满|不满|还没满|没到|快到|快要|快|将近|差一点|差点|就要)?(?P<over>刚满|已满|年满|满了|满|超过|大于)?\s*"
    rf"(?P<n>{_NUMERAL})\s*(?P<more>多|来|出头)?\s*(?P<unit>周岁|岁半|岁|虚岁|个月大?|年前|天大?)?(?P<after>以上|以下|以内|不到)?"
)

_MEASURES = (
    "个",
    "下",
    "些",
    "样",
    "直",
    "般",
    "定",
    "次",
    "张",
    "份",
    "本",
    "种",
    "项",
    "条",
    "起",
    "切",
    "点",
    "楼",
    "号",
    "寸",
    "式",
    "趟",
    "件",
    "家",
    "步",
    "边",
    "些",
)


@dataclass(frozen=True)
class Quantity:
    """A number said in a text: its value, where it stands, and whether an age word stands with it."""

    value: float
    start: int
    end: int
    age: bool


def parse_numeral(text: str) -> float | None:
    """``十七`` → 17, ``一百二`` → 120, ``16`` → 16; ``None`` when it is no numeral."""
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return float(text)
    if not text or any(c not in _DIGITS and c not in _UNITS for c in text):
        return None
    if len(text) > 1 and all(c in _DIGITS for c in text):
        return float("".join(str(_DIGITS[c]) for c in text))
    total, section, digit, last_unit = 0, 0, 0, 1
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
            continue
        unit = _UNITS[c]
        if unit == 10000:
            total, section, digit = (total + section + digit) * unit, 0, 0
        else:
            section, digit = section + (digit or 1) * unit, 0
        last_unit = unit
    if digit and last_unit >= 100 and text[-2:-1] != "零" and text[-1] in _DIGITS:
        digit *= last_unit // 10  # 一百二 is 120
    return float(total + section + digit)


def _counts_things(text: str, match: re.Match[str]) -> bool:
    """``第二``, ``一下``, ``两张``: an order or a measure, no quantity of interest."""
    return text[: match.start()].endswith("第") or (not match["unit"] and text[match.end("n") :].startswith(_MEASURES))


def find_quantities(text: str) -> list[Quantity]:
    """All numbers in order. "Not yet 17" counts as 16.5, "over 60" as 60.5: what matters is on which side of a limit it falls."""
    found = []
    for match in _SAID.finditer(text):
        value = parse_numeral(match["n"])
        if value is None or _counts_things(text, match):
            continue
        unit, under = match["unit"] or "", bool(match["under"]) or match["after"] in ("以下", "不到")
        if unit.startswith("个月"):
            value = value / 12
        elif unit.startswith("天"):
            value = value / 365
        elif unit == "岁半":
            value += 0.5
        if under:
            value -= 0.5
        elif match["more"] or match["over"] in ("超过", "大于"):
            value += 0.5
        said_with_limit = under or bool(match["over"])
        found.append(
            Quantity(
                value, match.start(), match.end(), age=unit in ("周岁", "岁", "岁半", "虚岁") or unit.startswith(("个月", "天")) or said_with_limit
            )
        )
    return found


def in_range(value: float, bounds: list[float | None]) -> bool:
    """Whether ``value`` is at least the first bound and less than the second; either may be ``None`` (open)."""
    low, high = bounds
    return (low is None or value >= low) and (high is None or value < high)
