"""Building an index: passages → vectors and grams → the ranker, from the questions' training part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.evaluation.questions import NONE, Question
from knowledge.index.adapted import Adaptation
from knowledge.index.dense import Dense
from knowledge.index.encoder import Vectors
from knowledge.index.fingerprint import document_digest
from knowledge.index.model import Index, IndexedGuide
from knowledge.index.passages import passages_of
from knowledge.index.vector_cache import VectorCache
from knowledge.model import PublishedGuide
from knowledge.schema.guide import Guide
from knowledge.search.asked import Asked, Remembered
from knowledge.search.evidence import Collector
from knowledge.search.lesson import lesson_of
from knowledge.search.normalise import normalise
from knowledge.search.pinyin import Sounds
from knowledge.search.training import train
from knowledge.search.weighing import Head, weigh

Report = Callable[[str, int, int], None]  # stage, done, of


@dataclass(frozen=True)
class Built:
    """An index and the passage vectors it is stored with."""

    index: Index
    vectors: Vectors


def build_index(
    guides: Sequence[PublishedGuide], *, fingerprint: str, encoder: str, cache: VectorCache, questions: Sequence[Question],
    adaptation: Adaptation | None = None, report: Report | None = None,
) -> Built:  # fmt: skip
    """``questions``: those to learn from; ``adaptation``: what the encoder was taught, where it was. Guides must not be empty."""
    say = report or (lambda stage, done, of: None)
    cut = [passages_of(published.guide) for published in guides]
    passages = [passage for part in cut for passage in part]
    vectors = cache.documents([normalise(p.searched) for p in passages], lambda done, of: say("passages", done, of))
    texts = [normalise(q.text) for q in questions]
    queries = cache.queries(texts, lambda done, of: say("questions", done, of))
    mean = _mean(adaptation, queries, vectors)
    ids = {g.guide.name: g.id for g in guides}
    collector = Collector(
        guide_ids=[g.id for g in guides], passages=passages, vectors=vectors, dense=Dense.build(vectors), mean=mean, sounds=Sounds.build(),
        asked=Asked.build(
            [Remembered(text, ids.get(q.item, ""), False) for text, q in zip(texts, questions, strict=True)], centred(queries, mean),
            {g.id: names_of(g.guide) for g in guides}, lambda names: centred(cache.queries(names), mean),
        ),
    )  # fmt: skip
    learned = [at for at, text in enumerate(texts) if adaptation is None or not adaptation.was_taught(text)]
    evidence = []
    for done, at in enumerate(learned, 1):
        evidence.append(collector.collect(texts[at], queries[at], itself=at))
        say("evidence", done, len(learned))
    names = [g.guide.name for g in guides]
    classes, count = classes_of([questions[at] for at in learned], names)
    lesson = lesson_of(evidence, classes, guides=len(guides), count=count, dimension=vectors.shape[1])
    if adaptation is None:
        ranker = train(lesson, collector.centroids, progress=lambda done, of: say("training", done, of))
    else:
        head = Head.of(adaptation, names).grown(*collector.asked.middles([g.id for g in guides]))
        ranker = weigh(lesson, head, collector.centroids)
    known = tuple(
        IndexedGuide(g.id, g.guide.name, g.guide.region.code, g.guide.region.name, document_digest(g.guide), len(part))
        for g, part in zip(guides, cut, strict=True)
    )
    return Built(Index(fingerprint, encoder, known, tuple(passages), collector, ranker), vectors)


def _mean(adaptation: Adaptation | None, queries: Vectors, vectors: Vectors) -> Vectors:
    """What all questions have in common; the encoder was taught without a certain one."""
    if adaptation is not None:
        return adaptation.mean
    return queries.mean(axis=0) if len(queries) else vectors.mean(axis=0)


def names_of(guide: Guide) -> list[str]:
    """What a guide is called, as a search sees it."""
    return [normalise(name) for name in (guide.name, *guide.aliases)]


def centred(queries: Vectors, mean: Vectors) -> Vectors:
    """Without what all questions have in common, of length one."""
    shifted = queries - mean
    return shifted / np.maximum(np.linalg.norm(shifted, axis=1, keepdims=True), 1e-6)


def classes_of(questions: Sequence[Question], names: Sequence[str]) -> tuple[list[int], int]:
    """The class of each question, and how many there are: guides by place, then items without a guide, last "nothing"."""
    place = {name: at for at, name in enumerate(names)}
    absent = sorted({q.item for q in questions} - set(place) - {NONE})
    place |= {name: len(names) + at for at, name in enumerate(absent)}
    nothing = len(names) + len(absent)
    return [place.get(q.item, nothing) for q in questions], nothing + 1
