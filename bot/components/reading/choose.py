"""Which of the offered things a citizen means: "第二个", "补领那个", "八十二了", "周三上午的", "是的".

Pure decisions over labels; knows neither Rasa nor what the payloads do. A side question ("要多少钱") or another wish must
come out as ``None``: an answer taken wrongly costs more than one asked for again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Callable

from components.reading.dates import HOURS, Moment, find_moment
from components.reading.normalise import normalise
from components.reading.numbers import find_quantities, in_range, parse_numeral
from components.reading.spot import find_aspects, find_instead, find_objects, find_ordinal
from components.reading.vocabulary import any_of, load

_BARE = re.compile(r"(?:选|第|要)?\s*([一二两三四五六七八九十\d]{1,2}|[a-h])\s*(?:个|号|项|吧|\.|、|\)|选项)?")
_PUNCTUATION = re.compile(r"[\s,.。,!！?？~、;；:：()（）\[\]【】《》\"'“”‘’/·…-]+")


@dataclass(frozen=True)
class Offer:
    """One thing that was offered: ``label`` and ``words`` as shown, ``number`` the range of numbers that mean it."""

    label: str
    payload: str
    words: tuple[str, ...] = ()
    number: tuple[float | None, float | None] | None = None

    @classmethod
    def parse(cls, raw: dict[str, Any]) -> Offer:
        number = raw.get("number")
        return cls(str(raw.get("label") or ""), str(raw.get("payload") or ""), tuple(map(str, raw.get("words") or ())), tuple(number) if number else None)


@dataclass(frozen=True)
class Choice:
    """The index of the offer that is meant and how it was recognised."""

    index: int
    how: str


@cache
def _around() -> re.Pattern[str]:
    return any_of(load("words")["around"])


@cache
def _set(name: str) -> frozenset[str]:
    return frozenset(load("words")[name])


@cache
def _question() -> re.Pattern[str]:
    return any_of(load("words")["question"])


def squeeze(text: str) -> str:
    """The text without punctuation and spaces."""
    return _PUNCTUATION.sub("", normalise(text))


def core(text: str) -> str:
    """What remains when the words around a choice are taken away; may be empty."""
    return _around().sub("", squeeze(text))


def says_yes(text: str) -> bool:
    return squeeze(text).rstrip("啊呀吧哦的了呢啦") in _set("yes") or squeeze(text) in _set("yes")


def says_no(text: str) -> bool:
    return squeeze(text).rstrip("啊呀吧哦呢啦") in _set("no") or squeeze(text) in _set("no")


def says_none_of_these(text: str) -> bool:
    flat = squeeze(text)
    return any(flat.startswith(squeeze(w)) or flat.endswith(squeeze(w)) for w in load("words")["none"]) and len(flat) <= 14


def is_question(text: str) -> bool:
    return bool(_question().search(normalise(text)))


def choose(text: str, *, offers: list[Offer], pending: str, today: date, similarity: Callable[[str, list[str]], list[float]] | None = None) -> Choice | None:
    """The offer meant by ``text`` (as written), or ``None``. ``similarity`` gives cosines of the text to each label; used last."""
    if not offers or not text.strip():
        return None
    plain = normalise(text)
    instead = next((e.value for e in find_instead(plain) if e.entity == "wanted"), None)
    if instead and not find_aspects(plain):
        return choose(instead, offers=offers, pending=pending, today=today)
    return (
        _same_words(text, offers)
        or _rated(plain, offers, pending)
        or _dated(plain, offers, pending, today)
        or _in_range(plain, offers)
        or _numbered(plain, offers)
        or _contained(plain, offers)
        or _yes_no(text, offers, pending)
        or _alike(plain, offers, similarity)
    )


def _same_words(text: str, offers: list[Offer]) -> Choice | None:
    said = {squeeze(text), core(text)} - {""}
    hits = [i for i, o in enumerate(offers) if said & {squeeze(o.label), *map(squeeze, o.words)}]
    hits = hits or [i for i, o in enumerate(offers) if core(text) and core(text) == core(o.label)]
    return Choice(hits[0], "same") if len(hits) == 1 else None


def _rated(text: str, offers: list[Offer], pending: str) -> Choice | None:
    """A mark such as ``5``, ``五星``, ``打4分``: the offer with that value, whatever its place in the list."""
    if pending != "rating":
        return None
    m = re.fullmatch(r"(?:我?[给打评])*([1-5一二三四五])(?:颗?星|分)?[吧啊]?", squeeze(text))
    if not m:
        return None
    value = int(parse_numeral(m[1]) or 0)
    return next((Choice(i, "rating") for i, o in enumerate(offers) if re.search(rf'"value"\s*:\s*"?{value}\b', o.payload) or o.number == (value, value)), None)


def _numbered(text: str, offers: list[Offer]) -> Choice | None:
    flat = squeeze(text)
    ordinal = find_ordinal(flat, len(offers))
    if ordinal and len(core(flat[: ordinal.start] + flat[ordinal.end :])) <= 2 and not is_question(text):
        return Choice(ordinal.value - 1, "ordinal") if 1 <= ordinal.value <= len(offers) else None
    if (m := _BARE.fullmatch(flat)) and not any(o.number for o in offers):
        number = ord(m[1]) - 96 if m[1].isascii() and m[1].isalpha() else int(parse_numeral(m[1]) or 0)
        return Choice(number - 1, "ordinal") if 1 <= number <= len(offers) else None
    return None


def _in_range(text: str, offers: list[Offer]) -> Choice | None:
    """A number or age within the range of exactly one offer. A long sentence must say an age, a short one may say a bare number."""
    if not any(o.number for o in offers):
        return None
    quantities = find_quantities(text)
    ages = [q for q in quantities if q.age]
    chosen = ages or (quantities if len(core(text)) <= 6 else [])
    if len(chosen) != 1 or (is_question(text) and find_aspects(text)):
        return None
    hits = [i for i, o in enumerate(offers) if o.number and in_range(chosen[0].value, list(o.number))]
    return Choice(hits[0], "number") if len(hits) == 1 else None


def _negated(text: str, at: int) -> bool:
    """Whether what stands at ``at`` is denied: ``不是本人``, ``不是我本人``."""
    before = text[:at].rstrip("我的了要")
    return any(before.endswith(w) for w in _set("negation"))


def _says(text: str, word: str) -> bool:
    """Whether the text says the word, and not its opposite."""
    at = text.find(word)
    return at >= 0 and not (_negated(text, at) and not any(word.startswith(w) for w in _set("negation")))


def _denies(text: str, word: str) -> bool:
    at = text.find(word)
    return len(word) >= 2 and at > 0 and _negated(text, at)


def _contained(text: str, offers: list[Offer]) -> Choice | None:
    """The label stands in the text, the text stands in one label, or one of an offer's words stands in a short text."""
    flat, said = squeeze(text), core(text)
    if not said or (is_question(text) and find_aspects(text)):
        return None
    labels = [squeeze(o.label) for o in offers]
    whole = [i for i, label in enumerate(labels) if len(label) >= 2 and _says(flat, label)]
    if whole:
        longest = max(whole, key=lambda i: len(labels[i]))
        if all(labels[i] in labels[longest] for i in whole) and len(flat) <= len(labels[longest]) + 12:
            return Choice(longest, "label")
        return None
    if len(said) > 14 or is_question(re.sub(r"[呢吗?？]+$", "", text)):
        return None
    if len(said) >= 2:
        inside = [i for i, label in enumerate(labels) if said in label and not _negated(label, label.find(said))]
        if len(inside) == 1:
            return Choice(inside[0], "part")
    denied = [i for i, o in enumerate(offers) if any(_denies(flat, squeeze(w)) for w in (o.label, *o.words))]
    if len(offers) == 2 and len(denied) == 1 and len(said) <= 8:
        return Choice(1 - denied[0], "denied")  # of two, not the one
    worded = [i for i, o in enumerate(offers) if any(len(squeeze(w)) >= 1 and _says(flat, squeeze(w)) for w in o.words)]
    if len(worded) == 1 and not _foreign_object(text, offers[worded[0]]):
        return Choice(worded[0], "words")
    return _overlapping(said, labels) if not _foreign_object(text, None, offers) else None


