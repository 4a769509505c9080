"""What speaks for each guide, given one question: a row of features per guide, computed from one query vector.

Dense: the best similarity per kind of passage, once as the encoder gives it and once with the mean taken out (the encoder's
vectors all point roughly the same way, which hides differences). Lexical: characters over the whole guide and over its
names, and the names by sound. Asked: the questions asked before. All are scaled to roughly 0…20 so that one penalty fits them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.index.dense import Nearest
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
_BLOCK = 65_536  # passages looked at at a time
_MOST = 4  # one passage in so many is found in a catalogue that is not large


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
        self, *, guide_ids: Sequence[str], passages: Sequence[Passage], vectors: Vectors, dense: Nearest, mean: Vectors, sounds: Sounds,
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
        self._groups = [Group(self.owner, [p.kind in kinds for p in passages]) for kinds in (*RAW, *CENTRED)]
        self._all = Group(self.owner, [True] * len(passages))
        self._centre(passages, vectors)
        self._names = Group(self.owner, [p.kind in ("name", "alias") for p in passages])
        self._called = [normalise(passages[at].text) for at in self._names.places]
        self._by_name: dict[str, list[int]] = {}
        for name, owner in zip(self._called, self._names.owners.tolist(), strict=True):
            self._by_name.setdefault(name, []).append(owner)
        self._name_sizes = sorted({len(name) for name in self._by_name} - {0})
        self.lexical = lexical or self._lexical(passages)

    def _centre(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        self._middle = vectors.mean(axis=0)
        blocks = (vectors[at : at + _BLOCK] for at in range(0, len(vectors), _BLOCK))  # a large catalogue's are on disk, and stay there
        self._lengths = np.maximum(np.concatenate([np.linalg.norm(block - self._middle, axis=1) for block in blocks]), 1e-6)
        self._mean_dot = vectors @ self.mean  # p·m_q, so that centred similarities come from the raw ones
        self.centroids = _centroids(self.owner, self.guides, passages, vectors, self._middle)

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
        if len(places) * _MOST < len(raw):  # so few of them that those not found would seem near: no nearer than the least found
            known = centred[places]
            centred[:] = known.min()
            centred[places] = known
        features = [self._best(raw, group) * 20 for group in self._groups[: len(RAW)]]
        features += [self._best(centred, group) * 6 for group in self._groups[len(RAW) :]]
        features.append(self.centroids @ (shifted / length) * 6)
        features += self._matches(text)
        like, unlike = self._asked.features(text, (shifted / length).astype(np.float32), itself)
        stacked = np.hstack([np.stack(features, axis=1).astype(np.float32), like])
        overall = np.concatenate([stacked.max(axis=0), [np.log1p(len(text))], unlike]).astype(np.float32)
        exact = tuple(sorted(set(self._by_name.get(text, []))))
        return Evidence(stacked, overall, (shifted / length).astype(np.float32), self._passages(raw), exact)

    def _best(self, similarities: Vectors, group: Group) -> Vectors:
        return group.best(similarities[group.places], np.full(self.guides, similarities.min(initial=0.0), np.float32))

    def _matches(self, text: str) -> list[Vectors]:
        rows: list[Vectors] = []
        whole = self.lexical["whole"].scores(text)
        names = self._by_guide(self.lexical["names"].scores(text))
        sounds = self._by_guide(self.lexical["sounds"].scores(self.sounds.of(text)))
        for scores in (whole, names, sounds):
            rows += [scores / 10, scores / max(float(scores.max(initial=0.0)), 1e-6) * 3]
        contains = np.zeros(self.guides, np.float32)
        for size in self._name_sizes:  # the longest last
            for at in range(len(text) - size + 1):
                if owners := self._by_name.get(text[at : at + size]):
                    contains[owners] = size / 4
        return [*rows, contains]

    def _by_guide(self, scores: Vectors) -> Vectors:
        return self._names.best(scores, np.zeros(self.guides, np.float32))

    def _passages(self, similarities: Vectors) -> npt.NDArray[np.int64]:
        """The place of the most similar passage of each guide, the last where several are."""
        most = self._best(similarities, self._all)
        places = np.flatnonzero(similarities == most[self.owner])
        best = np.zeros(self.guides, np.int64)
        best[self.owner[places]] = places
        return best


class Group:
    """Some of the passages in the order of their guides, so that the best of each guide is found in one pass."""

    def __init__(self, owner: npt.NDArray[np.int64], chosen: Sequence[bool]):
        places = np.flatnonzero(chosen)
        self.places = places[np.argsort(owner[places], kind="stable")]
        self.owners = owner[self.places]
        self._guides, self._starts = np.unique(self.owners, return_index=True)

    def best(self, values: Vectors, least: Vectors) -> Vectors:
        """The greatest of ``values`` (in the order of ``places``) of each guide, put into ``least`` (guides,) where it is more."""
        if len(values):
            least[self._guides] = np.maximum(least[self._guides], np.maximum.reduceat(values, self._starts))
        return least

    def by_guide(self) -> Iterator[tuple[int, npt.NDArray[np.int64]]]:
        """Each guide that has any, with their places."""
        if len(self.places):
            yield from zip(self._guides.tolist(), np.split(self.places, self._starts[1:]), strict=True)


def centroids_of(guide_ids: Sequence[str], passages: Sequence[Passage], vectors: Vectors) -> Vectors:
    """(guides, dimension): the middle of what each guide says of itself, of length one. ``vectors`` of all passages; those of other
    guides count for what passages have in common."""
    place = {guide_id: at for at, guide_id in enumerate(guide_ids)}
    return _centroids(np.array([place.get(p.guide_id, -1) for p in passages]), len(place), passages, vectors, vectors.mean(axis=0))


def _centroids(owner: npt.NDArray[np.int64], guides: int, passages: Sequence[Passage], vectors: Vectors, middle: Vectors) -> Vectors:
    centroids = np.zeros((guides, vectors.shape[1]), np.float32)
    core = Group(owner, [p.kind in _CORE and at >= 0 for p, at in zip(passages, owner, strict=True)])
    for guide, rows in core.by_guide():
        centred = vectors[rows] - middle
        centroids[guide] = _mean_of(centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-6))
    return centroids


def _mean_of(rows: Vectors) -> Vectors:
    mean = rows.mean(axis=0)
    return mean / max(float(np.linalg.norm(mean)), 1e-6)
