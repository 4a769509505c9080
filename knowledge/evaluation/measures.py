"""What is measured on a run. Ranking by ir-measures (trec_eval's own code), decisions by scikit-learn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import ir_measures
import numpy as np
import numpy.typing as npt
from ir_measures import RR, Success
from sklearn.calibration import calibration_curve
from sklearn.metrics import auc, brier_score_loss, roc_auc_score

from knowledge.evaluation.run import Row, Run

SUCCESS = (1, 3, 5)
_MEASURES = {**{f"hit{k}": Success @ k for k in SUCCESS}, "mrr": RR}
_BINS = 10
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Figures:
    """Shares from 0 to 1 over ``questions`` that a guide answers; ``refused``: not answered although a guide does."""

    questions: int
    hit1: float
    hit3: float
    hit5: float
    mrr: float
    refused: float


@dataclass(frozen=True)
class Curve:
    """Points of a plot, and one number that sums it up."""

    x: Floats
    y: Floats
    sum: float


class Measures:
    """Figures of one run."""

    def __init__(self, run: Run):
        self.run = run
        self.rows = run.of("guide")
        self.threshold = float(run.about["threshold"])

    @cached_property
    def _per_question(self) -> dict[str, Floats]:
        """Every ranking measure of every question a guide answers, in the order of ``rows``."""
        return ranking([row.rank for row in self.rows])

    def overall(self) -> Figures:
        return self._figures(range(len(self.rows)))

    def by(self, label: Callable[[Row], str | None]) -> dict[str, Figures]:
        """Figures of each group of questions, largest group first; a label of None leaves a question out."""
        groups: dict[str, list[int]] = {}
        for at, row in enumerate(self.rows):
            if (name := label(row)) is not None:
                groups.setdefault(name, []).append(at)
        return {name: self._figures(places) for name, places in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))}

    def _figures(self, places: Iterable[int]) -> Figures:
        chosen = list(places)
        ranks = {name: _mean(values[chosen]) for name, values in self._per_question.items()}
        return Figures(len(chosen), refused=_mean([not self.rows[at].answered for at in chosen]), **ranks)

    def auroc(self, group: str) -> float:
        """The chance that a question with a guide is surer than one of this group; ``taken``: than one whose guide was taken away."""
        return auroc([row.confidence for row in self.rows], self._outside(group))

    def silent(self, group: str) -> float:
        """The share of a group's questions that were not answered, as is right."""
        return _mean([sure < self.threshold for sure in self._outside(group)])

    def _outside(self, group: str) -> list[float]:
        if group == "taken":
            return [row.without for row in self.rows if row.without is not None]
        return [row.confidence for row in self.run.rows if row.group == group]

    def outside_counts(self) -> dict[str, int]:
        """Questions nothing answers, by group, those that exist."""
        return {group: count for group in ("taken", "absent", "none") if (count := len(self._outside(group)))}

    def reliability(self) -> Curve:
        """Said chance of the first guide against how often it was the right one, over all questions; ``sum``: Brier score."""
        said = np.array([row.hits[0].score if row.hits else 0.0 for row in self.run.rows])
        right = np.array([row.rank == 1 for row in self.run.rows])
        if not len(said):
            return Curve(said, said, float("nan"))
        true, predicted = calibration_curve(right, np.clip(said, 0, 1), n_bins=_BINS, strategy="quantile")
        return Curve(predicted, true, float(brier_score_loss(right, np.clip(said, 0, 1), pos_label=True)))

    def calibration_error(self) -> float:
        """Expected calibration error: the mean distance of the reliability from the diagonal, every tenth of the questions alike."""
        curve = self.reliability()
        return _mean(np.abs(curve.x - curve.y))

    def risk_coverage(self) -> Curve:
        """Of the questions answered when only the surest are (x), the share whose first guide is not right (y); ``sum``: the area."""
        rows = sorted(self.run.rows, key=lambda row: -row.confidence)
        wrong = np.array([row.rank != 1 for row in rows], float)
        answered = np.arange(1, len(rows) + 1)
        coverage, risk = answered / max(len(rows), 1), np.cumsum(wrong) / answered
        return Curve(coverage, risk, float(auc(coverage, risk)) if len(rows) > 1 else float("nan"))

    def operating_point(self) -> tuple[float, float]:
        """Coverage and risk at the threshold in use."""
        given = [row for row in self.run.rows if row.answered]
        return len(given) / max(len(self.run.rows), 1), _mean([row.rank != 1 for row in given])

    def times(self) -> tuple[float, float]:
        """Median and 95th percentile of a search, milliseconds."""
        taken = [row.took_ms for row in self.run.rows]
        return (float(np.percentile(taken, 50)), float(np.percentile(taken, 95))) if taken else (float("nan"), float("nan"))


def ranking(ranks: Sequence[int | None]) -> dict[str, Floats]:
    """``hit1``, ``hit3``, ``hit5`` and ``mrr`` (reciprocal rank) of each question, from the right guide's rank (None: not found)."""
    names = [str(at) for at in range(len(ranks))]
    # The right guide and as many others before it as its rank says: trec_eval then counts what the search really returned.
    wanted = {name: {"right": 1} for name in names}
    found = {name: _listed(rank) for name, rank in zip(names, ranks, strict=True)}
    values = {name: np.zeros(len(ranks)) for name in _MEASURES}
    labels = {str(measure): name for name, measure in _MEASURES.items()}
    if names:
        for metric in ir_measures.iter_calc(list(_MEASURES.values()), wanted, found):
            values[labels[str(metric.measure)]][int(metric.query_id)] = metric.value
    return values


def _listed(rank: int | None) -> dict[str, float]:
    before = max(SUCCESS) if rank is None else rank - 1
    listed = {f"other{at}": float(1000 - at) for at in range(before)}
    return listed if rank is None else {**listed, "right": float(1000 - before)}


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """Area under the ROC curve, ties counted half; ``nan`` where one side is empty."""
    if not len(inside) or not len(outside):
        return float("nan")
    return float(roc_auc_score([1] * len(inside) + [0] * len(outside), [*inside, *outside]))


def _mean(values: Sequence[float] | Floats | Sequence[bool]) -> float:
    return float(np.mean(values)) if len(values) else float("nan")
