"""Which of the offered things a citizen means: "第二个", "补领那个", "八十二了", "周三上午的", "是的".

Pure decisions over labels; knows neither Rasa nor what the payloads do. A side question ("要多少钱") or another wish must
come out as ``None``: an answer taken wrongly costs more than one asked for again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from components.reading.labels import choose_by_label, choose_of_opposites, names_something_else
from components.reading.normalise import normalise
from components.reading.numbers import find_quantities, in_range, parse_numeral
from components.reading.offers import Choice, Offer
from components.reading.saying import (
    core,
    declines,
    gives_up,
    is_question,
    says_no,
    says_yes,
    squeeze,
    turns_away,
    turns_to_the_next,
    with_nouns_for_pronouns,
)
from components.reading.spot import find_aspects, find_instead, find_ordinal
from components.reading.times import choose_time
from components.reading.vocabulary import load

__all__ = ["Choice", "Offer", "choose"]
_BARE = re.compile(r"(?:选|第|要)?\s*([一二两三四五六七八九十\d]{1,2}|[a-h])\s*(?:个|号|项|吧|\.|、|\)|选项)?")


def choose(
    text: str, *, offers: list[Offer], pending: str, today: date, similarity: Callable[[str, list[str]], list[float]] | None = None
) -> Choice | None:
    """The offer meant by ``text`` (as written), or ``None``. ``similarity`` gives cosines of the text to each label; used last."""
    if not offers or not text.strip():
        return None
    plain = normalise(text)
    instead = next((e.value for e in find_instead(plain) if e.entity == "wanted"), None)
    if instead and not find_aspects(plain):
        return choose(instead, offers=offers, pending=pending, today=today)
    if turns_to_the_next(plain):
        return _same_words(text, offers)
    return (
        _same_words(text, offers)
        or _rated(plain, offers, pending)
        or (choose_time(plain, offers, today) if pending == "slot" else None)
        or _in_range(plain, offers)
        or _numbered(plain, offers)
        or choose_of_opposites(plain, offers)
        or choose_by_label(plain, offers)
        or _yes_no(text, offers, pending)
        or _alike(plain, offers, similarity)
    )


def _same_words(text: str, offers: list[Offer]) -> Choice | None:
    flat = squeeze(text)
    said = {flat, core(text), *with_nouns_for_pronouns(flat)} - {""}
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
    return next(
        (Choice(i, "rating") for i, o in enumerate(offers) if re.search(rf'"value"\s*:\s*"?{value}\b', o.payload) or o.number == (value, value)), None
    )


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
    if len(chosen) != 1 or is_question(text.rstrip("呢?")):
        return None
    hits = [i for i, o in enumerate(offers) if o.number and in_range(chosen[0].value, list(o.number))]
    return Choice(hits[0], "number") if len(hits) == 1 else None


def _yes_no(text: str, offers: list[Offer], pending: str) -> Choice | None:
    words = load("words")
    key = "yes_label" if says_yes(text) else "no_label" if says_no(text) else None
    if not key or (pending == "situation" and (gives_up(text) or declines(text))):
        return None
    other = "no_label" if key == "yes_label" else "yes_label"
    starts = lambda label, names: any(label.startswith(w) for w in words[names])  # noqa: E731
    hits = [i for i, o in enumerate(offers) if starts(squeeze(o.label), key) and not (key == "yes_label" and starts(squeeze(o.label), other))]
    if len(hits) == 1:
        return Choice(hits[0], "yes" if key == "yes_label" else "no")
    if pending.startswith("confirm") and len(offers) == 2:  # a question to confirm is answered by its first button, put off by its second
        return Choice(0, "yes") if key == "yes_label" else Choice(1, "no")
    return Choice(0, "yes") if key == "yes_label" and len(offers) == 1 and pending != "none" else None


def _alike(text: str, offers: list[Offer], similarity: Callable[[str, list[str]], list[float]] | None) -> Choice | None:
    """The last resort: clearly nearest in meaning, for a short statement that names nothing foreign."""
    said = core(text)
    if similarity is None or not 2 <= len(said) <= 16 or len(offers) < 2 or is_question(text) or turns_away(text):
        return None
    if names_something_else(text, None, offers):
        return None
    scores = similarity(text, [o.label for o in offers])
    ranked = sorted(range(len(scores)), key=lambda i: scores[i], reverse=True)
    clear = scores[ranked[0]] >= 0.87 and scores[ranked[0]] - scores[ranked[1]] >= 0.03
    return Choice(ranked[0], "meaning") if clear else None
