"""The loss of the ranking model: a penalised softmax over guides and what is no guide, with its gradient."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from knowledge.search.lesson import Lesson
from knowledge.search.ranker import METRIC_SCALE, Floats

OWN_PENALTY, METRIC_PENALTY, FUSION_PENALTY, BIAS_PENALTY = 1.0, 3.0, 30.0, 0.2


class Problem:
    """Loss and gradient of the whole model over packed parameters. What a question needs none of is weighed anew beside the
    questions asked before: it says other things once they are known."""

    def __init__(self, lesson: Lesson, centroids: Floats, weakness: Floats):
        self.lesson, self.centroids, self.weakness = lesson, centroids.astype(np.float32), weakness.astype(np.float32)
        self.features = lesson.features.reshape(-1, lesson.features.shape[2])
        dimension = lesson.queries.shape[1]
        self.shapes = {
            "fusion": (self.features.shape[1],), "metric": (dimension, dimension), "own": (dimension, lesson.count),
            "bias": (lesson.count,), "outside": (weakness.shape[1],),
        }  # fmt: skip
        penalties = {
            "fusion": FUSION_PENALTY, "metric": METRIC_PENALTY, "own": OWN_PENALTY, "bias": BIAS_PENALTY,
            "outside": BIAS_PENALTY,
        }  # fmt: skip
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
        logits[:, :guides] += (self.features @ p["fusion"]).reshape(-1, guides)
        logits[:, :guides] += METRIC_SCALE * (lesson.queries @ p["metric"]) @ self.centroids.T
        logits[:, guides:] += (self.weakness @ p["outside"])[:, None]
        error, log_total = softmax(logits)
        rows = np.arange(len(lesson.classes))
        value = float(log_total.sum() - logits[rows, lesson.classes].sum()) + float((self.penalty * packed) @ packed) / 2
        error[rows, lesson.classes] -= 1
        inside = np.ascontiguousarray(error[:, :guides])
        slope = self.pack(
            fusion=inside.reshape(-1) @ self.features,
            metric=METRIC_SCALE * lesson.queries.T @ (inside @ self.centroids),
            own=lesson.queries.T @ error, bias=error.sum(axis=0), outside=self.weakness.T @ error[:, guides:].sum(axis=1),
        )  # fmt: skip
        return value, slope + self.penalty * packed


def softmax(logits: npt.NDArray[np.floating]) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.floating]]:
    """Probabilities by row, and the log of the sum of exponentials."""
    top = logits.max(axis=1, keepdims=True)
    exponentials = np.exp(logits - top)
    total = exponentials.sum(axis=1, keepdims=True)
    return exponentials / total, (np.log(total) + top)[:, 0]
