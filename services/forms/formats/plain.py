"""Text, numbers, e-mail, ethnicities."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import cn2an
import yaml

from services.forms.folding import fold, simplify
from services.forms.formats.wrong import ValueWrong
from services.forms.model import Context

EMAIL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._%+-]{0,62}[A-Za-z0-9])?@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_CHINESE_NUMBER = re.compile(r"[零〇一二两三四五六七八九十百千万亿点半]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
SHORT, LONG = 100, 1000


def check_text(raw: str, context: Context) -> str:
    return _text(raw, SHORT).replace("\n", " ")


def check_long_text(raw: str, context: Context) -> str:
    return _text(raw, LONG)


def _text(raw: str, most: int) -> str:
    text = _CONTROL.sub("", raw).strip()
    if not re.search(r"\w", text):
        raise ValueWrong("text.empty")
    if len(text) > most:
        raise ValueWrong("text.long", most=most)
    return text


def check_email(raw: str, context: Context) -> str:
    text = fold(raw).strip()
    if not EMAIL.fullmatch(text) or ".." in text:
        raise ValueWrong("email.form")
    return text


def check_number(raw: str, context: Context) -> str:
    """A number without separators; units after it are dropped, Chinese numerals read."""
    text = fold(raw).strip().replace(",", "")
    match = re.search(r"-?\d+(?:\.\d+)?(万)?", text)
    if match:
        number = float(match.group().removesuffix("万")) * (10_000 if match[1] else 1)
    else:
        spoken = _CHINESE_NUMBER.search(text)
        try:
            number = float(cn2an.cn2an(spoken.group().replace("〇", "零"), "smart")) if spoken else float("nan")
        except ValueError:
            number = float("nan")
    if number != number:
        raise ValueWrong("number.none")
    if not 0 <= number <= 1e12:
        raise ValueWrong("number.range")
    return f"{number:.4f}".rstrip("0").rstrip(".")


@cache
def ethnicities() -> dict[str, str]:
    """The 56 by every name for them: 汉, 汉族, 漢族 → 汉族."""
    names = yaml.safe_load((Path(__file__).resolve().parent.parent / "data" / "ethnicities.yml").read_text(encoding="utf-8"))
    return {key: name for name in names for key in (name, name.removesuffix("族"))}


def check_ethnicity(raw: str, context: Context) -> str:
    name = ethnicities().get(simplify(raw).strip())
    if name is None:
        raise ValueWrong("ethnicity.unknown")
    return name
