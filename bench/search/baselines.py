"""The peers: BM25 over jieba's words, the bare encoder, and the sum of both after z-scores. None of them learns from questions."""

from __future__ import annotations

from collections.abc import Callable

import jieba
import numpy as np
import numpy.typing as npt

from knowledge.evaluation.questions import Question
from knowledge.evaluation.report import Outcome, Report, rank_of
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


def bare_encoder(searcher: Searcher) -> Scorer:
    """The best passage's cosine."""
    collector = searcher.index.collector

    def score(text: str) -> Scores:
        places, similarities = collector.dense.nearest(searcher.encoder.queries([simplify(text)])[0])
        best = np.full(collector.guides, float(similarities.min()))
        np.maximum.at(best, collector.owner[places], similarities)
        return best

    return score


def z_fusion(one: Scorer, other: Scorer) -> Scorer:
    def z(scores: Scores) -> Scores:
        return (scores - scores.mean()) / max(float(scores.std()), 1e-9)

    return lambda text: z(one(text)) + z(other(text))


def run(scorer: Scorer, asked: list[tuple[Question, int | None]]) -> Report:
    """Ranks and, as the only sign there is of "no answer", the best score."""
    outcomes = []
    for question, wanted in asked:
        scores = scorer(question.text)
        best = float(scores.max())
        if wanted is None:
            outcomes.append(Outcome(question, None, best, True))
        else:
            outcomes.append(Outcome(question, rank_of(scores, wanted), best, True, float(np.delete(scores, wanted).max())))
    return Report(outcomes)
