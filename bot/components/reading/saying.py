"""What a short answer says: yes, no, none of these, a question; and what is left of it without the words around."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from components.reading.normalise import normalise
from components.reading.vocabulary import any_of, load

_A_NOT_A = re.compile(r"([^不])不\1")  # 热不热, 要不要
_ENDINGS = "啊呀吧哦呢啦喇嘞啰咯㗎"
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


def _is_one_of(said: str, name: str) -> bool:
    """Whether it is a word of the class, with or without what it may end in."""
    bare = said.rstrip(_ENDINGS)
    return bool({said, bare, bare.rstrip(f"{_ENDINGS}了")} & words(name))


def says_yes(text: str) -> bool:
    return _is_one_of(squeeze(text), "yes") or squeeze(text).rstrip(f"{_ENDINGS}了的") in words("yes")


def says_no(text: str) -> bool:
    return _is_one_of(_without_thanks(text), "no")


def gives_up(text: str) -> bool:
    """ "算了": puts off what is under way; said to a question about the case it is no answer."""
    return _is_one_of(squeeze(text), "gives_up")


def _without_thanks(text: str) -> str:
    """ "不用了，谢谢" → 不用了; what is only thanks stays."""
    flat = squeeze(text)
    return _patterns("thanks").sub("", flat) or flat


def declines(text: str) -> bool:
    """ "不用了，谢谢": refuses with thanks what is under way, and answers no question about the case; "没有，谢谢" answers one."""
    said = _without_thanks(text)
    return said != squeeze(text) and _is_one_of(said, "declines")


def says_none_of_these(text: str) -> bool:
    flat = squeeze(text)
    return any(flat.startswith(squeeze(w)) or flat.endswith(squeeze(w)) for w in load("words")["none"]) and len(flat) <= 14


def is_question(text: str) -> bool:
    plain = normalise(text)
    return bool(_question().search(plain) or _A_NOT_A.search(plain))


@cache
def _patterns(name: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in load("words")[name]))


def says_who_goes(text: str) -> bool:
    """ "本人去", "我陪他去": a statement about the case."""
    return bool(_patterns("goes_himself").search(squeeze(text)))


def says_displeased(text: str) -> bool:
    """ "你这个答非所问", "烦死了": about the answers, not about a matter. ``text`` is normalised."""
    return len(text) <= 24 and bool(_patterns("displeased").search(squeeze(text)))


def says_weary(text: str) -> bool:
    """ "太麻烦了", "这么多要填": said of what is being asked or filled in. ``text`` is normalised."""
    return bool(_patterns("weary").search(squeeze(text)))


def says_waiting(text: str) -> bool:
    """Whether there is any word of something handed in and waited for. ``text`` is normalised."""
    return bool(_patterns("waited_for").search(text))


def turns_to_the_next(text: str) -> bool:
    """ "接着说下一件". ``text`` is normalised."""
    return bool(_patterns("next_matter").search(squeeze(text)))


def turns_away(text: str) -> bool:
    """ "算了，还是问结婚吧". ``text`` is normalised."""
    return bool(_patterns("turns_away").search(squeeze(text)))


def asks_for_a_time(text: str) -> bool:
    """Whether a question asks for nothing but the time that was taken out of it: "行不行", not "广州热不热". ``text`` is normalised."""
    return len(_patterns("about_a_time").sub("", core(text))) == 0


def is_spelt_out(text: str) -> bool:
    """ "shenfenzheng diule": a matter in Latin letters, not small talk. ``text`` is normalised."""
    flat = squeeze(text)
    return flat.isascii() and len(flat) >= 4 and flat.isalpha() and not _patterns("latin").search(flat)


def wants_it_done(text: str) -> bool:
    """ "办居往证": a wish, whatever its words look like. ``text`` is normalised."""
    return bool(_patterns("has_done").search(squeeze(text)))


def says_put_off(text: str) -> bool:
    """ "先放着吧", "改天再办": what is under way is left for another day. ``text`` is normalised."""
    return bool(_patterns("puts_off").fullmatch(squeeze(text)))


def only_a_thing_is_lost(text: str) -> bool:
    """ "老人卡不见了": a thing is missing, not a person, and nobody is attacked. ``text`` is normalised."""
    return bool(_patterns("thing_lost").search(text)) and not _patterns("harm").search(text)


def takes_back(text: str) -> str | None:
    """What a refusal such as "不取消了" refuses. ``text`` is squeezed."""
    match = _patterns("takes_back").search(text)
    return match["what"] if match else None


def wants_a_change(text: str) -> bool:
    """ "改到周四" wants another time; "周四" chooses one. ``text`` is normalised."""
    return bool(any_of(load("words")["changes"]).search(text))


def asks_how_to_fill(text: str) -> bool:
    """ "地址怎么改": help with the form. ``text`` is normalised."""
    return bool(_patterns("form_help").search(text))


def names_a_visit(text: str) -> bool:
    """Whether there is any word of booking in it. ``text`` is normalised."""
    return bool(any_of(load("words")["visit_words"]).search(text))


def with_nouns_for_pronouns(text: str) -> set[str]:
    """ "我陪他去" → 我陪孩子去, 我陪老人去, …; empty when there is no pronoun."""
    names = load("words")["pronouns"]
    return {text.replace(p, noun) for p in names["words"] if p in text for noun in names["stand_for"]}


def asks_for_a_visit(text: str) -> bool:
    """ "预约办护照": a visit, whatever else is named. ``text`` is normalised."""
    return bool(_patterns("books").search(text))