def _foreign_object(text: str, offer: Offer | None, offers: list[Offer] | None = None) -> bool:
    """Whether the text names a thing that no offer in question names: then it is a new wish, not a choice."""
    shown = " ".join(normalise(part) for o in (offers or ([offer] if offer else [])) for part in (o.label, *o.words))
    return any(e.value not in shown and not any(piece in shown for piece in (e.value[-3:], e.value[:3])) for e in find_objects(normalise(text)))


def _bigrams(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)} or {text}


def _overlapping(said: str, labels: list[str]) -> Choice | None:
    """The label that covers most of what was said; syllable pairs that many labels share count little."""
    if len(said) < 2:
        return None
    pairs = [_bigrams(label) for label in labels]
    weight = {p: 1 / max(1, sum(p in other for other in pairs)) for p in _bigrams(said)}
    scores = [sum(w for p, w in weight.items() if p in mine) / sum(weight.values()) for mine in pairs]
    ranked = sorted(range(len(scores)), key=lambda i: scores[i], reverse=True)
    runner_up = scores[ranked[1]] if len(ranked) > 1 else 0.0
    return Choice(ranked[0], "overlap") if scores[ranked[0]] >= 0.55 and scores[ranked[0]] - runner_up >= 0.2 else None


def _yes_no(text: str, offers: list[Offer], pending: str) -> Choice | None:
    words = load("words")
    key = "yes_label" if says_yes(text) else "no_label" if says_no(text) else None
    if not key:
        return None
    other = "no_label" if key == "yes_label" else "yes_label"
    starts = lambda label, names: any(label.startswith(w) for w in words[names])  # noqa: E731
    hits = [i for i, o in enumerate(offers) if starts(squeeze(o.label), key) and not (key == "yes_label" and starts(squeeze(o.label), other))]
    if len(hits) == 1:
        return Choice(hits[0], "yes" if key == "yes_label" else "no")
    if pending.startswith("confirm") and len(offers) == 2:  # a question to confirm is answered by its first button, put off by its second
        return Choice(0, "yes") if key == "yes_label" else Choice(1, "no")
    return Choice(0, "yes") if key == "yes_label" and len(offers) == 1 and pending != "none" else None


