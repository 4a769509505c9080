"""What a short answer says: yes, no, none of these, a question; and what is left of it without the words around."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from components.reading.normalise import normalise
from components.reading.vocabulary import any_of, load

_PUNCTUATION = re.compile(r"[\s,.。,!！?？~、;；:：()（）\[\]【】《》\"'“”‘’/·…-]+")


@cache
def _around() -> re.Pattern[str]:
    return any_of(load("words")["around"])


@cache
def words(name: str) -> frozenset[str]:
    """A closed class of ``words.yml``."""
    return frozenset(load("words")[name])


@cache
def _question() -> re.Pattern[str]:
    return any_of(load("words")["question"])


@lru_cache(maxsize=8192)
def squeeze(text: str) -> str:
    """The text without punctuation and spaces."""
    return _PUNCTUATION.sub("", normalise(text))


@lru_cache(maxsize=8192)
def core(text: str) -> str:
    """What remains when the words around a choice are taken away; may be empty."""
    return _around().sub("", squeeze(text))


def says_yes(text: str) -> bool:
    return squeeze(text).rstrip("啊呀吧哦的了呢啦") in words("yes") or squeeze(text) in words("yes")


def says_no(text: str) -> bool:
    return squeeze(text).rstrip("啊呀吧哦呢啦") in words("no") or squeeze(text) in words("no")


def says_none_of_these(text: str) -> bool:
    flat = squeeze(text)
    return any(flat.startswith(squeeze(w)) or flat.endswith(squeeze(w)) for w in load("words")["none"]) and len(flat) <= 14


def is_question(text: str) -> bool:
    return bool(_question().search(normalise(text)))
