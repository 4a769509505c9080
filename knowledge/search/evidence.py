"""What speaks for each guide, given one question: a row of features per guide, computed from one query vector.

Dense: the best similarity per kind of passage, once as the encoder gives it and once with the mean taken out (the encoder's
vectors all point roughly the same way, which hides differences). Lexical: characters over the whole guide and over its
names, and the names by sound. Asked: the questions asked before. All are scaled to roughly 0…20 so that one penalty fits them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.index.dense import Dense
from knowledge.index.encoder import Vectors
from knowledge.index.lexical import Lexical
from knowledge.index.passages import Passage
from knowledge.search import asked
from knowledge.search.asked import Asked
from knowledge.search.normalise import normalise
from knowledge.search.pinyin import Sounds

RAW = (("name",), ("name", "alias"), ("name", "faq", "question"), ("condition", "about"), ("material", "step", "situation"))
CENTRED = (("name", "alias"), ("faq", "question", "condition", "about"))
_CORE = ("name", "alias", "faq", "question", "condition", "about")
ZERO_SHOT = (
    "name", "called", "faq", "about", "rest", "called_centred", "about_centred", "centroid",
    "whole", "whole_relative", "names", "names_relative", "sounds", "sounds_relative", "contains",
)  # fmt: skip
FEATURES = (*ZERO_SHOT, *asked.FEATURES)  # the first need no question of the guide


@dataclass(frozen=True)
class Evidence:
    """``features`` (guides, features); ``overall`` how well anything matches at all (the best of each feature,
    the length, what is asked and is no guide's); ``centred`` the query vector without the mean;
    ``passage`` the place of each guide's best passage; ``exact`` the guides whose name or alias the question is, word for word."""

    features: npt.NDArray[np.float32]
    overall: npt.NDArray[np.float32]
    centred: Vectors
    passage: npt.NDArray[np.int64]
    exact: tuple[int, ...]


class Collector:
    """Everything the features need, precomputed. Guides are numbered in the order of ``guide_ids``."""

    def __init__(
        self, *, guide_ids: Sequence[str], passages: Sequence[Passage], vectors: Vectors, dense: Dense, mean: Vectors, sounds: Sounds,
        asked: Asked, lexical: dict[str, Lexical] | None = None,
    ):  # fmt: skip
        place = {guide_id: at for at, guide_id in enumerate(guide_ids)}
        self.guides = len(place)
        self.dense = dense
        self.sounds = sounds
        self.mean = mean
        self.asked = asked
        self._asked = asked.of_guides(list(place))
        self.owner = np.array([place[p.guide_id] for p in passages])
        self.groups = [np.flatnonzero([p.kind in kinds for p in passages]) for kinds in (*RAW, *CENTRED)]
        self._centre(passages, vectors)
        self._names = np.flatnonzero([p.kind in ("name", "alias") for p in passages])
        self._called = [normalise(passages[at].text) for at in self._names]
        self.lexical = lexical or self._lexical(passages)

    def _centre(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        self._middle = vectors.mean(axis=0)
        self._lengths = np.maximum(np.linalg.norm(vectors - self._middle, axis=1), 1e-6)
        self._mean_dot = vectors @ self.mean  # p·m_q, so that centred similarities come from the raw ones
        self.centroids = _centroids(self.owner, self.guides, passages, (vectors - self._middle) / self._lengths[:, None])

    def _lexical(self, passages: Sequence[Passage]) -> dict[str, Lexical]:
        whole = [""] * self.guides
        for owner, passage in zip(self.owner, passages, strict=True):
            whole[owner] += normalise(passage.searched) + " "
        return {
            "whole": Lexical.build(whole),
            "names": Lexical.build(self._called),
            "sounds": Lexical.build([self.sounds.of(text) for text in self._called]),
        }

    def collect(self, text: str, vector: Vectors, *, itself: int | None = None) -> Evidence:
        """``text`` is normalised already; ``vector`` is its query vector, normalised, shape (dimension,). ``itself``: its place
        among the questions asked before, where it is one of them."""
        places, found = self.dense.nearest(vector)
        raw = np.full(len(self.owner), found[-1] if len(found) else 0.0, np.float32)
        raw[places] = found
        shifted = vector - self.mean
        length = max(float(np.linalg.norm(shifted)), 1e-6)
        centred = (raw - self._mean_dot - float(shifted @ self._middle)) / (self._lengths * length)
        features = [self._best(raw, group) * 20 for group in self.groups[: len(RAW)]]
        features += [self._best(centred, group) * 6 for group in self.groups[len(RAW) :]]
        features.append(self.centroids @ (shifted / length) * 6)
        features += self._matches(text)
        like, unlike = self._asked.features(text, (shifted / length).astype(np.float32), itself)
        stacked = np.hstack([np.stack(features, axis=1).astype(np.float32), like])
        overall = np.concatenate([stacked.max(axis=0), [np.log1p(len(text))], unlike]).astype(np.float32)
        exact = tuple(sorted({int(self.owner[at]) for at, name in zip(self._names, self._called, strict=True) if name == text}))
        return Evidence(stacked, overall, (shifted / length).astype(np.float32), self._passages(raw), exact)

    def _best(self, similarities: Vectors, group: npt.NDArray[np.int64]) -> Vectors:
        best = np.full(self.guides, similarities.min(initial=0.0), np.float32)
        np.maximum.at(best, self.owner[group], similarities[group])
        return best

    def _matches(self, text: str) -> list[Vectors]:
        rows: list[Vectors] = []
        whole = self.lexical["whole"].scores(text)
        names = self._by_guide(self.lexical["names"].scores(text))
        sounds = self._by_guide(self.lexical["sounds"].scores(self.sounds.of(text)))
        for scores in (whole, names, sounds):
            rows += [scores / 10, scores / max(float(scores.max(initial=0.0)), 1e-6) * 3]
        contains = np.zeros(self.guides, np.float32)
        for at, name in zip(self._names, self._called, strict=True):
            if name in text:
                contains[self.owner[at]] = max(contains[self.owner[at]], len(name) / 4)
        return [*rows, contains]

    def _by_guide(self, scores: Vectors) -> Vectors:
        best = np.zeros(self.guides, np.float32)
        np.maximum.at(best, self.owner[self._names], scores)
        return best

    def _passages(self, similarities: Vectors) -> npt.NDArray[np.int64]:
        """The place of the most similar passage of each guide; the last of a stable sort wins."""
        best = np.zeros(self.guides, np.int64)
        order = np.argsort(similarities, kind="stable")
        best[self.owner[order]] = order
        return best


def centroids_of(guide_ids: Sequence[str], passages: Sequence[Passage], vectors: Vectors) -> Vectors:
    """(guides, dimension): the middle of what each guide says of itself, of length one. ``vectors`` of all passages; those of other
    guides count for what passages have in common."""
    place = {guide_id: at for at, guide_id in enumerate(guide_ids)}
    centred = vectors - vectors.mean(axis=0)
    unit = centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-6)
    return _centroids(np.array([place.get(p.guide_id, -1) for p in passages]), len(place), passages, unit)


def _centroids(owner: npt.NDArray[np.int64], guides: int, passages: Sequence[Passage], unit: Vectors) -> Vectors:
    core = np.array([p.kind in _CORE for p in passages])
    return np.stack([_mean_of(unit[(owner == at) & core]) for at in range(guides)]).astype(np.float32)


def _mean_of(rows: Vectors) -> Vectors:
    mean = rows.mean(axis=0)
    return mean / max(float(np.linalg.norm(mean)), 1e-6)
