"""One question, one query vector, one ranking: the only path from a question to guides, for the API and the chat alike."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

import numpy as np
import numpy.typing as npt

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
        self._twins: dict[str, list[int]] = {}
        for at, guide in enumerate(index.guides):
            self._twins.setdefault(guide.name, []).append(at)

    def search(self, query: str, *, region: str, top_k: int) -> SearchResult:
        """``region`` is a GB/T 2260 code: of guides with the same name the nearest applicable one is given."""
        began = time.perf_counter()
        text = normalise(_PLACEHOLDER.sub(" ", mask(query)))  # a number or an address says nothing about the service
        if not _WORD.search(text):
            return SearchResult(False, [], _since(began))
        collector, ranker = self.index.collector, self.index.ranker
        evidence = collector.collect(text, self._vector(text))
        ranking = ranker.rank(evidence, collector.centroids)
        order = self._nearest_rules(np.argsort(-ranking.scores, kind="stable"), region)
        hits = [self._hit(at, float(ranking.scores[at]), int(evidence.passage[at])) for at in islice(order, top_k)]
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

    def _nearest_rules(self, order: npt.NDArray[np.int64], region: str) -> Iterator[int]:
        """Guides in order; of those with the same name only the one whose region is nearest, at the place of the first."""
        ranks = np.empty_like(order)
        ranks[order] = np.arange(len(order))

        def far(at: int) -> tuple[int, int]:
            steps = distance(self.index.guides[at].region_code, region)
            return 99 if steps is None else steps, int(ranks[at])

        given: set[str] = set()
        for at in order.tolist():
            name = self.index.guides[at].name
            if name not in given:
                given.add(name)
                twins = self._twins[name]
                yield min(twins, key=far) if len(twins) > 1 else at

    def _hit(self, at: int, score: float, passage: int) -> Hit:
        guide, found = self.index.guides[at], self.index.passages[passage]
        return Hit(guide.id, guide.name, guide.region_name, score, Passage(found.section, found.text))


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
