"""Word lists (``lexicon.yml``) the flows look sentences up in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from opencc import OpenCC


@cache
def _data() -> dict[str, Any]:
    return yaml.safe_load((Path(__file__).parent / "lexicon.yml").read_text(encoding="utf-8"))


@cache
def _simplify() -> OpenCC:
    return OpenCC("t2s")


def simplified(text: str) -> str:
    return _simplify().convert(text)


@cache
def _function_words() -> re.Pattern[str]:
    listed = sorted({w for row in _data()["function_words"] for w in row}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, listed)) + r"|[^\w]|\[\w+\]")


def without_function_words(text: str) -> str:
    """What a sentence is about: "那护照呢，要多少钱" → "护照"."""
    return _function_words().sub("", simplified(text))


def facet_words(value: str) -> list[str]:
    return _data()["facet_words"].get(value, [])


def somebody_else() -> list[str]:
    return _data()["somebody_else"]


def overlaps(text: str, names: Iterable[str]) -> bool:
    """Whether a piece of at least two characters of the text occurs in one of the names."""
    pairs = {text[i : i + 2] for i in range(len(text) - 1)}
    return any(pair in name for name in names for pair in pairs)
