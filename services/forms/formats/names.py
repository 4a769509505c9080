"""People's names: Chinese (also of minorities, with ·), or in Latin letters."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

from services.forms.formats.wrong import ValueWrong
from services.forms.model import Context
from services.forms.words import words

_HAN = r"[\u3400-\u9fff\U00020000-\U0003ffff]"
CHINESE = re.compile(rf"{_HAN}{{2,6}}|{_HAN}{{1,12}}(?:[·•・.]{_HAN}{{1,12}})+")
LATIN = re.compile(r"[A-Za-z][A-Za-z'’.\-]*(?:[ ,]+[A-Za-z][A-Za-z'’.\-]*){0,5}")


def check(raw: str, context: Context) -> str:
    """The name without blanks between Chinese characters."""
    name = re.sub(r"[•・]", "·", raw.strip())
    if CHINESE.fullmatch(re.sub(r"\s+", "", name)):
        return re.sub(r"\s+", "", name)
    if LATIN.fullmatch(name) and 2 <= len(name) <= 60:
        return re.sub(r"\s+", " ", name)
    raise ValueWrong("name.characters" if re.search(r"\d", name) or len(name) > 30 else "name.form")


def like(text: str) -> bool:
    """Whether a text that was not announced as a name reads like one (a family name first, two to four characters)."""
    if re.fullmatch(rf"{_HAN}{{1,12}}(?:[·•・]{_HAN}{{1,12}})+", text):
        return True
    if not re.fullmatch(rf"{_HAN}{{2,4}}", text):
        return False
    if text in words()["not_names"] or text[-1] in words()["not_name_endings"] or any(c in words()["not_in_names"] for c in text):
        return False
    family = _surnames()
    return (text[:2] in family["compound"] and len(text) >= 3) or text[0] in family["single"]


@cache
def _surnames() -> dict[str, frozenset[str]]:
    path = Path(__file__).resolve().parent.parent / "data" / "surnames.yml"
    return {key: frozenset(value) for key, value in yaml.safe_load(path.read_text(encoding="utf-8")).items()}
