"""One question, one query vector, one ranking: the only path from a question to guides, for the API and the chat alike."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from common.masking import mask
from knowledge.index.encoder import Encoder, Vectors
from knowledge.index.model import Index
from knowledge.model import Hit, Passage, SearchResult
from knowledge.schema.regions import distance
from knowledge.search.normalise import normalise

_WORD = re.compile(r"[\u3400-\u9fffa-z0-9]")
_REMEMBERED = 256  # masked sentences, in memory only
_PLACEHOLDER = re.compile(r"\[[a-z_]+\]")


class Searcher:
    """Searches one index. Safe for several threads."""

    def __init__(self, *, index: Index, encoder: Encoder):
        self.index = index
        self.encoder = encoder
        # One turn may look the same sentence up more than once, and its vector is nearly all of the cost.
        self._vector = lru_cache(_REMEMBERED)(lambda text: encoder.queries([text])[0])

    def search(self, query: str, *, region: str, top_k: int) -> SearchResult:
        """``region`` is a GB/T 2260 code: of guides with the same name the nearest applicable one is given."""
        began = time.perf_counter()
        text = normalise(_PLACEHOLDER.sub(" ", mask(query)))  # a number or an address says nothing about the service
        if not _WORD.search(text):
            return SearchResult(False, [], _since(began))
        collector, ranker = self.index.collector, self.index.ranker
        evidence = collector.collect(text, self._vector(text))
        ranking = ranker.rank(evidence, collector.centroids)
        order = self._nearest_rules(np.argsort(-ranking.scores, kind="stable").tolist(), region)
        hits = [self._hit(at, float(ranking.scores[at]), int(evidence.passage[at])) for at in order[:top_k]]
        return SearchResult(ranking.answerable, hits, _since(began), ranking.confidence)

    def directions(self, queries: Sequence[str]) -> Vectors:
        """Query vectors without what all questions have in common, normalised, shape (queries, dimension)."""
        texts = [normalise(_PLACEHOLDER.sub(" ", query)) for query in queries]
        shifted = np.stack([self._vector(text) for text in texts]) - self.index.collector.mean
        return shifted / np.maximum(np.linalg.norm(shifted, axis=1, keepdims=True), 1e-6)

    def confidence_without(self, query: str, guide: int) -> float:
        """How sure an answer would be if this guide had never been written; for measuring."""
        text = normalise(query)
        evidence = self.index.collector.collect(text, self._vector(text))
        return self.index.ranker.rank(evidence, self.index.collector.centroids, without=guide).confidence

    def _nearest_rules(self, order: Iterable[int], region: str) -> list[int]:
        """Guides in order; of those with the same name only the one whose region is nearest."""
        kept: dict[str, tuple[int, int]] = {}
        for at in order:
            guide = self.index.guides[at]
            steps = distance(guide.region_code, region)
            far = 99 if steps is None else steps
            if guide.name not in kept or far < kept[guide.name][1]:
                kept[guide.name] = (at, far)  # a later twin takes the place of the first, which keeps its rank
        return [at for at, _ in kept.values()]

    def _hit(self, at: int, score: float, passage: int) -> Hit:
        guide, found = self.index.guides[at], self.index.passages[passage]
        return Hit(guide.id, guide.name, guide.region_name, score, Passage(found.section, found.text))


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
