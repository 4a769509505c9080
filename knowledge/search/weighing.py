"""A ranker around what the encoder was taught: its head is taken as it is, and only weighed against the other evidence.

The head has seen the questions it was taught and is too sure of them. So the weights come from questions that were kept from it,
some thousand, for some twenty numbers: seconds, where learning every guide's own weights anew takes minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from knowledge.index.adapted import HEAD_SCALE, Adaptation
from knowledge.search.calibration import calibrate, plain
from knowledge.search.lesson import Lesson
from knowledge.search.minimise import minimise
from knowledge.search.problem import softmax
from knowledge.search.ranker import METRIC_SCALE, Floats, Ranker
from knowledge.search.training import THRESHOLD, fit_zero_shot, untrained

PENALTY, STEPS = 1.0, 200
_LIKE = 5.0  # the head's odds are divided by this, so that its weight is of the size of the others


@dataclass(frozen=True)
class Head:
    """``own`` (dimension, guides) and ``bias`` (guides,), zero for guides that were not taught."""

    own: Floats
    bias: Floats
    taught: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, adaptation: Adaptation, names: Sequence[str]) -> Head:
        """``names`` of the guides, in the order of the index."""
        place = {name: at for at, name in enumerate(adaptation.items)}
        taught = np.array([name in place for name in names], bool)
        columns = [place.get(name, 0) for name in names]
        own = np.where(taught, adaptation.head[:, columns].astype(np.float32) * HEAD_SCALE, 0).astype(np.float32)
        return cls(own, np.where(taught, adaptation.bias[columns], 0).astype(np.float32), taught)

    def grown(self, middles: Floats, asked: npt.NDArray[np.bool_]) -> Head:
        """With a guess for guides that have questions and were not taught: what the others learned lies along the middle of their
        questions, so many times as long; so does theirs."""
        known, new = self.taught & asked, asked & ~self.taught
        if not known.any() or not new.any():
            return self
        length = float((self.own[:, known] * middles[known].T).sum() / (middles[known] ** 2).sum())
        own, bias = self.own.copy(), self.bias.copy()
        own[:, new] = length * middles[new].T
        bias[new] = np.median(self.bias[known])
        return Head(own, bias, self.taught | new)

    def odds(self, queries: Floats, centroids: Floats) -> Floats:
        """(questions, guides), divided by :data:`_LIKE`."""
        return (HEAD_SCALE * queries @ centroids.T + queries @ self.own + self.bias) / _LIKE  # type: ignore[no-any-return]


def weigh(lesson: Lesson, head: Head, centroids: Floats) -> Ranker:
    """The ranker of questions that were not taught. Without any it is the untrained one."""
    if not len(lesson.classes):
        return untrained(lesson)
    lesson = _one_outside(lesson)
    halves = [np.arange(len(lesson.classes)) % 2 == part for part in (0, 1)]
    unseen = [(_fit(lesson.take(np.flatnonzero(~half)), head, centroids), lesson.take(np.flatnonzero(half))) for half in halves]
    return replace(_fit(lesson, head, centroids), **vars(calibrate(unseen, centroids)))


def _one_outside(lesson: Lesson) -> Lesson:
    """All that is no guide of ours as one class: nothing was learned of any."""
    return Lesson(lesson.features, lesson.queries, lesson.overall, np.minimum(lesson.classes, lesson.guides), lesson.guides + 1)


def _fit(lesson: Lesson, head: Head, centroids: Floats) -> Ranker:
    mean, scale = lesson.overall.mean(axis=0), np.maximum(lesson.overall.std(axis=0), 1e-3)
    weakness = (lesson.overall - mean) / scale
    evidence = np.concatenate([lesson.features, head.odds(lesson.queries, centroids)[:, :, None]], axis=2)
    fusion, outside, nothing = _weights(evidence, weakness, lesson.classes)
    dimension, share = lesson.queries.shape[1], float(fusion[-1]) / _LIKE
    return Ranker(
        fusion=fusion[:-1].astype(np.float32),
        zero_shot=fit_zero_shot(lesson),
        metric=(np.eye(dimension) * HEAD_SCALE * share / METRIC_SCALE).astype(np.float32),
        own=np.hstack([head.own * share, np.zeros((dimension, 1))]).astype(np.float32),
        bias=np.append(head.bias * share, nothing).astype(np.float32),
        outside=outside.astype(np.float32),
        overall_mean=mean.astype(np.float32),
        overall_scale=scale.astype(np.float32),
        asked=head.taught,
        threshold=np.array([THRESHOLD], np.float32),
        **vars(plain(lesson)),
    )


def _weights(evidence: Floats, weakness: Floats, classes: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], float]:
    """Of the evidence for a guide, of what speaks for no guide at all, and the odds of that to begin with."""
    questions, guides, kinds = evidence.shape
    flat, rows = evidence.reshape(-1, kinds), np.arange(questions)

    def loss(packed: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        fusion, outside, nothing = packed[:kinds], packed[kinds:-1], packed[-1]
        inside = (flat @ fusion.astype(np.float32)).reshape(questions, guides)
        logits = np.hstack([inside, (weakness @ outside + nothing)[:, None]])
        error, log_total = softmax(logits)
        value = float((log_total - logits[rows, classes]).sum()) + PENALTY * float(packed @ packed) / 2
        error[rows, classes] -= 1
        slope = np.concatenate([error[:, :guides].reshape(-1).astype(np.float32) @ flat, error[:, -1] @ weakness, [error[:, -1].sum()]])
        return value, slope + PENALTY * packed

    packed = minimise(loss, np.zeros(kinds + weakness.shape[1] + 1), steps=STEPS)
    return packed[:kinds], packed[kinds:-1], float(packed[-1])
