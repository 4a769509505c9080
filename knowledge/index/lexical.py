"""BM25 over characters: single characters and pairs, which beat words for short Chinese questions, typos included.

Also over syllables (see :mod:`knowledge.search.pinyin`): there a token is a syllable instead of a character.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy import sparse

Scores = npt.NDArray[np.float32]
K1, B = 1.2, 0.6


def grams(tokens: Sequence[str]) -> list[str]:
    """Single tokens and neighbouring pairs."""
    return [*tokens, *(a + "\x1f" + b for a, b in pairwise(tokens))]


class Lexical:
    """``weights`` has one row per gram and one column per text: the BM25 weight of the gram in the text."""

    def __init__(self, vocabulary: dict[str, int], weights: sparse.csr_matrix):
        self.vocabulary = vocabulary
        self.weights = weights

    @classmethod
    def build(cls, texts: Iterable[Sequence[str]]) -> Self:
        """From texts cut into tokens."""
        counts = [Counter(grams(tokens)) for tokens in texts]
        vocabulary = {gram: at for at, gram in enumerate(sorted({g for c in counts for g in c}))}
        rows = np.array([vocabulary[g] for c in counts for g in c], np.int32)
        columns = np.array([at for at, c in enumerate(counts) for _ in c], np.int32)
        times = np.array([n for c in counts for n in c.values()], np.float32)
        lengths = np.array([sum(c.values()) for c in counts], np.float32)
        documents = np.bincount(rows, minlength=len(vocabulary)).astype(np.float32)
        rarity = np.log(1 + (len(counts) - documents + 0.5) / (documents + 0.5))
        relative = lengths[columns] / max(float(lengths.mean()), 1.0) if len(lengths) else lengths
        weight = rarity[rows] * times * (K1 + 1) / (times + K1 * (1 - B + B * relative))
        matrix = sparse.csr_matrix((weight, (rows, columns)), shape=(len(vocabulary), len(counts)), dtype=np.float32)
        return cls(vocabulary, matrix)

    def scores(self, tokens: Sequence[str]) -> Scores:
        """The score of every text for a question, shape (texts,)."""
        rows = sorted({self.vocabulary[g] for g in grams(tokens) if g in self.vocabulary})
        found = np.zeros(self.weights.shape[1], np.float32)
        w = self.weights
        for row in rows:
            span = slice(w.indptr[row], w.indptr[row + 1])
            found[w.indices[span]] += w.data[span]
        return found

    def arrays(self, prefix: str) -> dict[str, np.ndarray]:
        """For ``np.savez``."""
        w = self.weights
        parts = {"grams": np.array(list(self.vocabulary)), "data": w.data, "indices": w.indices, "indptr": w.indptr, "shape": np.array(w.shape)}
        return {f"{prefix}_{name}": value for name, value in parts.items()}

    @classmethod
    def from_arrays(cls, stored: dict[str, np.ndarray], prefix: str) -> Self:
        part = {name: stored[f"{prefix}_{name}"] for name in ("grams", "data", "indices", "indptr", "shape")}
        matrix = sparse.csr_matrix((part["data"], part["indices"], part["indptr"]), shape=tuple(part["shape"]))
        return cls({gram: at for at, gram in enumerate(part["grams"].tolist())}, matrix)
