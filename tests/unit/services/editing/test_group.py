"""Alike questions come together, others stay apart."""

from __future__ import annotations

import numpy as np

from services.editing.questions import group


def vectors(*angles: float) -> np.ndarray:
    return np.array([[np.cos(np.radians(a)), np.sin(np.radians(a))] for a in angles], np.float32)


def test_alike_questions_come_together_in_their_order() -> None:
    assert group(vectors(0, 90, 10, 95, 350), [None] * 5) == [[0, 2, 4], [1, 3]]


def test_less_is_enough_where_the_search_had_the_same_guide_in_mind() -> None:
    assert group(vectors(0, 70), [None, None]) == [[0], [1]]
    assert group(vectors(0, 70), ["a", "a"]) == [[0, 1]]
    assert group(vectors(0, 70), ["a", "b"]) == [[0], [1]]


def test_no_question_no_group() -> None:
    assert group(np.zeros((0, 2), np.float32), []) == []
