"""The questions asked before, and what guides are called: what a new question resembles among them speaks for that guide.

Learned weights say what a guide's questions have in common; this keeps each of them, so that one odd way of asking is enough to
be understood again. Names and aliases stand among them as the shortest way of asking.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

from knowledge.index.cosine import Cosine
from knowledge.index.encoder import Vectors

FEATURES = ("asked", "asked_often", "asked_words", "asked_words_often")
OUTSIDE = ("outside_asked", "outside_asked_words")  # the same of questions that no guide answers
Encode = Callable[[list[str]], Vectors]
_OFTEN = 4  # questions averaged
_UNLIKE = -0.2  # the similarity of a guide that nobody has asked about
_SCALES = (6.0, 10.0)  # of meaning and of words, so that one penalty fits all features


@dataclass(frozen=True)
class Remembered:
    """One text of citizens: ``guide_id`` is "" where no guide answers it; ``is_name``: a name or alias, not a question."""

    text: str
    guide_id: str
    is_name: bool


class Asked:
    """``vectors`` (texts, dimension) are centred and of length one. Texts are normalised; the questions come first, then the names."""

    def __init__(self, remembered: Sequence[Remembered], vectors: npt.NDArray[np.float16], words: Cosine | None = None):
        self.remembered = tuple(remembered)
        self.vectors = vectors
        self.words = words or Cosine.build([r.text for r in remembered])
        self._meanings = vectors.astype(np.float32)

    @classmethod
    def build(cls, questions: Sequence[Remembered], vectors: Vectors, names: Mapping[str, Sequence[str]], encode: Encode) -> Self:
        """``names``: what each guide is called, by its id; ``encode`` gives centred vectors of length one."""
        return cls(questions, vectors.astype(np.float16)).renamed(names, encode)

    def renamed(self, names: Mapping[str, Sequence[str]], encode: Encode) -> Self:
        """The same questions beside the names that guides have now; only new names are encoded."""
        kept = [at for at, r in enumerate(self.remembered) if not r.is_name or r.text in names.get(r.guide_id, ())]
        have = {(r.guide_id, r.text) for r in self.remembered if r.is_name}
        new = [Remembered(text, i, True) for i, texts in names.items() for text in dict.fromkeys(texts) if (i, text) not in have]
        if not new and len(kept) == len(self.remembered):
            return self
        vectors = [self.vectors[kept]]
        if new:
            vectors.append(encode([r.text for r in new]).astype(np.float16))
        return type(self)([*(self.remembered[at] for at in kept), *new], np.concatenate(vectors))

    def extended(self, questions: Sequence[Remembered], encode: Encode) -> Self:
        """These questions too, those that are known already once."""
        have = {(r.guide_id, r.text) for r in self.remembered}
        new = [r for r in dict.fromkeys(questions) if (r.guide_id, r.text) not in have]
        if not new:
            return self
        vectors = encode([r.text for r in new]).astype(np.float16)
        return type(self)([*self.remembered, *new], np.concatenate([self.vectors, vectors]))

    def middles(self, guide_ids: Sequence[str]) -> tuple[Vectors, npt.NDArray[np.bool_]]:
        """The mean of each guide's questions (guides, dimension), and whether it has any."""
        place = {guide_id: at for at, guide_id in enumerate(guide_ids)}
        owner = np.array([-1 if r.is_name else place.get(r.guide_id, -1) for r in self.remembered], np.int64)
        sums, counts = np.zeros((len(place), self.vectors.shape[1]), np.float32), np.bincount(owner[owner >= 0], minlength=len(place))
        np.add.at(sums, owner[owner >= 0], self._meanings[owner >= 0])
        return sums / np.maximum(counts, 1)[:, None], counts > 0

    def of_guides(self, guide_ids: Sequence[str]) -> AskedOfGuides:
        return AskedOfGuides(self, guide_ids)

    def similarities(self, text: str, centred: Vectors) -> tuple[Vectors, Vectors]:
        """By meaning and by words, each (texts,)."""
        return self._meanings @ centred, self.words.scores(text)

    @cached_property
    def digest(self) -> str:
        """Tells whether two remember the same; their vectors came from one encoder if their indexes did."""
        rows = (f"{r.text}\t{r.guide_id}\t{r.is_name}\n" for r in self.remembered)
        return hashlib.sha256("".join(rows).encode()).hexdigest()

    def arrays(self) -> dict[str, np.ndarray]:
        """For ``np.savez``."""
        return {
            "asked_digest": np.array(self.digest),
            "asked_texts": np.array([r.text for r in self.remembered], np.str_),
            "asked_ids": np.array([r.guide_id for r in self.remembered], np.str_),
            "asked_names": np.array([r.is_name for r in self.remembered], bool),
            "asked_vectors": self.vectors, **self.words.arrays("asked"),
        }  # fmt: skip

    @classmethod
    def from_arrays(cls, stored: Mapping[str, np.ndarray], like: Self | None = None) -> Self:
        """``like``: one in memory, taken where it is the same: reading is half a second in which nobody is answered."""
        if like is not None and str(stored["asked_digest"]) == like.digest:
            return like
        parts = (stored[name].tolist() for name in ("asked_texts", "asked_ids", "asked_names"))
        return cls([Remembered(*row) for row in zip(*parts, strict=True)], stored["asked_vectors"], Cosine.from_arrays(stored, "asked"))


class AskedOfGuides:
    """The questions sorted by guide, guides numbered by their place in ``guide_ids``."""

    def __init__(self, asked: Asked, guide_ids: Sequence[str]):
        self._asked = asked
        ids = [r.guide_id for r in asked.remembered]
        rows: dict[str, list[int]] = {guide_id: [] for guide_id in guide_ids}
        self._outside = np.array([at for at, guide_id in enumerate(ids) if guide_id not in rows], np.int64)
        for at, guide_id in enumerate(ids):
            if guide_id in rows:
                rows[guide_id].append(at)
        self._counts = np.array([len(part) for part in rows.values()])
        width = max(int(self._counts.max(initial=0)), _OFTEN)
        self._places = np.full((len(rows), width), len(ids))  # filled up with the place behind the last question
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
