"""Cosine of tf-idf over runs of one to three characters: short texts against short texts, where BM25's lengths say nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy import sparse

Scores = npt.NDArray[np.float32]
_LONGEST = 3


def runs(text: str) -> list[str]:
    return [text[at : at + size] for size in range(1, _LONGEST + 1) for at in range(len(text) - size + 1)]


class Cosine:
    """``weights`` has one row per run and one column per text of length one; ``rarity`` the idf of each run."""

    def __init__(self, vocabulary: dict[str, int], rarity: Scores, weights: sparse.csr_matrix):
        self.vocabulary = vocabulary
        self.rarity = rarity
        self.weights = weights

    @classmethod
    def build(cls, texts: Sequence[str]) -> Self:
        counts = [Counter(runs(text)) for text in texts]
        vocabulary = {run: at for at, run in enumerate(sorted({r for c in counts for r in c}))}
        rows = np.array([vocabulary[r] for c in counts for r in c], np.int32)
        columns = np.array([at for at, c in enumerate(counts) for _ in c], np.int32)
        times = np.array([n for c in counts for n in c.values()], np.float32)
        documents = np.bincount(rows, minlength=len(vocabulary))
        rarity = (np.log((1 + len(texts)) / (1 + documents)) + 1).astype(np.float32)
        weight = (1 + np.log(times)) * rarity[rows] if len(rows) else times
        lengths = np.sqrt(np.bincount(columns, weight**2, minlength=len(texts)))
        matrix = sparse.csr_matrix((weight / lengths[columns], (rows, columns)), shape=(len(vocabulary), len(texts)), dtype=np.float32)
        return cls(vocabulary, rarity, matrix)

    def scores(self, text: str) -> Scores:
        """The cosine with every text, shape (texts,); runs never seen count as nothing."""
        known = [(self.vocabulary[run], times) for run, times in Counter(runs(text)).items() if run in self.vocabulary]
        found = np.zeros(self.weights.shape[1], np.float32)
        if not known:
            return found
        rows = np.array([row for row, _ in known])
        weight = (1 + np.log(np.array([times for _, times in known], np.float32))) * self.rarity[rows]
        w = self.weights
        for row, factor in zip(rows.tolist(), weight / np.sqrt((weight**2).sum()), strict=True):
            span = slice(w.indptr[row], w.indptr[row + 1])
            found[w.indices[span]] += w.data[span] * factor
        return found

    def arrays(self, prefix: str) -> dict[str, np.ndarray]:
        """For ``np.savez``."""
        w = self.weights
        parts = {
            "runs": np.array(list(self.vocabulary), np.str_), "rarity": self.rarity, "data": w.data, "indices": w.indices, "indptr": w.indptr,
            "shape": np.array(w.shape),
        }  # fmt: skip
        return {f"{prefix}_{name}": value for name, value in parts.items()}

    @classmethod
    def from_arrays(cls, stored: Mapping[str, np.ndarray], prefix: str) -> Self:
        part = {name: stored[f"{prefix}_{name}"] for name in ("runs", "rarity", "data", "indices", "indptr", "shape")}
        matrix = sparse.csr_matrix((part["data"], part["indices"], part["indptr"]), shape=tuple(part["shape"]))
        return cls({run: at for at, run in enumerate(part["runs"].tolist())}, part["rarity"], matrix)
