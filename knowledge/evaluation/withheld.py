"""Items nobody has asked about: a share of them is kept from training, asked for, compared with zero-shot, then learned.

They come as any publication does: an index of the other guides, trained on the others' questions, is amended by their guides.
Which items those are hangs on their names alone.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.evaluation.frozen import Asked
from knowledge.evaluation.measures import ranking
from knowledge.evaluation.questions import NONE, Question, Split, read_questions
from knowledge.evaluation.run import Asking, Run
from knowledge.index.adapted import Adaptation
from knowledge.index.amend import amend
from knowledge.index.build import Report, build_index
from knowledge.index.encoder import Encoder, Vectors
from knowledge.index.model import Index
from knowledge.index.vector_cache import VectorCache
from knowledge.model import PublishedGuide
from knowledge.search.engine import Searcher
from knowledge.search.normalise import normalise

SHARE = 0.2


@dataclass(frozen=True)
class Found:
    """Hit@1, Hit@3 and the mean reciprocal rank over the questions of some items, and how many of these were refused."""

    hit1: float
    hit3: float
    mrr: float
    refused: float


@dataclass(frozen=True)
class Withheld:
    """``new``: items kept from training, as the search finds them; ``zero_shot``: the same by the evidence that needs no question;
    ``learned``: once their questions are remembered, without training. ``others`` and ``others_learned``: the items trained on all along."""

    items: int
    questions: int
    new: Found
    zero_shot: Found
    learned: Found
    others: Found
    others_learned: Found
    learning_s: float

    @property
    def no_worse(self) -> bool:
        return self.new.hit1 >= self.zero_shot.hit1 and self.new.hit3 >= self.zero_shot.hit3


def withheld_items(names: Sequence[str], share: float = SHARE) -> set[str]:
    """The items to keep from training: always the same ones of the same names."""
    ordered = sorted(set(names), key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    return set(ordered[: max(1, round(len(ordered) * share))])


def measure_withheld(
    guides: Sequence[PublishedGuide], *, cache: VectorCache, encoder: Encoder, region: str, split: Split = "dev", share: float = SHARE,
    adaptation: Adaptation | None = None, questions: Sequence[Question] | None = None, report: Report | None = None,
) -> Withheld:  # fmt: skip
    """``adaptation``: what the encoder was taught; it must not have been taught the items that are withheld. ``questions``: all of
    the project's when left out."""
    known = list(questions if questions is not None else read_questions())
    asked_for = {q.item for q in known} - {NONE}
    away = withheld_items([g.guide.name for g in guides if g.guide.name in asked_for], share)
    if adaptation is not None and (spoilt := away & set(adaptation.items)):
        raise ValueError(f"the encoder was taught {len(spoilt)} of the {len(away)} items that should be new to it")
    train = [q for q in known if q.split == "train"]
    asked = [Asked(q.text, () if q.item == NONE else (q.item,), q.kind, source=split) for q in known if q.split == split]
    texts = {"new": [a for a in asked if set(a.expected) & away], "others": [a for a in asked if a.expected and not set(a.expected) & away]}
    say = report or (lambda stage, done, of: None)

    def ask(index: Index, stage: str) -> tuple[Searcher, dict[str, Run]]:
        searcher = Searcher(index=index, encoder=encoder)
        asking = Asking(searcher, {g.id: g.guide for g in guides}, region)
        return searcher, {name: asking.run(a, progress=lambda at, of, name=name: say(f"{stage}: {name}", at, of)) for name, a in texts.items()}

    old, theirs = [g for g in guides if g.guide.name not in away], [q for q in train if q.item not in away]
    base = build_index(old, fingerprint="old", encoder=encoder.name, cache=cache, questions=theirs, adaptation=adaptation, report=report).index
    behind = _Known(cache, encoder)
    amended = amend(base, guides, fingerprint="new", encoder=behind, questions=theirs).index
    searcher, first = ask(amended, "new")
    behind.queries([normalise(q.text) for q in train])
    began = time.perf_counter()
    learned = amend(base, guides, fingerprint="learned", encoder=behind, questions=theirs, learned=[q for q in train if q.item in away]).index
    seconds = time.perf_counter() - began
    _, after = ask(learned, "learned")
    return Withheld(
        len(away), len(texts["new"]), _found(first["new"]), _zero_shot(searcher, texts["new"]), _found(after["new"]), _found(first["others"]),
        _found(after["others"]), seconds,
    )  # fmt: skip


class _Known:
    """The encoder behind the vectors that are known already: a publication's time is measured elsewhere."""

    def __init__(self, cache: VectorCache, encoder: Encoder):
        self.name, self.dimension = encoder.name, encoder.dimension
        self._cache = cache

    def queries(self, texts: list[str]) -> Vectors:
        return self._cache.queries(texts)

    def documents(self, texts: list[str]) -> Vectors:
        return self._cache.documents(texts)


def _found(run: Run) -> Found:
    values = ranking([row.rank for row in run.rows])
    refused = float(np.mean([not row.answered for row in run.rows])) if run.rows else float("nan")
    return Found(*(float(values[name].mean()) for name in ("hit1", "hit3", "mrr")), refused)


def _zero_shot(searcher: Searcher, asked: Sequence[Asked]) -> Found:
    """The same questions by the zero-shot evidence alone, over all guides: what there would be without any learning of items."""
    index = searcher.index
    places = {g.name: at for at, g in enumerate(index.guides)}
    ranks: list[int | None] = []
    for one in asked:
        text = normalise(one.text)
        evidence = index.collector.collect(text, searcher.encoder.queries([text])[0])
        scores = evidence.features @ index.ranker.zero_shot
        ranks.append(int((scores >= scores[places[one.expected[0]]]).sum()))  # equals count against it
    values = ranking(ranks)
    return Found(*(float(values[name].mean()) for name in ("hit1", "hit3", "mrr")), 0.0)
