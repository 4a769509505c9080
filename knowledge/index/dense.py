"""Nearest passages by inner product, with FAISS: exact while the passages are few, approximate beyond that."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from knowledge.index.encoder import Vectors

EXACT_UP_TO = 50_000
NEAREST = 4096  # enough to hold every passage of a city's guides; more are only cut in an approximate index


class Dense:
    """Passages by their place in the index."""

    def __init__(self, index: faiss.Index):
        self.index = index

    @classmethod
    def build(cls, vectors: Vectors) -> Dense:
        count, dimension = vectors.shape
        index: faiss.Index = faiss.IndexFlatIP(dimension)
        if count > EXACT_UP_TO:
            index = faiss.IndexHNSWFlat(dimension, 32, faiss.METRIC_INNER_PRODUCT)
            index.hnsw.efSearch = 128
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    def nearest(self, vector: Vectors) -> tuple[npt.NDArray[np.int64], Vectors]:
        """Places and similarities of the passages nearest to one query vector, best first."""
        similarities, places = self.index.search(vector[None, :], min(NEAREST, self.index.ntotal))
        return places[0], similarities[0]

    def save(self, path: Path) -> None:
        faiss.write_index(self.index, str(path))

    @classmethod
    def load(cls, path: Path) -> Dense:
        return cls(faiss.read_index(str(path)))
