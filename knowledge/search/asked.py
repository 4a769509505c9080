"""The questions asked before: what a new question resembles among them speaks for the guide that answered.

Learned weights say what a guide's questions have in common; this keeps each of them, so that one odd way of asking is enough to
be understood again, and a question that an editor adds counts at once, without training.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
import numpy.typing as npt

from knowledge.index.cosine import Cosine
from knowledge.index.encoder import Vectors

FEATURES = ("asked", "asked_often", "asked_words", "asked_words_often")
OUTSIDE = ("outside_asked", "outside_asked_words")  # the same of questions that no guide answers
_OFTEN = 4  # questions averaged
_UNLIKE = -0.2  # the similarity of a guide that nobody has asked about
_SCALES = (6.0, 10.0)  # of meaning and of words, so that one penalty fits all features


class Asked:
    """``vectors`` (questions, dimension) centred and of length one; ``ids`` the guide each belongs to, "" where there is none."""

    def __init__(self, *, vectors: npt.NDArray[np.float16], words: Cosine, ids: Sequence[str]):
        self.vectors = vectors
        self.words = words
        self.ids = tuple(ids)
        self._meanings = vectors.astype(np.float32)

    @classmethod
    def build(cls, texts: Sequence[str], vectors: Vectors, ids: Sequence[str]) -> Self:
        """``texts`` are normalised; ``vectors`` are centred here already."""
        return cls(vectors=vectors.astype(np.float16), words=Cosine.build(texts), ids=ids)

    @classmethod
    def nothing(cls, dimension: int) -> Self:
        return cls.build([], np.zeros((0, dimension), np.float32), [])

    def of_guides(self, guide_ids: Sequence[str]) -> AskedOfGuides:
        return AskedOfGuides(self, guide_ids)

    def similarities(self, text: str, centred: Vectors) -> tuple[Vectors, Vectors]:
        """By meaning and by words, each (questions,)."""
        return self._meanings @ centred, self.words.scores(text)

    def arrays(self) -> dict[str, np.ndarray]:
        """For ``np.savez``."""
        return {"asked_vectors": self.vectors, "asked_ids": np.array(self.ids, np.str_), **self.words.arrays("asked")}

    @classmethod
    def from_arrays(cls, stored: dict[str, np.ndarray]) -> Self:
        return cls(vectors=stored["asked_vectors"], words=Cosine.from_arrays(stored, "asked"), ids=stored["asked_ids"].tolist())


class AskedOfGuides:
    """The questions sorted by guide, guides numbered by their place in ``guide_ids``."""

    def __init__(self, asked: Asked, guide_ids: Sequence[str]):
        self._asked = asked
        rows: dict[str, list[int]] = {guide_id: [] for guide_id in guide_ids}
        self._outside = np.array([at for at, guide_id in enumerate(asked.ids) if guide_id not in rows], np.int64)
        for at, guide_id in enumerate(asked.ids):
            if guide_id in rows:
                rows[guide_id].append(at)
        self._counts = np.array([len(part) for part in rows.values()])
        width = max(int(self._counts.max(initial=0)), _OFTEN)
        self._places = np.full((len(rows), width), len(asked.ids))  # filled up with the place behind the last question
        for at, part in enumerate(rows.values()):
            self._places[at, : len(part)] = part

    def features(self, text: str, centred: Vectors, itself: int | None = None) -> tuple[Vectors, Vectors]:
        """(guides, :data:`FEATURES`) and (:data:`OUTSIDE`,). ``itself``: a question of ours that must not find itself."""
        guides: list[Vectors] = []
        outside: list[float] = []
        for found, unlike, scale in zip(self._asked.similarities(text, centred), (_UNLIKE, 0.0), _SCALES, strict=True):
            if itself is not None:
                found[itself] = unlike
            guides += [part * scale for part in self._of_guides(np.append(found, np.float32(unlike)))]
            outside.append(max(float(found[self._outside].max(initial=unlike)), unlike) * scale)
        return np.stack(guides, axis=1).astype(np.float32), np.array(outside, np.float32)

    def _of_guides(self, found: Vectors) -> tuple[Vectors, Vectors]:
        """The best of each guide, and the mean of its best few."""
        few = np.sort(np.partition(found[self._places], -_OFTEN, axis=1)[:, -_OFTEN:], axis=1)[:, ::-1]
        there = np.arange(_OFTEN) < np.maximum(self._counts, 1)[:, None]
        return few[:, 0], (few * there).sum(axis=1) / there.sum(axis=1)
