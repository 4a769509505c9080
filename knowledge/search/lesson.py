"""What the ranker learns from: questions as evidence, each with the class it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.search import asked
from knowledge.search.evidence import FEATURES, Evidence


@dataclass(frozen=True)
class Lesson:
    """Questions as evidence with the class each belongs to: a guide's place, or guides + the place of an item without one."""

    features: npt.NDArray[np.float32]  # (questions, guides, features)
    queries: npt.NDArray[np.float32]  # (questions, dimension), centred
    overall: npt.NDArray[np.float32]  # (questions, overall)
    classes: npt.NDArray[np.int64]
    count: int  # of classes

    @property
    def guides(self) -> int:
        return self.features.shape[1]

    def take(self, rows: npt.NDArray[np.int64]) -> Lesson:
        return Lesson(self.features[rows], self.queries[rows], self.overall[rows], self.classes[rows], self.count)


def lesson_of(evidence: Sequence[Evidence], classes: Sequence[int], *, guides: int, count: int, dimension: int) -> Lesson:
    """Evidence stacked; of the right shape also when there is none."""
    kinds = len(FEATURES)
    features = np.array([e.features for e in evidence], np.float32).reshape(-1, guides, kinds)
    queries = np.array([e.centred for e in evidence], np.float32).reshape(-1, dimension)
    overall = np.array([e.overall for e in evidence], np.float32).reshape(-1, kinds + 1 + len(asked.OUTSIDE))
    return Lesson(features, queries, overall, np.array(classes, np.int64), count)
