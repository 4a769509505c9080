"""The search engine over one edition. Interim: character bigrams only, until the learned ranking takes this place."""

from __future__ import annotations

import time
from collections import Counter
from math import log
from typing import Protocol

from common.settings import Settings
from knowledge.model import Hit, Passage, PublishedGuide, SearchResult


class SearchEngine(Protocol):
    def search(self, query: str, *, region: str | None = None, top_k: int = 10) -> SearchResult: ...


class BigramEngine:
    """Weighted overlap of character bigrams with names, aliases and FAQ."""

    def __init__(self, guides: list[PublishedGuide]):
        self._guides = {g.id: g for g in guides}
        self._passages = [(g.id, s, t) for g in guides for s, t in _passages(g)]
        self._grams = [_grams(t) for _, _, t in self._passages]
        df = Counter(b for grams in self._grams for b in grams)
        self._idf = {b: log(1 + len(self._grams) / n) for b, n in df.items()}

    def search(self, query: str, *, region: str | None = None, top_k: int = 10) -> SearchResult:
        began, grams = time.perf_counter(), _grams(query)
        total = sum(self._idf.get(b, 3.0) for b in grams) or 1.0
        best: dict[str, tuple[float, int]] = {}
        for at, (guide_id, _, _) in enumerate(self._passages):
            shared = sum(self._idf[b] for b in grams & self._grams[at])
            own = sum(self._idf[b] for b in self._grams[at]) or 1.0
            score = 0.5 * shared / total + 0.5 * shared / own
            if score > best.get(guide_id, (0.0, 0))[0]:
                best[guide_id] = (score, at)
        ranked = sorted(best.items(), key=lambda kv: -kv[1][0])[:top_k]
        hits = [
            Hit(i, self._guides[i].guide.name, self._guides[i].guide.region.name, min(1.0, score), Passage(*self._passages[at][1:])) for i, (score, at) in ranked
        ]
        return SearchResult(bool(hits) and hits[0].score > 0.3, hits, (time.perf_counter() - began) * 1000)


def _passages(published: PublishedGuide) -> list[tuple[str, str]]:
    guide = published.guide
    return [("name", guide.name), *[("aliases", a) for a in guide.aliases], *[("faq", f.q) for f in guide.faq]]


def _grams(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def open_engine(settings: Settings, guides: list[PublishedGuide]) -> SearchEngine:
    """Builds or opens the index of exactly these guides."""
    return BigramEngine(guides)
