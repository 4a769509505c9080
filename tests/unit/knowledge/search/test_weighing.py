"""Weighing what the encoder was taught against the other evidence."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.index.adapted import Adaptation
from knowledge.search.evidence import FEATURES, Evidence
from knowledge.search.lesson import Lesson
from knowledge.search.weighing import Head, weigh

GUIDES, DIMENSION = 6, 16
OVERALL = len(FEATURES) + 3


def adaptation(items: tuple[str, ...]) -> Adaptation:
    dice = np.random.default_rng(5)
    head = dice.normal(size=(DIMENSION, len(items))).astype(np.float16)
    return Adaptation({}, {}, np.zeros(DIMENSION, np.float32), head, np.zeros(len(items), np.float32), items, np.zeros(0, np.uint64))


NAMES = tuple("甲乙丙丁戊己")
HEAD = Head.of(adaptation(NAMES), NAMES)
CENTROIDS = np.zeros((GUIDES, DIMENSION), np.float32)


def lesson(count: int = 240, *, seed: int = 1) -> Lesson:
    """Features say nothing; the query lies where the head looks for its guide. Every fourth question is nobody's and lies nowhere."""
    dice = np.random.default_rng(seed)
    classes = dice.integers(0, GUIDES, count)
    classes[::4] = GUIDES
    queries = dice.normal(size=(count, DIMENSION)) * 0.3
    inside = classes < GUIDES
    queries[inside] += HEAD.own.T[classes[inside]] / 10
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    features = dice.normal(size=(count, GUIDES, len(FEATURES)))
    overall = dice.normal(size=(count, OVERALL))
    overall[~inside, 0] -= 4
    return Lesson(features.astype(np.float32), queries.astype(np.float32), overall.astype(np.float32), classes, GUIDES + 1)


def evidence(part: Lesson, at: int) -> Evidence:
    return Evidence(part.features[at], part.overall[at], part.queries[at], np.zeros(GUIDES, np.int64), ())


def test_the_head_is_believed_where_it_is_right_and_nothing_is_answered_where_nothing_is() -> None:
    ranker, asked = weigh(lesson(), HEAD, CENTROIDS), lesson(seed=2)
    found = [ranker.rank(evidence(asked, at), CENTROIDS) for at in range(len(asked.classes))]
    inside = asked.classes < GUIDES
    right = [int(np.argmax(r.scores)) == wanted for r, wanted in zip(found, asked.classes, strict=True) if wanted < GUIDES]
    assert np.mean(right) > 0.9
    confidence = np.array([r.confidence for r in found])
    assert np.median(confidence[inside]) > np.median(confidence[~inside]) + 0.3


def test_a_head_that_knows_nothing_gets_no_weight() -> None:
    deaf = Head(np.random.default_rng(9).normal(size=HEAD.own.shape).astype(np.float32) * 20, HEAD.bias, HEAD.taught)
    heard, unheard = weigh(lesson(), HEAD, CENTROIDS), weigh(lesson(), deaf, CENTROIDS)
    assert abs(unheard.metric[0, 0]) < heard.metric[0, 0] / 5


def test_a_guide_that_was_not_taught_is_marked_so() -> None:
    head = Head.of(adaptation(("甲", "丙")), NAMES)
    assert head.taught.tolist() == [True, False, True, False, False, False]
    assert not head.own[:, 1].any() and head.own[:, 2].any()
    assert weigh(lesson(), head, CENTROIDS).asked.tolist() == head.taught.tolist()


def test_without_questions_it_ranks_by_plain_similarity() -> None:
    empty = lesson().take(np.zeros(0, np.int64))
    ranker = weigh(empty, HEAD, CENTROIDS)
    assert not ranker.asked.any() and ranker.fusion == pytest.approx(0.1)