def _slot_of(offer: Offer, today: date) -> Moment:
    return find_moment(normalise(" ".join((offer.label, *offer.words))), today)


def _fits(said: Moment, slot: Moment) -> bool:
    if said.days and not (set(said.days) & set(slot.days[:1] if len(slot.days) > 1 else slot.days)):
        return False
    if said.daypart:
        low, high = HOURS[said.daypart]
        if not (slot.daypart == said.daypart if slot.at is None else low <= slot.at.hour < high):
            return False
    if said.at and (slot.at is None or (slot.at.hour, slot.at.minute >= 30) != (said.at.hour, said.at.minute >= 30)):
        return slot.at is not None and slot.at == said.at
    return True


def _dated(text: str, offers: list[Offer], pending: str, today: date) -> Choice | None:
    if pending != "slot":
        return None
    said = find_moment(text, today)
    if not said or (is_question(text) and find_aspects(text)) or find_ordinal(squeeze(text)):
        return None
    slots = [_slot_of(o, today) for o in offers]
    timed = [i for i, s in enumerate(slots) if s]
    if said.days:
        for day in said.days:  # 周三 without more means the nearest one on offer
            one = Moment((day,), said.daypart, said.at)
            hits = [i for i in timed if _fits(one, slots[i])]
            if hits:
                return Choice(hits[-1] if said.latest else hits[0], "moment")
        return None
    hits = [i for i in timed if _fits(said, slots[i])]
    return Choice(hits[-1] if said.latest else hits[0], "moment") if hits else None


def _alike(text: str, offers: list[Offer], similarity: Callable[[str, list[str]], list[float]] | None) -> Choice | None:
    """The last resort: clearly nearest in meaning, for a short statement that names nothing foreign."""
    said = core(text)
    if similarity is None or not 2 <= len(said) <= 16 or len(offers) < 2 or is_question(text) or _foreign_object(text, None, offers):
        return None
    scores = similarity(text, [o.label for o in offers])
    ranked = sorted(range(len(scores)), key=lambda i: scores[i], reverse=True)
    clear = scores[ranked[0]] >= 0.87 and scores[ranked[0]] - scores[ranked[1]] >= 0.03
    return Choice(ranked[0], "meaning") if clear else None
