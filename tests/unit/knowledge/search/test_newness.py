"""When a guide is believed to be meant that nobody has asked about yet."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.search.newness import PLAIN, SIGNS, fit_newness, sigmoid, signs_of_new, softmax

OUTSIDE = np.zeros(1, np.float32)


def belief(newness: np.ndarray, guides: list[float], alone: list[float], asked: list[bool]) -> float:
    signs = signs_of_new(np.array(guides, np.float32), OUTSIDE, np.array(alone, np.float32), np.array(asked))
    return sigmoid(float(signs @ newness[:-1] + newness[-1]))


def questions(count: int = 400, guides: int = 12) -> list[tuple[np.ndarray, np.ndarray, np.ndarray, int]]:
    """What is learned is nearly always sure of the right guide; the evidence alone is right as a rule."""
    dice = np.random.default_rng(3)
    found = []
    for _ in range(count):
        right = int(dice.integers(guides))
        learned, alone = dice.normal(0, 1, guides), dice.normal(0, 1, guides)
        learned[right] += 6
        alone[right] += 2
        found.append((learned.astype(np.float32), OUTSIDE, alone.astype(np.float32), right))
    return found


def test_without_questions_it_is_the_share_that_the_evidence_gives() -> None:
    alone = [1.0, 2.0, 0.5]
    assert belief(PLAIN, [3.0, 0.0, 0.0], alone, [True, False, True]) == pytest.approx(float(softmax(np.array(alone, np.float32))[1]), abs=1e-5)
    assert fit_newness([]) is PLAIN and len(PLAIN) == SIGNS + 1


def test_a_new_guide_is_believed_less_where_what_was_learned_is_sure_of_another() -> None:
    newness = fit_newness(questions())
    alone, asked = [1.0] * 12, [True] * 11 + [False]
    sure, unsure = belief(newness, [7.0] + [0.0] * 11, alone, asked), belief(newness, [0.5] + [0.0] * 11, alone, asked)
    assert sure < unsure / 3


def test_the_better_the_evidence_for_it_the_more_it_is_believed() -> None:
    newness = fit_newness(questions())
    asked = [True] * 11 + [False]
    beliefs = [belief(newness, [5.0] + [0.0] * 11, [0.0] * 11 + [alone], asked) for alone in (0.0, 2.0, 4.0, 6.0)]
    assert beliefs == sorted(beliefs) and beliefs[0] < beliefs[-1] / 3


def test_it_finds_new_guides_more_often_than_the_share_alone_and_the_others_hardly_less() -> None:
    """The same made-up citizens, others than it was learned from."""
    newness, asked = fit_newness(questions()), np.arange(12) % 4 > 0
    hits: dict[tuple[str, bool], list[bool]] = {}
    for guides, outside, alone, right in questions(1200)[400:]:
        for name, line in (("plain", PLAIN), ("learned", newness)):
            share = sigmoid(float(signs_of_new(guides, outside, alone, asked) @ line[:-1] + line[-1]))
            within = softmax(alone)
            within[~asked] *= share / within[~asked].sum()
            within[asked] = (1 - share) * softmax(guides[asked])
            hits.setdefault((name, bool(asked[right])), []).append(int(within.argmax()) == right)
    found = {key: float(np.mean(values)) for key, values in hits.items()}
    assert found["learned", False] > found["plain", False]
    assert found["learned", True] > found["plain", True] - 0.02


def test_the_same_questions_give_the_same_belief() -> None:
    assert np.array_equal(fit_newness(questions()), fit_newness(questions()))
