"""Making the ranking honest: how far to spread its odds, which signs make an answer doubtful, and how far to trust new guides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from knowledge.search.evidence import Evidence
from knowledge.search.lesson import Lesson
from knowledge.search.minimise import minimise
from knowledge.search.newness import PLAIN, fit_newness
from knowledge.search.problem import softmax
from knowledge.search.ranker import Floats, Ranker, standardised

# Of what reaches the assistant we take four in five to be answerable; the training questions are no sample of that.
ANSWERABLE_SHARE = 0.8
DOUBT_PENALTY = 3.0


@dataclass(frozen=True)
class Calibration:
    spread: Floats
    doubt: Floats
    doubt_mean: Floats
    doubt_scale: Floats
    newness: Floats


def calibrate(unseen: Sequence[tuple[Ranker, Lesson]], centroids: Floats) -> Calibration:
    """From questions that each ranker has not seen: how far to spread the guides' logits, which signs make an answer doubtful,
    and when a guide is meant that nobody has asked about.

    A right answer is the question with its guide there; a wrong one the same question with its guide taken away, and every
    question that no guide answers. Taking guides away is what keeps the doubt honest when nearly every item has its guide.
    """
    rows: list[tuple[Floats, Floats, Floats, int]] = []
    signs: dict[str, list[Floats]] = {"right": [], "taken": [], "other": []}
    for ranker, lesson in unseen:
        for *row, wanted in zip(lesson.features, lesson.overall, lesson.queries, lesson.classes.tolist(), strict=True):
            evidence = Evidence(*row, np.zeros(0, np.int64), ())
            guides, outside = ranker.logits(evidence, centroids)
            signs["right" if wanted < lesson.guides else "other"].append(ranker.signs(evidence, guides, outside))
            if wanted < lesson.guides:
                rows.append((guides, outside, evidence.features @ ranker.zero_shot, wanted))
                if lesson.guides > 1:
                    signs["taken"].append(ranker.signs(evidence, np.where(np.arange(len(guides)) == wanted, -1e4, guides), outside, wanted))
    if not rows:
        return plain(unseen[0][1])
    inside, places = np.array([row[0] for row in rows], np.float64), np.array([row[-1] for row in rows])
    return Calibration(_spread(inside, places), *_doubt(signs), fit_newness(rows))


def _spread(logits: npt.NDArray[np.float64], wanted: npt.NDArray[np.int64]) -> Floats:
    chosen = logits[np.arange(len(logits)), wanted]

    def surprise(factor: float) -> float:
        return float((softmax(logits * factor)[1] - chosen * factor).sum())

    return np.array([minimize_scalar(surprise, bounds=(0.05, 3.0), method="bounded").x], np.float32)


def _doubt(signs: dict[str, list[Floats]]) -> tuple[Floats, Floats, Floats]:
    """A penalised logistic regression; right answers weigh :data:`ANSWERABLE_SHARE`, the two kinds of wrong ones half of the rest each."""
    wrong = [name for name in ("taken", "other") if signs[name]]
    rows = np.array([row for name in ("right", *wrong) for row in signs[name]], np.float64)
    right = np.repeat([name == "right" for name in ("right", *wrong)], [len(signs[name]) for name in ("right", *wrong)])
    shares = {"right": ANSWERABLE_SHARE, **{name: (1 - ANSWERABLE_SHARE) / len(wrong) for name in wrong}}
    weights = np.concatenate([np.full(len(signs[name]), shares[name] * len(rows) / len(signs[name])) for name in ("right", *wrong)])
    mean, scale = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-3)
    table = np.hstack([standardised(rows, mean, scale), np.ones((len(rows), 1))])
    sign = np.where(right, 1.0, -1.0)

    def loss(line: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        margin = sign * (table @ line)
        slope = -(weights * sign / (1 + np.exp(np.clip(margin, -30, 30)))) @ table
        return float(weights @ np.logaddexp(0, -margin)) + DOUBT_PENALTY * float(line @ line) / 2, slope + DOUBT_PENALTY * line

    line = minimise(loss, np.zeros(table.shape[1]), steps=200)
    return tuple(part.astype(np.float32) for part in (line, mean, scale))  # type: ignore[return-value]


def plain(lesson: Lesson) -> Calibration:
    """Before anything is known: everything is answered."""
    signs = lesson.overall.shape[1] + 7
    doubt = np.append(np.zeros(signs), 3.0).astype(np.float32)
    return Calibration(np.ones(1, np.float32), doubt, np.zeros(signs, np.float32), np.ones(signs, np.float32), PLAIN)
