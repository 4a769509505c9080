"""Training the ranker: a penalised softmax regression by L-BFGS. Deterministic, some seconds, nothing but numpy and scipy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from knowledge.search.calibration import Calibration, calibrate, plain
from knowledge.search.evidence import ZERO_SHOT
from knowledge.search.lesson import Lesson
from knowledge.search.minimise import minimise
from knowledge.search.problem import Problem, softmax
from knowledge.search.ranker import Floats, Ranker

AXES, STEPS = 192, 80
ZERO_SHOT_PENALTY = 0.01
_PLAIN = len(ZERO_SHOT)  # the features that need no question come first
THRESHOLD = 0.4  # of the chance that a guide answers it; on the dev questions 1 % are refused and 92 % of what is no service of ours
HELD_OUT = 5  # one question in so many only calibrates


def train(lesson: Lesson, centroids: Floats, *, progress: Callable[[int, int], None] | None = None) -> Ranker:
    """The ranker of these questions. With no questions at all it ranks by a plain sum of similarities and answers everything."""
    said = progress or (lambda done, of: None)
    if not len(lesson.classes):
        return untrained(lesson)
    known = np.isin(np.arange(lesson.guides), lesson.classes)
    said(0, 2)
    held_out = np.arange(len(lesson.classes)) % HELD_OUT == 0  # questions come item by item, so there are some of each
    axes = _axes(lesson.queries)
    part = _fit(lesson.take(np.flatnonzero(~held_out)), centroids, axes)
    unseen = lesson.take(np.flatnonzero(held_out))
    calibration = calibrate([(_ranker(part, np.ones(lesson.guides, bool), plain(lesson)), unseen)], centroids)
    said(1, 2)
    whole = _fit(lesson, centroids, axes)  # from the start as the part was: a further trained one would be surer than calibrated
    said(2, 2)
    return _ranker(whole, known, calibration)


def untrained(lesson: Lesson) -> Ranker:
    """Without any question: a plain sum of the evidence, and everything is answered."""
    features, dimension, overall = lesson.features.shape[2], lesson.queries.shape[1], lesson.overall.shape[1]
    even, nothing = np.full(features, 0.1, np.float32), np.zeros(overall, np.float32)
    own, bias = np.zeros((dimension, lesson.count), np.float32), np.zeros(lesson.count, np.float32)
    f = _Fitted(even, even, np.zeros((dimension, dimension), np.float32), own, bias, nothing, nothing, nothing + 1)
    return _ranker(f, np.zeros(lesson.guides, bool), plain(lesson))


@dataclass(frozen=True)
class _Fitted:
    fusion: Floats
    zero_shot: Floats
    metric: Floats
    own: Floats
    bias: Floats
    outside: Floats
    mean: Floats
    scale: Floats


def _ranker(f: _Fitted, asked: npt.NDArray[np.bool_], c: Calibration) -> Ranker:
    learned = (f.fusion, f.zero_shot, f.metric, f.own, f.bias, f.outside, f.mean, f.scale)
    return Ranker(*learned, asked, c.spread, c.doubt, c.doubt_mean, c.doubt_scale, np.array([THRESHOLD], np.float32), c.newness)


def _axes(queries: Floats) -> Floats:
    """The directions in which questions differ most, shape (dimension, axes): the rest only costs time."""
    _, _, directions = np.linalg.svd(queries, full_matrices=False)
    return np.ascontiguousarray(directions[:AXES].T)


def _fit(lesson: Lesson, centroids: Floats, axes: Floats) -> _Fitted:
    mean, scale = lesson.overall.mean(axis=0), np.maximum(lesson.overall.std(axis=0), 1e-3)
    zero_shot = fit_zero_shot(lesson)
    problem = Problem(replace(lesson, queries=lesson.queries @ axes), centroids @ axes, (lesson.overall - mean) / scale)
    parts = problem.unpack(minimise(problem.loss, problem.pack(fusion=zero_shot), steps=STEPS))
    metric, own = axes @ parts["metric"] @ axes.T, axes @ parts["own"]
    learned = (parts["fusion"], zero_shot, metric, own, parts["bias"], parts["outside"], mean, scale)
    return _Fitted(*(part.astype(np.float32) for part in learned))


def fit_zero_shot(lesson: Lesson) -> Floats:
    """The weights of the features that need no question, alone, over questions that a guide answers; nothing for the others."""
    weights = np.zeros(lesson.features.shape[2], np.float32)
    weights[:_PLAIN] = _fit_plain(lesson)
    return weights


def _fit_plain(lesson: Lesson) -> npt.NDArray[np.float64]:
    rows = np.flatnonzero(lesson.classes < lesson.guides)
    features, classes = np.ascontiguousarray(lesson.features[rows, :, :_PLAIN]), lesson.classes[rows]
    flat = features.reshape(-1, features.shape[-1])
    chosen = features[np.arange(len(rows)), classes].sum(axis=0) if len(rows) else np.zeros(features.shape[-1])

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        logits = (flat @ weights.astype(np.float32)).reshape(len(rows), -1)
        probabilities, log_total = softmax(logits)
        value = log_total.sum() - chosen @ weights + ZERO_SHOT_PENALTY * weights @ weights / 2
        return float(value), flat.T @ probabilities.reshape(-1) - chosen + ZERO_SHOT_PENALTY * weights

    start = np.full(features.shape[-1], 0.1)
    return minimise(loss, start, steps=STEPS) if len(rows) else start
