"""Finding and hiding personal values: 身份证号, phone, bank card, e-mail, plate, street address.

What passes through :func:`mask` may be logged, searched or given to the dialogue engine; nothing else may.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from stdnum.cn import ric

_PATTERNS: list[tuple[str, re.Pattern[str]]] = [
    ("id_number", re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[0-9Xx](?![0-9A-Za-z])|(?<!\d)[1-9]\d{14}(?!\d)")),
    ("bank_card", re.compile(r"(?<!\d)(?:\d[ -]?){15,18}\d(?!\d)")),
    (
        "phone",
        re.compile(
            r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)|(?<!\d)(?:\+?852|\+?853)[- ]?\d{4}[- ]?\d{4}(?!\d)"  # noqa: E501
        ),
    ),
    ("email", re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")),
    ("passport", re.compile(r"(?<![0-9A-Za-z])(?:[EeGg]\d{8}|[EeGg][A-Za-z]\d{7}|[HhMm]\d{8,10}|[CcWw]\d{8})(?![0-9A-Za-z])")),
    ("plate", re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·• ]?[A-Z0-9]{5,6}(?![A-Za-z0-9])")),
    (
        "address",
        re.compile(
            r"(?:[\u4e00-\u9fa5]{2,8}(?:省|自治区))?(?:[\u4e00-\u9fa5]{2,6}市)?(?:[\u4e00-\u9fa5]{1,5}[区县])?(?:[\u4e00-\u9fa5]{1,8}(?:街道|镇|乡))?"
            r"[\u4e00-\u9fa5A-Za-z0-9]{1,12}(?:路|街|道|巷|里|村|苑|园|小区|大厦|广场|城)[\u4e00-\u9fa5A-Za-z0-9-]{0,10}?\d+[\dA-Za-z-]*(?:号|栋|幢|座|单元|室|房|楼|层|巷)(?:[\dA-Za-z\u4e00-\u9fa5-]{0,12}(?:号|栋|幢|座|单元|室|房|楼|层))*"
        ),
    ),
]


@dataclass(frozen=True)
class PersonalValue:
    """One value found in a text: ``kind``, ``text[start:end]`` as written, and whether its checksum (if it has one) holds."""

    kind: str
    start: int
    end: int
    text: str
    valid: bool = True


def find_personal(text: str) -> list[PersonalValue]:
    """Personal values in order of appearance, never overlapping (an 身份证号 wins over a card number)."""
    found: list[PersonalValue] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < v.end and v.start < match.end() for v in found):
                continue
            valid = ric.is_valid(match.group()) if kind == "id_number" and len(match.group()) == 18 else True
            found.append(PersonalValue(kind, match.start(), match.end(), match.group(), valid))
    return sorted(found, key=lambda v: v.start)


def mask(text: str) -> str:
    """The text with every personal value replaced by ``[kind]``."""
    out, at = [], 0
    for value in find_personal(text):
        out += [text[at : value.start], f"[{value.kind}]"]
        at = value.end
    return "".join([*out, text[at:]])


def shorten(kind: str, value: str) -> str:
    """A value as its owner may be shown it in passing: ``138****8000``, ``4401**********1234``."""
    keep = {"phone": (3, 4), "id_number": (4, 4)}.get(kind, (1, 1))
    hidden = len(value) - sum(keep)
    return value if hidden <= 0 else f"{value[: keep[0]]}{'*' * hidden}{value[-keep[1] :]}"
