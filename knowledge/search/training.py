"""Training the ranker: a penalised softmax regression by L-BFGS. Deterministic, some seconds, nothing but numpy and scipy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from knowledge.search.evidence import FEATURES, Evidence
from knowledge.search.minimise import minimise
from knowledge.search.ranker import METRIC_SCALE, Floats, Ranker

OWN_PENALTY, METRIC_PENALTY, FUSION_PENALTY, BIAS_PENALTY = 1.0, 3.0, 0.01, 0.2
# Of what reaches the assistant we take four in five to be answerable; the training questions are no sample of that.
ANSWERABLE_SHARE = 0.8
AXES, STEPS = 192, 80
DOUBT_PENALTY, THRESHOLD = 3.0, 0.5
HELD_OUT = 5  # one question in so many only calibrates


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
    overall = np.array([e.overall for e in evidence], np.float32).reshape(-1, kinds + 1)
    return Lesson(features, queries, overall, np.array(classes, np.int64), count)


def train(lesson: Lesson, centroids: Floats, *, progress: Callable[[int, int], None] | None = None) -> Ranker:
    """The ranker of these questions. With no questions at all it ranks by a plain sum of similarities and answers everything."""
    said = progress or (lambda done, of: None)
    if not len(lesson.classes):
        return untrained(lesson)
    asked = np.isin(np.arange(lesson.guides), lesson.classes)
    said(0, 2)
    held_out = np.arange(len(lesson.classes)) % HELD_OUT == 0  # questions come item by item, so there are some of each
    axes = _axes(lesson.queries)
    part = _fit(lesson.take(np.flatnonzero(~held_out)), centroids, axes)
    calibration = _calibrate(part, lesson.take(np.flatnonzero(held_out)), centroids)
    said(1, 2)
    whole = _fit(lesson, centroids, axes)  # from the start as the part was: a further trained one would be surer than calibrated
    said(2, 2)
    return _ranker(whole, asked, calibration)


def untrained(lesson: Lesson) -> Ranker:
    """Without any question: a plain sum of the evidence, and everything is answered."""
    features, dimension, overall = lesson.features.shape[2], lesson.queries.shape[1], lesson.overall.shape[1]
    plain, nothing = np.full(features, 0.1, np.float32), np.zeros(overall, np.float32)
    own, bias = np.zeros((dimension, lesson.count), np.float32), np.zeros(lesson.count, np.float32)
    f = _Fitted(plain, plain, np.zeros((dimension, dimension), np.float32), own, bias, nothing, nothing, nothing + 1)
    return _ranker(f, np.zeros(lesson.guides, bool), _plain(lesson))


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


def _ranker(f: _Fitted, asked: npt.NDArray[np.bool_], c: _Calibration) -> Ranker:
    learned = (f.fusion, f.zero_shot, f.metric, f.own, f.bias, f.outside, f.mean, f.scale)
    return Ranker(*learned, asked, c.spread, c.doubt, c.doubt_mean, c.doubt_scale, np.array([THRESHOLD], np.float32))


def _axes(queries: Floats) -> Floats:
    """The directions in which questions differ most, shape (dimension, axes): the rest only costs time."""
    _, _, directions = np.linalg.svd(queries, full_matrices=False)
    return np.ascontiguousarray(directions[:AXES].T)


def _fit(lesson: Lesson, centroids: Floats, axes: Floats) -> _Fitted:
    mean, scale = lesson.overall.mean(axis=0), np.maximum(lesson.overall.std(axis=0), 1e-3)
    zero_shot = _fit_fusion(lesson)
    evidence = (lesson.features.reshape(-1, len(zero_shot)) @ zero_shot).reshape(len(lesson.classes), -1)
    problem = _Problem(replace(lesson, queries=lesson.queries @ axes), centroids @ axes, evidence, (lesson.overall - mean) / scale)
    best = minimise(problem.loss, problem.pack(trust=np.ones(1)), steps=STEPS)
    parts = problem.unpack(best)
    metric, own = axes @ parts["metric"] @ axes.T, axes @ parts["own"]
    learned = (parts["trust"] * zero_shot, zero_shot, metric, own, parts["bias"], parts["outside"], mean, scale)
    return _Fitted(*(part.astype(np.float32) for part in learned))


def _fit_fusion(lesson: Lesson) -> Floats:
    """The weights of the features alone, over questions that a guide answers."""
    rows = np.flatnonzero(lesson.classes < lesson.guides)
    features, classes = lesson.features[rows], lesson.classes[rows]
    flat = features.reshape(-1, features.shape[-1])
    chosen = features[np.arange(len(rows)), classes].sum(axis=0) if len(rows) else np.zeros(features.shape[-1])

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        logits = (flat @ weights.astype(np.float32)).reshape(len(rows), -1)
        probabilities, log_total = _softmax(logits)
        value = log_total.sum() - chosen @ weights + FUSION_PENALTY * weights @ weights / 2
        return float(value), flat.T @ probabilities.reshape(-1) - chosen + FUSION_PENALTY * weights

    start = np.full(features.shape[-1], 0.1)
    return minimise(loss, start, steps=STEPS) if len(rows) else start


class _Problem:
    """Loss and gradient of the whole model over packed parameters. The zero-shot ``evidence`` (questions, guides) is summed up
    once; how far to trust it is all that is learned of it here."""

    def __init__(self, lesson: Lesson, centroids: Floats, evidence: Floats, weakness: Floats):
        self.lesson, self.centroids = lesson, centroids.astype(np.float32)
        self.evidence, self.weakness = evidence.astype(np.float32), weakness.astype(np.float32)
        dimension = lesson.queries.shape[1]
        self.shapes = {
            "trust": (1,), "metric": (dimension, dimension), "own": (dimension, lesson.count), "bias": (lesson.count,),
            "outside": (weakness.shape[1],),
        }  # fmt: skip
        penalties = {"trust": FUSION_PENALTY, "metric": METRIC_PENALTY, "own": OWN_PENALTY, "bias": BIAS_PENALTY, "outside": BIAS_PENALTY}
        self.penalty = np.concatenate([np.full(int(np.prod(shape)), penalties[name]) for name, shape in self.shapes.items()])

    def pack(self, **parts: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        return np.concatenate([np.asarray(parts.get(name, np.zeros(shape)), np.float64).ravel() for name, shape in self.shapes.items()])

    def unpack(self, packed: npt.NDArray[np.float64]) -> dict[str, npt.NDArray[np.float64]]:
        parts, at = {}, 0
        for name, shape in self.shapes.items():
            size = int(np.prod(shape))
            parts[name] = packed[at : at + size].reshape(shape)
            at += size
        return parts

    def loss(self, packed: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        lesson, guides = self.lesson, self.lesson.guides
        p = {name: value.astype(np.float32) for name, value in self.unpack(packed).items()}
        logits = lesson.queries @ p["own"] + p["bias"]
        logits[:, :guides] += p["trust"] * self.evidence
        logits[:, :guides] += METRIC_SCALE * (lesson.queries @ p["metric"]) @ self.centroids.T
        logits[:, guides:] += (self.weakness @ p["outside"])[:, None]
        error, log_total = _softmax(logits)
        rows = np.arange(len(lesson.classes))
        value = float(log_total.sum() - logits[rows, lesson.classes].sum()) + float((self.penalty * packed) @ packed) / 2
        error[rows, lesson.classes] -= 1
        inside = np.ascontiguousarray(error[:, :guides])
        slope = self.pack(
            trust=np.vdot(self.evidence, inside), metric=METRIC_SCALE * lesson.queries.T @ (inside @ self.centroids),
            own=lesson.queries.T @ error, bias=error.sum(axis=0), outside=self.weakness.T @ error[:, guides:].sum(axis=1),
        )  # fmt: skip
        return value, slope + self.penalty * packed


def _softmax(logits: npt.NDArray[np.floating]) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.floating]]:
    """Probabilities by row, and the log of the sum of exponentials."""
    top = logits.max(axis=1, keepdims=True)
    exponentials = np.exp(logits - top)
    total = exponentials.sum(axis=1, keepdims=True)
    return exponentials / total, (np.log(total) + top)[:, 0]


@dataclass(frozen=True)
class _Calibration:
    spread: Floats
    doubt: Floats
    doubt_mean: Floats
    doubt_scale: Floats


def _calibrate(f: _Fitted, lesson: Lesson, centroids: Floats) -> _Calibration:
    """From questions the model has not seen: how far to spread the guides' logits, and which signs make an answer doubtful.

    A right answer is the question with its guide there; a wrong one the same question with its guide taken away, and every
    question that no guide answers. Taking guides away is what keeps the doubt honest when nearly every item has its guide.
    """
    ranker = _ranker(f, np.ones(lesson.guides, bool), _plain(lesson))
    inside: list[Floats] = []
    signs: dict[str, list[Floats]] = {"right": [], "taken": [], "other": []}
    for *row, wanted in zip(lesson.features, lesson.overall, lesson.queries, lesson.classes.tolist(), strict=True):
        evidence = Evidence(*row, np.zeros(0, np.int64), ())
        guides, outside = ranker.logits(evidence, centroids)
        signs["right" if wanted < lesson.guides else "other"].append(ranker.signs(evidence, guides, outside))
        if wanted < lesson.guides:
            inside.append(guides)
            if lesson.guides > 1:
                signs["taken"].append(ranker.signs(evidence, np.where(np.arange(len(guides)) == wanted, -1e4, guides), outside, wanted))
    if not inside:
        return _plain(lesson)
    return _Calibration(_spread(np.array(inside, np.float64), lesson.classes[lesson.classes < lesson.guides]), *_doubt(signs))


def _spread(logits: npt.NDArray[np.float64], wanted: npt.NDArray[np.int64]) -> Floats:
    chosen = logits[np.arange(len(logits)), wanted]

    def surprise(factor: float) -> float:
        return float((_softmax(logits * factor)[1] - chosen * factor).sum())

    return np.array([minimize_scalar(surprise, bounds=(0.05, 3.0), method="bounded").x], np.float32)


def _doubt(signs: dict[str, list[Floats]]) -> tuple[Floats, Floats, Floats]:
    """A penalised logistic regression; right answers weigh :data:`ANSWERABLE_SHARE`, the two kinds of wrong ones half of the rest each."""
    wrong = [name for name in ("taken", "other") if signs[name]]
    rows = np.array([row for name in ("right", *wrong) for row in signs[name]], np.float64)
    right = np.repeat([name == "right" for name in ("right", *wrong)], [len(signs[name]) for name in ("right", *wrong)])
    shares = {"right": ANSWERABLE_SHARE, **{name: (1 - ANSWERABLE_SHARE) / len(wrong) for name in wrong}}
    weights = np.concatenate([np.full(len(signs[name]), shares[name] * len(rows) / len(signs[name])) for name in ("right", *wrong)])
    mean, scale = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-3)
    table = np.hstack([(rows - mean) / scale, np.ones((len(rows), 1))])
    sign = np.where(right, 1.0, -1.0)

    def loss(line: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        margin = sign * (table @ line)
        slope = -(weights * sign / (1 + np.exp(np.clip(margin, -30, 30)))) @ table
        return float(weights @ np.logaddexp(0, -margin)) + DOUBT_PENALTY * float(line @ line) / 2, slope + DOUBT_PENALTY * line

    line = minimise(loss, np.zeros(table.shape[1]), steps=200)
    return tuple(part.astype(np.float32) for part in (line, mean, scale))  # type: ignore[return-value]


def _plain(lesson: Lesson) -> _Calibration:
    """Before anything is known: everything is answered."""
    signs = lesson.overall.shape[1] + 7
    doubt = np.append(np.zeros(signs), 3.0).astype(np.float32)
    return _Calibration(np.ones(1, np.float32), doubt, np.zeros(signs, np.float32), np.ones(signs, np.float32))
