"""A new index out of the one in use: only what changed is encoded, and what was learned is kept.

Training again takes a minute; an editor's publication has to be there in a second or two. A guide that stays, also in a new
version, keeps what was learned from its questions. A new guide has learned nothing yet, which the ranker knows how to treat
(``asked``). What was learned of a withdrawn guide is put aside among the classes that are no guide, and taken back when the
guide returns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from knowledge.evaluation.questions import NONE, Question
from knowledge.index.build import Built, centred, names_of
from knowledge.index.dense import Dense
from knowledge.index.encoder import Encoder, Vectors
from knowledge.index.fingerprint import document_digest
from knowledge.index.model import AMENDED, Index, IndexedGuide
from knowledge.index.passages import Passage, passages_of
from knowledge.model import PublishedGuide
from knowledge.search.asked import Asked, Remembered
from knowledge.search.evidence import Collector
from knowledge.search.normalise import normalise
from knowledge.search.ranker import Ranker
from knowledge.search.weighing import Head

MOST = 24  # guides that may differ; beyond that training anew is worth its minute
_SLICE = 4  # passages encoded at a time, so that citizens' questions get in between
_ASIDE = "guide:"


def differing(base: Index, guides: Sequence[PublishedGuide]) -> int:
    """How many guides were added, changed or taken away since the index was made."""
    before, now = {g.id: g.digest for g in base.guides}, {g.id: document_digest(g.guide) for g in guides}
    return len(before.keys() ^ now.keys()) + sum(before[i] != now[i] for i in before.keys() & now.keys())


def amend(
    base: Index, guides: Sequence[PublishedGuide], *, fingerprint: str, encoder: Encoder, questions: Sequence[Question] = (),
    learned: Sequence[Question] = (),
) -> Built:  # fmt: skip
    """``questions``: those the base was trained on, which name its classes; ``learned``: further ones, to be remembered from now on.
    Guides must not be empty."""
    cut = _cut(base, guides, encoder)
    passages = tuple(p for part in cut for p in part.passages)
    vectors = np.concatenate([part.vectors for part in cut])
    old = base.collector
    ids = {g.guide.name: g.id for g in guides}

    def encode(texts: list[str]) -> Vectors:
        return centred(encoder.queries(texts), old.mean)

    asked = old.asked.renamed({g.id: names_of(g.guide) for g in guides}, encode)
    asked = asked.extended([Remembered(normalise(q.text), ids.get(q.item, ""), False) for q in learned], encode)
    collector = Collector(
        guide_ids=[g.id for g in guides], passages=passages, vectors=vectors, dense=Dense.build(vectors, like=old.dense),
        mean=old.mean, sounds=old.sounds, asked=asked,
    )  # fmt: skip
    known = tuple(
        IndexedGuide(g.id, g.guide.name, g.guide.region.code, g.guide.region.name, part.digest, len(part.passages))
        for g, part in zip(guides, cut, strict=True)
    )
    ranker, outside = _ranker(base, known, questions)
    if learned:
        ranker = _grown(ranker, asked, [g.id for g in guides])
    return Built(Index(fingerprint + AMENDED, base.encoder, known, passages, collector, ranker, outside), vectors)


@dataclass(frozen=True)
class _Part:
    digest: str
    passages: list[Passage]
    vectors: Vectors


def _cut(base: Index, guides: Sequence[PublishedGuide], encoder: Encoder) -> list[_Part]:
    vectors = base.collector.dense.vectors()
    rows: dict[str, list[int]] = {}
    for at, passage in enumerate(base.passages):
        rows.setdefault(passage.guide_id, []).append(at)
    before, parts = {g.id: g.digest for g in base.guides}, []
    for published in guides:
        digest, own = document_digest(published.guide), rows.get(published.id, [])
        if before.get(published.id) == digest:
            parts.append(_Part(digest, [base.passages[at] for at in own], vectors[own]))
            continue
        passages = passages_of(published.guide)
        known = {normalise(base.passages[at].searched): vectors[at] for at in own}
        parts.append(_Part(digest, passages, _encoded([normalise(p.searched) for p in passages], known, encoder)))
    return parts


def _encoded(texts: Sequence[str], known: dict[str, Vectors], encoder: Encoder) -> Vectors:
    todo = [text for text in dict.fromkeys(texts) if text not in known]
    for at in range(0, len(todo), _SLICE):
        known |= zip(todo[at : at + _SLICE], encoder.documents(todo[at : at + _SLICE]), strict=True)
    return np.stack([known[text] for text in texts])


def _ranker(base: Index, guides: Sequence[IndexedGuide], questions: Sequence[Question]) -> tuple[Ranker, tuple[str, ...]]:
    """The learned parameters put in the order of the new guides, and the names of the classes that are no guide (without "nothing")."""
    old, count = base.ranker, len(base.guides)
    outside = _outside(base, questions)
    column = {g.id: at for at, g in enumerate(base.guides) if old.asked[at]}
    column |= {name.removeprefix(_ASIDE): count + at for at, name in enumerate(outside) if name.startswith(_ASIDE)}
    present, names = {g.id for g in guides}, {g.name for g in guides}
    kept = {name: count + at for at, name in enumerate(outside) if name.removeprefix(_ASIDE) not in present and name not in names}
    kept |= {_ASIDE + g.id: at for at, g in enumerate(base.guides) if old.asked[at] and g.id not in present}
    nothing = old.own.shape[1] - 1
    order = [column.get(g.id, -1) for g in guides] + list(kept.values()) + [nothing]
    own, bias = np.append(old.own, np.zeros((len(old.own), 1), np.float32), axis=1), np.append(old.bias, np.float32(0))
    asked = np.array([g.id in column for g in guides], bool)
    return replace(old, own=np.ascontiguousarray(own[:, order]), bias=bias[order], asked=asked), tuple(kept)


def _grown(ranker: Ranker, asked: Asked, guide_ids: Sequence[str]) -> Ranker:
    """The ranker with a guess for guides that have questions now."""
    count = len(guide_ids)
    head = Head(ranker.own[:, :count], ranker.bias[:count], ranker.asked).grown(*asked.middles(guide_ids))
    own, bias = np.hstack([head.own, ranker.own[:, count:]]), np.append(head.bias, ranker.bias[count:])
    return replace(ranker, own=np.ascontiguousarray(own), bias=bias, asked=head.taught)


def _outside(base: Index, questions: Sequence[Question]) -> tuple[str, ...]:
    """Names of the classes that are no guide, as the trained index counts them when it does not say so itself."""
    wanted = base.ranker.own.shape[1] - len(base.guides) - 1
    if len(base.outside) == wanted:
        return base.outside
    absent = sorted({q.item for q in questions} - {g.name for g in base.guides} - {NONE})
    return tuple(absent) if len(absent) == wanted else tuple(f"?{at}" for at in range(wanted))
