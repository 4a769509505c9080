"""Nearest passages by inner product, with FAISS in this process: exact while the passages are few, approximate and compressed beyond.

The size chooses (ADR 0014 has what was measured). Whatever finds nearest passages keeps to :class:`Nearest`, so that the search
above does not know whether they are here or in PostgreSQL (:mod:`knowledge.index.pgvector`).
"""

from __future__ import annotations

import math
from enum import StrEnum
from pathlib import Path
from typing import Protocol, Self

import faiss
import numpy as np
import numpy.typing as npt

from knowledge.index.encoder import Vectors

Places = npt.NDArray[np.int64]

EXACT_UP_TO = 50_000  # passages; comparing with every one of them takes 4 ms there; saving that is not worth an error
NEAREST = 4096  # enough to hold every passage that matters of a city's guides
NEAREST_INVERTED = 1024  # some forty whole guides
_LISTS_PER_ROOT = 4  # lists = this × √passages, to the next power of two
_PROBED = 0.08  # the share of the lists that is compared with a question
_SAMPLE = 40  # passages per list that the lists' centres are learned from
_ROUNDS = 6  # of moving the centres
_BLOCK = 65_536  # passages added at a time


class Kind(StrEnum):
    """How passages are kept and searched."""

    EXACT = "exact"  # as they are (4 bytes a number), each compared
    INVERTED = "inverted"  # in lists of neighbours, 1 byte a number; only the nearest lists are compared


class Nearest(Protocol):
    """Passages by their place in the index, wherever they are kept. Safe for several threads."""

    @property
    def count(self) -> int: ...

    def nearest(self, vector: Vectors, k: int | None = None) -> tuple[Places, Vectors]:
        """Places and similarities of the ``k`` passages nearest to one query vector, best first; fewer where there are no more.

        ``vector`` is normalised, shape (dimension,). Without ``k`` as many as a ranking of guides needs.
        """
        ...

    def vectors(self) -> Vectors:
        """All of them by place, (passages, dimension), as near to what was put in as they are kept."""
        ...


def kind_for(passages: int) -> Kind:
    return Kind.EXACT if passages <= EXACT_UP_TO else Kind.INVERTED


class Dense:
    """:class:`Nearest` in this process's memory."""

    def __init__(self, index: faiss.Index):
        """Raises ``ValueError`` for an index of a kind that is not ours."""
        self.index = index
        self.kind = _kind_of(index)
        if self.kind is Kind.INVERTED:
            index.nprobe = max(1, round(index.nlist * _PROBED))

    @classmethod
    def build(cls, vectors: Vectors, *, kind: Kind | None = None, like: Dense | None = None) -> Self:
        """``kind``: by size where none is given. ``like``: an index of nearly the same passages, whose lists need not be learned again."""
        count, dimension = vectors.shape
        kind = kind or kind_for(count)
        index = faiss.IndexFlatIP(dimension) if kind is Kind.EXACT else _lists_like(like, vectors) or _learned_lists(vectors)
        for at in range(0, count, _BLOCK):
            index.add(np.ascontiguousarray(vectors[at : at + _BLOCK], np.float32))
        return cls(index)

    @property
    def count(self) -> int:
        return int(self.index.ntotal)

    def nearest(self, vector: Vectors, k: int | None = None) -> tuple[Places, Vectors]:
        """See :class:`Nearest`."""
        wanted = k or (NEAREST if self.kind is Kind.EXACT else NEAREST_INVERTED)
        similarities, places = self.index.search(vector[None, :], min(wanted, self.count))
        found = places[0] >= 0  # the lists looked into may hold fewer
        return places[0][found], similarities[0][found]

    def vectors(self) -> Vectors:
        return self.index.reconstruct_n(0, self.count)

    def save(self, path: Path) -> None:
        faiss.write_index(self.index, str(path))

    @classmethod
    def load(cls, path: Path) -> Self:
        return cls(faiss.read_index(str(path)))


def _kind_of(index: faiss.Index) -> Kind:
    if isinstance(index, faiss.IndexIVFScalarQuantizer):
        return Kind.INVERTED
    if isinstance(index, faiss.IndexFlat):
        return Kind.EXACT
    raise ValueError(f"an index of another kind: {type(index).__name__}")


def _number_of_lists(passages: int) -> int:
    lists = 2 ** math.ceil(math.log2(_LISTS_PER_ROOT * math.sqrt(passages)))
    return min(lists, max(passages // _SAMPLE, 1))


def _learned_lists(vectors: Vectors) -> faiss.IndexIVFScalarQuantizer:
    count, dimension = vectors.shape
    lists = _number_of_lists(count)
    index = _empty(faiss.IndexFlatIP(dimension), dimension, lists)
    index.cp.niter = _ROUNDS
    index.cp.spherical = False  # a loose list has a shorter centre and looks farther away, as it is: 1 % more are found at the same cost
    rows = np.random.default_rng(0).choice(count, min(count, lists * _SAMPLE), replace=False)
    index.train(np.ascontiguousarray(vectors[np.sort(rows)], np.float32))
    return index


def _lists_like(like: Dense | None, vectors: Vectors) -> faiss.IndexIVFScalarQuantizer | None:
    """Empty lists with the other's centres and scale; None where it has none, or not as many as this size needs."""
    if like is None or like.kind is not Kind.INVERTED or like.index.nlist != _number_of_lists(len(vectors)):
        return None
    index = _empty(faiss.clone_index(like.index.quantizer), vectors.shape[1], like.index.nlist)
    index.sq = like.index.sq
    index.is_trained = True
    return index


def _empty(centres: faiss.Index, dimension: int, lists: int) -> faiss.IndexIVFScalarQuantizer:
    """A number in a list is kept as its distance from the list's centre, which leaves 8 bits fine enough."""
    return faiss.IndexIVFScalarQuantizer(centres, dimension, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
