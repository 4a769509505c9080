"""Word lists (``lexicon.yml``) the flows look sentences up in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from opencc import OpenCC

_A_NOT_A = re.compile(r"([^不])不\1")  # 热不热, 要不要


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
    return rest != plain and len(without_function_words(rest).strip("换补领发证卡是快过在外面已经又")) == 0


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


def states_the_case(text: str) -> bool:
    """A statement about the person ("八十二了", "户口在湖南", "我陪他去") that names no matter."""
    plain = re.sub(r"[\s，。！!,.~～、]", "", simplified(text))
    return any(re.search(pattern, plain) for pattern in entries()["states_the_case"]) and not asks_something(text)


def adds_on(text: str) -> bool:
    """ "补充一下，…", "忘了说…": more of what was told before."""
    plain = simplified(text)
    return any(re.search(pattern, plain) for pattern in entries()["adds_on"]) and not asks_something(text)


def is_new_complaint(text: str) -> bool:
    """Whether it says by itself that it is a complaint or a suggestion."""
    return bool(re.search(entries()["new_complaint"], simplified(text)))


def is_not_this(text: str) -> bool:
    """ "不是这个": the item taken up is not meant, and no other is named."""
    return bool(re.search(entries()["not_this"], re.sub(r"[^\w]", "", simplified(text))))


def points_back(text: str) -> bool:
    """ "回到刚才那个"."""
    plain = simplified(text)
    return any(word in plain for word in entries()["back"])


def without_pointing_back(text: str) -> str:
    return re.sub("|".join(map(re.escape, sorted(entries()["back"], key=len, reverse=True))), "", simplified(text))


def registered_in(text: str) -> str | None:
    """gz, gd or out: where somebody's 户口 is said to be."""
    plain = simplified(text)
    if not re.search("户口|户籍|老家", plain):
        return None
    return next((code for code, names in entries()["registered"].items() if any(n in plain for n in names)), None)


def place_value(registered: str | None) -> str | None:
    """The value of the facet ``place`` for somebody registered there."""
    return entries()["places"].get(registered)


def overlaps(text: str, names: Iterable[str]) -> bool:
    """Whether a piece of at least two characters of the text occurs in one of the names."""
    pairs = {text[i : i + 2] for i in range(len(text) - 1)}
    return any(pair in name for name in names for pair in pairs)


def without_besides(text: str) -> str:
    """The text without times and the wish for a visit or a form: what is to be searched for. The text itself when nothing else is left."""
    rest = text
    for pattern in entries()["besides"]:
        rest = re.sub(pattern, "", rest)
    rest = rest.strip("，,。.！!、 的")
    return rest if len(rest) >= 2 else text


def asks_how_to_get(text: str) -> bool:
    """ "怎么领", "去哪取": about getting it, by the post or not."""
    rule, plain = entries()["gets"], simplified(text).lower()
    return bool(re.search(rule["said"], plain)) and not re.search(rule["not"], plain)


def is_benefit(action: str) -> bool:
    """Whether the facet value says that money is applied for."""
    return bool(re.search(entries()["benefit"], action))


def asks_something(text: str) -> bool:
    """Whether the sentence is a question."""
    plain = simplified(text)
    return any(word in plain for word in entries()["asking"]) or bool(_A_NOT_A.search(plain))


def likeness(one: str, other: str) -> float:
    """0..1: how much two sentences share of their characters and pairs of characters (Dice)."""
    a, b = _pieces(one), _pieces(other)
    return 2 * len(a & b) / ((len(a) + len(b)) or 1)


def _pieces(text: str) -> set[str]:
    bare = re.sub(r"[^\w]|\[\w+\]", "", simplified(text))
    return set(bare) | {bare[i : i + 2] for i in range(len(bare) - 1)}


def is_bare_complaint(text: str) -> bool:
    """ "我要投诉": says that there is a complaint, not what it is."""
    return re.sub(r"[^\w]|[的了吧啊呀]$", "", simplified(text)) in entries()["bare_complaint"]
