"""How likely a guide is meant that nobody has asked about yet.

Such a guide has nothing learned for it, only the evidence that needs no question; the others have more, and would always be preferred. So it is
learned when to believe that evidence: guides whose questions are known are taken, for the while, for new ones, and a logistic regression tells the
questions for these from the questions for the others. What speaks against a new guide is a question that the learned part is sure of.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from knowledge.search.minimise import minimise

Floats = npt.NDArray[np.float32]

SIGNS = 4  # numbers that tell, and an intercept
PLAIN = np.array([1, 0, 0, 0, 0], np.float32)  # the share that the evidence alone gives
_SHARES, _TIMES = (0.05, 0.2, 0.4), 2  # of the guides taken for new ones, so often each
# Guides taken for new ones were taught to the encoder, so their evidence looks better than a really new guide's and the regression trusts the
# others too much: the odds of a new one are doubled. Chosen on the dev questions of items that were withheld from the teaching.
_TWICE = float(np.log(2))
_LEAST = 1e-6


def signs_of_new(guides: Floats, outside: Floats, alone: Floats, asked: npt.NDArray[np.bool_]) -> Floats:
    """The share of the new guides by the evidence alone (its log-odds), and how sure the learned part is among the others: its best's lead over
    the second and over the next nine, and that it is one of ours at all. All arguments are logits; some guides are new and some are not."""
    share = float(np.clip(softmax(alone)[~asked].sum(), _LEAST, 1 - _LEAST))
    best = np.sort(guides[asked])[::-1][:10].astype(float)
    lead = (best[0] - best[1], best[0] - best[1:].mean()) if len(best) > 1 else (0.0, 0.0)
    return np.array([np.log(share / (1 - share)), *lead, log_sum(guides[asked]) - log_sum(outside)], np.float32)


def fit_newness(rows: Sequence[tuple[Floats, Floats, Floats, int]], *, seed: int = 1) -> Floats:
    """From questions that were not taught, each as (logits of the guides, of what is outside, by the evidence alone, the guide that is right)."""
    if not rows:
        return PLAIN
    dice, count = np.random.default_rng(seed), len(rows[0][0])
    table, new = [], []
    for share in np.repeat(_SHARES, _TIMES):
        asked = dice.random(count) >= share
        if asked.all() or not asked.any():
            continue
        table += [signs_of_new(*logits, asked) for *logits, _ in rows]
        new += [not asked[place] for *_, place in rows]
    return _logistic(np.array(table, np.float64), np.array(new)) if any(new) else PLAIN


def _logistic(table: npt.NDArray[np.float64], new: npt.NDArray[np.bool_]) -> Floats:
    mean, scale = table.mean(axis=0), np.maximum(table.std(axis=0), 1e-3)
    known, sign = np.hstack([(table - mean) / scale, np.ones((len(table), 1))]), np.where(new, 1.0, -1.0)

    def loss(line: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        margin = sign * (known @ line)
        slope = -(sign / (1 + np.exp(np.clip(margin, -30, 30)))) @ known
        return float(np.logaddexp(0, -margin).sum()) + float(line @ line) / 2, slope + line

    line = minimise(loss, np.zeros(known.shape[1]), steps=200)
    weights = line[:-1] / scale
    return np.append(weights, line[-1] - weights @ mean + _TWICE).astype(np.float32)


def softmax(logits: Floats) -> Floats:
    exponentials = np.exp(logits - logits.max())
    return exponentials / exponentials.sum()  # type: ignore[no-any-return]


def log_sum(logits: Floats) -> float:
    top = float(logits.max())
    return top + float(np.log(np.exp(logits - top).sum()))


def sigmoid(value: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(value, -30, 30))))
