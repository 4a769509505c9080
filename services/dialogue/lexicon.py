"""What words say (``lexicon.yml``): which kind of action, whose matter, where somebody is registered."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from opencc import OpenCC


@cache
def entries() -> dict[str, Any]:
    """All of ``lexicon.yml``."""
    return yaml.safe_load((Path(__file__).parent / "lexicon.yml").read_text(encoding="utf-8"))


@cache
def _simplify() -> OpenCC:
    return OpenCC("t2s")


def simplified(text: str) -> str:
    return _simplify().convert(text)


@cache
def _function_words() -> re.Pattern[str]:
    listed = sorted({w for row in entries()["function_words"] for w in row}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, listed)) + r"|[^\w]|\[\w+\]")


def without_function_words(text: str) -> str:
    """What a sentence is about: "那护照呢，要多少钱" → "护照"."""
    return _function_words().sub("", simplified(text))


def without_marks(text: str) -> str:
    return re.sub(r"[^\w]", "", simplified(text))


def without_people(text: str) -> str:
    """The text without the people in it: "我老婆" is no matter of its own."""
    return re.sub("|".join(map(re.escape, sorted(somebody_else(), key=len, reverse=True))), "", text)


def facet_words(value: str) -> list[str]:
    """Other ways to say a facet value."""
    return [word for piece, words in entries()["facet_words"].items() if re.search(piece, value) for word in words]


def facet_pieces(text: str, value: str, *, short: bool = False) -> int:
    """How many pieces of a facet value the text says; with ``short`` a word like 换 or 补 is enough."""
    plain = simplified(text)
    said = {piece for piece, words in entries()["facet_words"].items() if any(w in plain for w in words)}
    if short:
        said |= {piece for word, piece in entries()["facet_short"].items() if word in plain}
    return sum(bool(re.search(piece, value)) for piece in said) + (value in plain)


def says_only_a_facet(text: str) -> bool:
    """ "坏了", "第一次办": what happened or is wanted, and not to what."""
    plain = re.sub(r"[^\w]", "", simplified(text))
    words = sorted({w for ws in entries()["facet_words"].values() for w in ws}, key=len, reverse=True)
    rest = re.sub("|".join(map(re.escape, words)), "", plain)
    return rest != plain and len(without_function_words(rest).strip(entries()["beside_facets"])) == 0


def says_what_happened(text: str) -> bool:
    """Whether any kind of action or mishap is named ("丢了", "要换")."""
    plain = simplified(text)
    return any(w in plain for words in entries()["facet_words"].values() for w in words)


def wishes(text: str) -> bool:
    """Whether something is wanted done or told, not only stated."""
    return bool(re.search(entries()["several"]["wishes"], text))


def says_next_matter(text: str) -> bool:
    """ "接着说下一件"."""
    said = without_marks(text)
    return any(word in said for word in entries()["next_matter"]) and len(said) <= 12


def audiences(text: str) -> list[str]:
    """The pieces of audience values (regular expressions) that the text names."""
    plain = simplified(text)
    return [piece for piece, words in entries()["audience"].items() if any(w in plain for w in words)]


def somebody_else() -> list[str]:
    return [word for words in entries()["somebody_else"].values() for word in words]


def whom(text: str) -> str | None:
    """Who the matter is said to be for: child, parent, spouse, other, self; None when nobody is named. The first named counts."""
    plain = simplified(text)
    groups = {**entries()["somebody_else"], "self": entries()["himself"]}
    places = {who: min((plain.find(w) for w in words if w in plain), default=-1) for who, words in groups.items()}
    named = {who: at for who, at in places.items() if at >= 0}
    others = {who: at for who, at in named.items() if who != "self"} or named
    return min(others, key=lambda who: others[who], default=None)


def of_course(who: str) -> dict[str, str]:
    """Shared situations that need no question for this person."""
    return dict(entries()["of_course"].get(who, {}))


def registered_in(text: str) -> str | None:
    """gz, gd or out: where somebody's 户口 is said to be."""
    plain = simplified(text)
    if not re.search(entries()["registration"], plain):
        return None
    return next((code for code, names in entries()["registered"].items() if any(n in plain for n in names)), None)


def place_value(registered: str | None) -> str | None:
    """The value of the facet ``place`` for somebody registered there."""
    return entries()["places"].get(registered)


def is_only_an_age(text: str) -> bool:
    """Whether nothing is left beside an age and the like: "今年72岁了"."""
    return not text.strip(entries()["beside_things"])


def overlaps(text: str, names: Iterable[str]) -> bool:
    """Whether a piece of at least two characters of the text occurs in one of the names."""
    pairs = {text[i : i + 2] for i in range(len(text) - 1)}
    return any(pair in name for name in names for pair in pairs)


def shared(text: str, names: Iterable[str]) -> int:
    """Characters of the longest piece of the text that one of the names holds."""
    pieces = sorted({text[i:j] for i in range(len(text)) for j in range(i + 1, len(text) + 1)}, key=len, reverse=True)
    listed = "\n".join(names)
    return next((len(piece) for piece in pieces if piece in listed), 0)


def is_benefit(action: str) -> bool:
    """Whether the facet value says that money is applied for."""
    return bool(re.search(entries()["benefit"], action))


def likeness(one: str, other: str) -> float:
    """0..1: how much two sentences share of their characters and pairs of characters (Dice)."""
    a, b = _pieces(one), _pieces(other)
    return 2 * len(a & b) / ((len(a) + len(b)) or 1)


def _pieces(text: str) -> set[str]:
    bare = re.sub(r"[^\w]|\[\w+\]", "", simplified(text))
    return set(bare) | {bare[i : i + 2] for i in range(len(bare) - 1)}
