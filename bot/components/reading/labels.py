"""Choosing by the words of labels: contained, part of one, denied, overlapping."""

from __future__ import annotations

from components.reading.normalise import normalise
from components.reading.offers import Choice, Offer
from components.reading.saying import core, is_question, squeeze, takes_back, words
from components.reading.spot import find_aspects, find_objects


def _negated(text: str, at: int) -> bool:
    """Whether what stands at ``at`` is denied: ``不是本人``, ``不是我本人``."""
    before = text[:at].rstrip("我的了要")
    return any(before.endswith(w) for w in words("negation"))


def _says(text: str, word: str) -> bool:
    """Whether the text says the word, and not its opposite."""
    at = text.find(word)
    return at >= 0 and not (_negated(text, at) and not any(word.startswith(w) for w in words("negation")))


def _denies(text: str, word: str) -> bool:
    at = text.find(word)
    return len(word) >= 2 and at > 0 and _negated(text, at)


def choose_by_label(text: str, offers: list[Offer]) -> Choice | None:
    """The label stands in the text, the text stands in one label, or one of an offer's words stands in a short text."""
    flat, said = squeeze(text), core(text)
    if not said or (is_question(text) and find_aspects(text)):
        return None
    labels = [squeeze(o.label) for o in offers]
    if what := takes_back(flat):
        return _refused(what, labels)
    whole = [i for i, label in enumerate(labels) if len(label) >= 2 and _says(flat, label)]
    if whole:
        longest = max(whole, key=lambda i: len(labels[i]))
        if all(labels[i] in labels[longest] for i in whole) and len(flat) <= len(labels[longest]) + 12:
            return Choice(longest, "label")
        return None
    if len(said) > 14 or is_question(text.rstrip("呢?")):
        return None
    if len(said) >= 2:
        inside = [i for i, label in enumerate(labels) if said in label and not _negated(label, label.find(said))]
        inside = inside or [i for i, label in enumerate(labels) if 3 <= len(flat) < len(label) <= 2 * len(flat) and _shortens(flat, label)]
        if len(inside) == 1:
            return Choice(inside[0], "part")
    denied = [i for i, o in enumerate(offers) if any(_denies(flat, squeeze(w)) for w in (o.label, *o.words))]
    if len(offers) == 2 and len(denied) == 1 and len(said) <= 8:
        return Choice(1 - denied[0], "denied")  # of two, not the one
    worded = [i for i, o in enumerate(offers) if any(len(squeeze(w)) >= 1 and _says(flat, squeeze(w)) for w in o.words)]
    if len(worded) == 1 and not names_something_else(text, offers[worded[0]]):
        return Choice(worded[0], "words")
    return _overlapping(said, labels) if not names_something_else(text, None, offers) else None


def _refused(what: str, labels: list[str]) -> Choice | None:
    """Of two offers, one of which is refused, the other when that keeps things as they are; never the refused one."""
    hits = [i for i, label in enumerate(labels) if what in label]
    if len(labels) != 2 or len(hits) != 1:
        return None
    other = 1 - hits[0]
    return Choice(other, "denied") if any(labels[other].startswith(w) for w in words("no_label")) else None


_DONE, _NOT_DONE = ("已经", "已", "有"), ("还没有", "还没", "没有", "未", "没")


def choose_of_opposites(text: str, offers: list[Offer]) -> Choice | None:
    """ "满了" between 已满16周岁 and 未满16周岁; "还没" and "没满" are the other one."""
    if len(offers) != 2 or len(flat := squeeze(text).rstrip("了啊呀呢的吧")) > 6 or is_question(text.rstrip("呢?")):
        return None
    sides = [next((done for done in (True, False) if squeeze(o.label).startswith(_DONE if done else _NOT_DONE)), None) for o in offers]
    if set(sides) != {True, False}:
        return None
    opener = next((w for w in (*_NOT_DONE, "早就", "都", *_DONE) if flat.startswith(w)), "")
    said, denied = flat.removeprefix(opener), opener in _NOT_DONE
    chosen = sides.index(not denied)
    label = squeeze(offers[chosen].label)
    rest = next((label.removeprefix(w) for w in (*_DONE, *_NOT_DONE) if label.startswith(w)), label)
    return Choice(chosen, "part") if (said or opener) and rest.startswith(said) else None


def _shortens(short: str, label: str) -> bool:
    """Whether all characters of ``short`` stand in the label in this order: ``还要改`` for ``还要修改``."""
    rest = iter(label)
    return all(c in rest for c in short)


def names_something_else(text: str, offer: Offer | None, offers: list[Offer] | None = None) -> bool:
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
