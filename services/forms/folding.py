"""Text folded for matching, one character for one, so that positions stay those of what the citizen wrote."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from opencc import OpenCC

_SPOKEN = str.maketrans("〇零一二三四五六七八九幺洞两", "00123456789102")
_DICTATED = re.compile(r"[〇零一二三四五六七八九幺洞两](?:[ -]?[〇零一二三四五六七八九幺洞两]){6,}")


@cache
def _fold_character(character: str) -> str:
    narrow = unicodedata.normalize("NFKC", character)
    narrow = narrow if len(narrow) == 1 else character
    simplified = _simplifier().convert(narrow) if "\u3400" <= narrow <= "\u9fff" else narrow
    return simplified if len(simplified) == 1 else narrow


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def fold(text: str) -> str:
    """Narrow forms, simplified characters, digits spoken one by one (一三八零零…) as digits. Same length as ``text``."""
    folded = "".join(_fold_character(c) for c in text)
    return _DICTATED.sub(lambda run: run.group().translate(_SPOKEN), folded)


def simplify(text: str) -> str:
    """Simplified characters, phrase by phrase (may change the length); for values an office reads."""
    return _simplifier().convert(unicodedata.normalize("NFKC", text))
