"""Two runs of the same questions: what flipped, and whether the difference is more than chance.

A question is decided right when its guide comes first and is given, or when nothing is given where there is nothing to give.
McNemar's exact test counts the flips one way against the other; the bootstrap over questions gives the difference an interval.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest, bootstrap

from knowledge.evaluation.measures import ranking
from knowledge.evaluation.run import Row, Run

RESAMPLES, SEED, LEVEL = 5000, 7, 0.95


@dataclass(frozen=True)
class Flip:
    """A question decided rightly by one run only."""

    before: Row
    after: Row

    @property
    def better(self) -> bool:
        return self.after.decided_right


@dataclass(frozen=True)
class Difference:
    """Mean after minus mean before of one measure, with its interval; ``p`` is McNemar's, of yes-or-no measures."""

    name: str
    questions: int
    before: float
    after: float
    low: float
    high: float
    gained: int | None = None
    lost: int | None = None
    p: float | None = None

    @property
    def change(self) -> float:
        return self.after - self.before


@dataclass(frozen=True)
class Comparison:
    before: Run
    after: Run
    shared: int
    differences: list[Difference]
    by_kind: dict[str, Difference]
    flips: list[Flip]

    @property
    def worse(self) -> list[Flip]:
        return [flip for flip in self.flips if not flip.better]

    @property
    def better(self) -> list[Flip]:
        return [flip for flip in self.flips if flip.better]


def compare(before: Run, after: Run) -> Comparison:
    """Only questions that both runs asked, and in the same group, are compared."""
    known = {row.key: row for row in before.rows}
    pairs = [(known[row.key], row) for row in after.rows if row.key in known and known[row.key].group == row.group]
    guided = [pair for pair in pairs if pair[0].group == "guide"]
    differences = [
        _yes_no("decided right", pairs, lambda row: row.decided_right),
        *(_yes_no(f"Hit@{k}", guided, lambda row, k=k: row.hit(k)) for k in (1, 3)),
        _difference("MRR", *(ranking([pair[side].rank for pair in guided])["mrr"] for side in (0, 1))),
        _yes_no("refused, a guide answers it", guided, lambda row: not row.answered),
    ]
    kinds = dict.fromkeys(row.kind for _, row in pairs)
    by_kind = {kind: _yes_no(kind, [p for p in pairs if p[1].kind == kind], lambda row: row.decided_right) for kind in kinds}
    flips = [Flip(one, other) for one, other in pairs if one.decided_right != other.decided_right]
    return Comparison(before, after, len(pairs), differences, by_kind, flips)


def _yes_no(name: str, pairs: list[tuple[Row, Row]], holds: Callable[[Row], bool]) -> Difference:
    one, other = (np.array([holds(pair[side]) for pair in pairs], float) for side in (0, 1))
    return _difference(name, one, other, flips=(int((other > one).sum()), int((one > other).sum())))


def _difference(name: str, one: np.ndarray, other: np.ndarray, flips: tuple[int, int] | None = None) -> Difference:
    if not len(one):
        return Difference(name, 0, *(float("nan"),) * 4)
    low, high = _interval(other - one)
    gained, lost = flips or (None, None)
    return Difference(name, len(one), float(one.mean()), float(other.mean()), low, high, gained, lost, mcnemar(*flips) if flips else None)


def mcnemar(gained: int, lost: int) -> float:
    """The chance of flips as uneven as these, or more, if both runs were equally good (exact, two-sided)."""
    return float(binomtest(gained, gained + lost, 0.5).pvalue) if gained + lost else 1.0


def _interval(changes: np.ndarray) -> tuple[float, float]:
    """Of the mean, from questions drawn again with replacement; a question's two results stay together."""
    if len(changes) < 2 or not changes.any():
        return float(changes.mean()), float(changes.mean())
    options = {"n_resamples": RESAMPLES, "confidence_level": LEVEL, "method": "percentile", "batch": 200}
    found = bootstrap((changes,), np.mean, rng=np.random.default_rng(SEED), **options).confidence_interval
    return float(found.low), float(found.high)
