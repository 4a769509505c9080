"""The peers: BM25 over jieba's words, the bare encoder, and the sum of both after z-scores. None of them learns from questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import jieba
import numpy as np
import numpy.typing as npt

from knowledge.evaluation.frozen import Asked
from knowledge.evaluation.run import Asking, Row, Run
from knowledge.index.encoder import Encoder
from knowledge.index.lexical import K1, B
from knowledge.search.engine import Searcher
from knowledge.search.normalise import simplify

Scores = npt.NDArray[np.float64]
Scorer = Callable[[str], Scores]


def bm25_jieba(searcher: Searcher) -> Scorer:
    """One document per guide: every passage of it."""
    jieba.setLogLevel("ERROR")
    place = {g.id: at for at, g in enumerate(searcher.index.guides)}
    documents: list[list[str]] = [[] for _ in place]
    for passage in searcher.index.passages:
        documents[place[passage.guide_id]] += jieba.lcut(passage.searched)
    vocabulary = {word: at for at, word in enumerate(sorted({w for d in documents for w in d}))}
    counts = np.zeros((len(documents), len(vocabulary)))
    for row, document in enumerate(documents):
        for word in document:
            counts[row, vocabulary[word]] += 1
    lengths = counts.sum(axis=1, keepdims=True)
    found = (counts > 0).sum(axis=0)
    rarity = np.log(1 + (len(documents) - found + 0.5) / (found + 0.5))
    weights = rarity * counts * (K1 + 1) / (counts + K1 * (1 - B + B * lengths / lengths.mean()))

    def score(text: str) -> Scores:
        words = [vocabulary[w] for w in set(jieba.lcut(simplify(text))) if w in vocabulary]
        return weights[:, words].sum(axis=1)

    return score


def bare_encoder(searcher: Searcher, encoder: Encoder) -> Scorer:
    """The best passage's cosine; ``encoder`` is one that was taught none of our questions."""
    collector = searcher.index.collector

    def score(text: str) -> Scores:
        places, similarities = collector.dense.nearest(encoder.queries([simplify(text)])[0])
        best = np.full(collector.guides, float(similarities.min()))
        np.maximum.at(best, collector.owner[places], similarities)
        return best

    return score


def z_fusion(one: Scorer, other: Scorer) -> Scorer:
    def z(scores: Scores) -> Scores:
        return (scores - scores.mean()) / max(float(scores.std()), 1e-9)

    return lambda text: z(one(text)) + z(other(text))


def run(scorer: Scorer, asking: Asking, asked: Sequence[Asked]) -> Run:
    """Ranks and, as the only sign there is of "no answer", the best score. It takes no decisions: everything counts as answered."""
    return Run({"threshold": float("-inf")}, [_row(scorer(one.text), asking, one) for one in asked])


def _row(scores: Scores, asking: Asking, one: Asked) -> Row:
    wanted = [at for name in one.expected for at in asking.places.get(name, [])]
    best = float(scores.max())
    return Row(
        text=one.text, expected=one.expected, kind=one.kind, region=None, aspect=None, source=one.source,
        group="guide" if wanted else "absent" if one.expected else "none", domain="", topic="",
        rank=min(rank_of(scores, at) for at in wanted) if wanted else None, right=None, hits=(), answered=True, confidence=best,
        without=float(np.delete(scores, wanted).max()) if wanted else None, took_ms=0.0,
    )  # fmt: skip


def rank_of(scores: Scores, wanted: int) -> int:
    """The rank of a guide from 1; equals count against it."""
    return int((scores >= scores[wanted]).sum())
