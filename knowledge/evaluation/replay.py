"""What a publication changes for people who ask: questions put to the search as it is and as it would be.

Asked are the questions meant for the guides concerned, those whose words come nearest to them (theirs are the answers a change
disturbs first), what citizens really asked and got these guides for, and a fixed sample of everything else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from knowledge.evaluation.questions import Question, read_questions
from knowledge.index.encoder import Encoder
from knowledge.index.lexical import grams
from knowledge.model import SearchResult
from knowledge.search.engine import Searcher
from knowledge.search.normalise import normalise

OWN, NEAR, SAMPLE = 60, 40, 20
Effect = Literal["better", "worse", "other"]


@dataclass(frozen=True)
class Found:
    """The first hit, if the search would answer at all."""

    answerable: bool
    guide_id: str | None
    name: str | None
    score: float


@dataclass(frozen=True)
class Shift:
    """A question whose answer changes. ``expected``: the item it asks for, where that is known."""

    question: str
    expected: str | None
    before: Found
    after: Found
    effect: Effect


@dataclass(frozen=True)
class Replay:
    questions: int
    changed: list[Shift]


def replay(
    before: Searcher, after: Searcher, *, guides: Collection[str], region: str, encoder: Encoder, past: Sequence[str] = ()
) -> Replay:  # fmt: skip
    """``guides``: ids of those that change; ``past``: masked questions of citizens; ``encoder``: one that remembers."""
    one, other = (Searcher(index=s.index, encoder=encoder) for s in (before, after))
    asked = _chosen(before, after, guides)
    asked += [(text, None) for text in dict.fromkeys(past) if text not in {t for t, _ in asked}]
    changed = []
    for text, expected in asked:
        was, now = (_first(s.search(text, region=region, top_k=1)) for s in (one, other))
        if (was.answerable, was.guide_id) != (now.answerable, now.guide_id):
            changed.append(Shift(text, expected, was, now, _effect(expected, was, now)))
    return Replay(len(asked), sorted(changed, key=lambda s: ("worse", "other", "better").index(s.effect)))


def _chosen(before: Searcher, after: Searcher, guides: Collection[str]) -> list[tuple[str, str | None]]:
    names = {g.name for s in (before, after) for g in s.index.guides if g.id in guides}
    own = [q for q in _questions() if q.item in names][:OWN]
    chosen = dict.fromkeys(own)
    near = [q for s in (before, after) for at, g in enumerate(s.index.guides) if g.id in guides for q in _nearest(s, at)]
    chosen |= dict.fromkeys(near)
    chosen |= dict.fromkeys(_sample())
    return [(q.text, q.item) for q in chosen]


def _nearest(searcher: Searcher, guide: int) -> Iterator[Question]:
    """The questions that share most with everything the guide says."""
    lexical = searcher.index.collector.lexical["whole"]
    weights = lexical.weights[:, [guide]].toarray()[:, 0]
    questions = _questions()
    places = [[lexical.vocabulary[g] for g in set(grams(text)) if g in lexical.vocabulary] for text in _texts(questions)]
    scores = np.array([weights[row].sum() for row in places])
    return (questions[at] for at in np.argsort(-scores, kind="stable")[:NEAR] if scores[at] > 0)


@cache
def _questions() -> tuple[Question, ...]:
    """The test part is left alone, here too."""
    return tuple(q for q in read_questions() if q.split != "test")


@cache
def _texts(questions: tuple[Question, ...]) -> tuple[str, ...]:
    return tuple(normalise(q.text) for q in questions)


@cache
def _sample() -> tuple[Question, ...]:
    return tuple(sorted(_questions(), key=lambda q: hashlib.sha256(q.text.encode()).digest())[:SAMPLE])


def _first(result: SearchResult) -> Found:
    if not result.answerable or not result.results:
        return Found(False, None, None, 0.0)
    hit = result.results[0]
    return Found(True, hit.guide_id, hit.name, hit.score)


def _effect(expected: str | None, was: Found, now: Found) -> Effect:
    """``NONE`` is expected where nothing of ours answers, and equals no name."""
    right = [f.name == expected or (not f.answerable and expected == "NONE") for f in (was, now)]
    return "other" if expected is None or right[0] == right[1] else "better" if right[1] else "worse"
