"""The learned ranking: one softmax over every guide and over everything that is no guide of ours.

A guide's logit is   w·features + s·qᵀMc + q·W_g + b_g   with q the centred query vector and c the guide's centroid: the fused
zero-shot evidence, a metric learned across guides, and what was learned of this guide from its own questions. Beside the guides
stand the items people ask for that have no guide yet, and "nothing at all"; their probability together is that of no answer.

Guides nobody has asked about yet (a new guide) have no W_g, and the learned part would always prefer the others. They are
judged by the zero-shot evidence alone, and get the share of probability that :mod:`knowledge.search.newness` gives them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from knowledge.search.evidence import Evidence
from knowledge.search.newness import log_sum, sigmoid, signs_of_new, softmax

METRIC_SCALE = 5.0
_GONE = -1e4
_FAR = 4.0
_EXACT = 0.97  # a question that is a guide's name or alias, word for word
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Ranking:
    """``scores`` (guides,): the probability that this guide is meant, its sum the probability that any is."""

    scores: Floats
    answerable: bool
    confidence: float


@dataclass(frozen=True)
class Ranker:
    """All parameters; arrays as trained. Columns of ``own`` and ``bias``: the guides, the items without a guide, "nothing"."""

    fusion: Floats  # (features,)
    zero_shot: Floats  # (features,) the fusion of what needs no question, trained alone; nothing for the others
    metric: Floats  # (dimension, dimension)
    own: Floats  # (dimension, classes)
    bias: Floats  # (classes,)
    outside: Floats  # (overall,) how a weak best match speaks for "no answer"
    overall_mean: Floats
    overall_scale: Floats
    asked: npt.NDArray[np.bool_]  # (guides,) whether a guide had questions to learn from
    spread: Floats  # (1,) a factor on the guides' logits that makes their probabilities honest
    doubt: Floats  # (signs + 1,) weights of the signs that an answer is right, and the intercept
    doubt_mean: Floats
    doubt_scale: Floats
    threshold: Floats  # (1,)
    newness: Floats  # (signs + 1,) when to believe that a guide is meant that nobody has asked about, and the intercept

    def rank(self, evidence: Evidence, centroids: Floats, *, without: int | None = None) -> Ranking:
        """``without`` leaves a guide out, as if it had never been written; to measure what happens then."""
        guides, outside = self.logits(evidence, centroids)
        if without is not None:
            guides[without] = _GONE
        within, share = self._share(guides, outside, evidence, without)
        signs = standardised(self.signs(evidence, guides, outside, without), self.doubt_mean, self.doubt_scale)
        confidence = sigmoid(float(signs @ self.doubt[:-1] + self.doubt[-1]))
        confidence = 1 - (1 - confidence) * (1 - share)  # what a new guide claims is not held against the answer
        scores = within * confidence
        if evidence.exact:
            confidence = max(confidence, _EXACT)
            rest = scores.copy()
            rest[list(evidence.exact)] = 0
            scores = rest * (1 - _EXACT) / max(float(rest.sum()), 1e-9) * confidence
            scores[list(evidence.exact)] = _EXACT * confidence / len(evidence.exact)
        return Ranking(scores.astype(np.float32), confidence >= float(self.threshold[0]), confidence)

    def logits(self, evidence: Evidence, centroids: Floats) -> tuple[Floats, Floats]:
        """Of the guides and of what is no guide."""
        count = len(self.asked)
        query = evidence.centred
        guides = evidence.features @ self.fusion + METRIC_SCALE * (centroids @ (query @ self.metric))
        learned = query @ self.own + self.bias
        weakness = (evidence.overall - self.overall_mean) / self.overall_scale
        return guides + learned[:count], learned[count:] + float(weakness @ self.outside)

    def signs(self, evidence: Evidence, guides: Floats, outside: Floats, without: int | None = None) -> Floats:
        """What tells a right answer from the nearest wrong one: the odds against everything outside, how far the best guides stand
        out, learned and zero-shot, and how well anything matches at all."""
        alone = evidence.features @ self.zero_shot
        overall = evidence.overall
        if without is not None:
            alone[without] = _GONE
            rest = np.delete(evidence.features, without, axis=0)
            overall = np.append(rest.max(axis=0), overall[rest.shape[1] :])
        learned = guides[self.asked] if self.asked.any() else guides
        return np.array([log_sum(learned) - log_sum(outside), *_stand_out(learned), *_stand_out(alone), *overall], np.float32)

    def _share(self, guides: Floats, outside: Floats, evidence: Evidence, without: int | None) -> tuple[Floats, float]:
        """Probabilities within the guides, and what of them goes to guides nobody has asked about."""
        spread = float(self.spread[0])
        if self.asked.all():
            return softmax(guides * spread), 0.0
        alone = evidence.features @ self.zero_shot
        if without is not None:
            alone[without] = _GONE
        within = softmax(alone)
        if not self.asked.any():
            return within, 1.0
        share = sigmoid(float(signs_of_new(guides, outside, alone, self.asked) @ self.newness[:-1] + self.newness[-1]))
        within[~self.asked] *= share / max(float(within[~self.asked].sum()), 1e-12)
        within[self.asked] = (1 - share) * softmax(guides[self.asked] * spread)
        return within, share

    def arrays(self) -> dict[str, np.ndarray]:
        return {f.name: getattr(self, f.name) for f in fields(self)}


def standardised(signs: Floats, mean: Floats, scale: Floats) -> Floats:
    """In standard deviations, and none counts for more than :data:`_FAR`: a sign never seen so strong proves nothing."""
    return np.clip((signs - mean) / scale, -_FAR, _FAR)


def _stand_out(logits: Floats) -> tuple[float, float, float]:
    """The best logit, its lead over the second, and its lead over the mean of the next nine."""
    best = np.sort(logits)[::-1][:10].astype(float)
    if len(best) < 2:
        return float(best[0]), 0.0, 0.0
    return float(best[0]), float(best[0] - best[1]), float(best[0] - best[1:].mean())
