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


def without_people(text: str) -> str:
    """The text without the people in it: "我老婆" is no matter of its own."""
    return re.sub("|".join(map(re.escape, sorted(somebody_else(), key=len, reverse=True))), "", text)


def facet_words(value: str) -> list[str]:
    return _data()["facet_words"].get(value, [])


def somebody_else() -> list[str]:
    return _data()["somebody_else"]


def overlaps(text: str, names: Iterable[str]) -> bool:
    """Whether a piece of at least two characters of the text occurs in one of the names."""
    pairs = {text[i : i + 2] for i in range(len(text) - 1)}
    return any(pair in name for name in names for pair in pairs)


def asks_something(text: str) -> bool:
    """Whether the sentence is a question."""
    plain = simplified(text)
    return any(word in plain for word in _data()["asking"])


def likeness(one: str, other: str) -> float:
    """0..1: how much two sentences share of their characters and pairs of characters (Dice)."""
    a, b = _pieces(one), _pieces(other)
    return 2 * len(a & b) / ((len(a) + len(b)) or 1)


def _pieces(text: str) -> set[str]:
    bare = re.sub(r"[^\w]|\[\w+\]", "", simplified(text))
    return set(bare) | {bare[i : i + 2] for i in range(len(bare) - 1)}


def is_bare_complaint(text: str) -> bool:
    """ "我要投诉": says that there is a complaint, not what it is."""
    return re.sub(r"[^\w]|[的了吧啊呀]$", "", simplified(text)) in _data()["bare_complaint"]
