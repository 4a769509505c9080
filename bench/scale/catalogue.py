"""Catalogues that do not exist, made to resemble the one that does: nobody encodes a million texts to measure a search.

A made-up guide stands between two real ones. Each of its passages is a mixture of a passage of the first (60–100 %) and one of the
second, moved by part of the difference of two passages of a third, which keeps the directions in which real passages differ. With the
constants below made-up passages lie as near each other as the shipped ones, when they are as many (``resemblance``; the benchmark
prints both). A million of them lie closer, as a million real ones would.
The questions are real ones, encoded as always.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from common.settings import settings
from knowledge.evaluation.frozen import own_questions
from knowledge.index.encoder import Encoder, Vectors, serving_encoder
from knowledge.index.files import IndexFolder
from knowledge.index.passages import passages_of
from knowledge.index.vector_cache import VectorCache
from knowledge.model import PublishedGuide
from knowledge.schema.guide import Guide
from knowledge.schema.library import shipped_guides
from knowledge.search.normalise import normalise

FIRST_AT_LEAST = 0.6  # the share of the first real guide in a made-up one
MOVED_BY = (0.0, 0.45)  # how much of a difference between two real passages is added, from … to
_BLOCK = 1000  # guides made at a time
_QUALIFIERS = "农林牧渔矿建运商旅教科文卫体环水电气热信金保房土城乡村镇街园港航铁公邮仓粮盐药食酒烟茶棉麻丝纸木石砂铜铝钢"


@dataclass(frozen=True)
class Shipped:
    """The guides of the tree (bundles apart), their passages' vectors (passages, dimension), and where each guide's begin and end."""

    guides: list[Guide]
    vectors: Vectors
    bounds: npt.NDArray[np.int64]

    @property
    def sizes(self) -> npt.NDArray[np.int64]:
        return np.diff(self.bounds)


def shipped(encoder: Encoder | None = None) -> Shipped:
    """Their vectors come from the cache of index builds; what is not there is encoded (some minutes for everything)."""
    guides = [guide for guide in shipped_guides() if not guide.bundle]
    cut = [[normalise(p.searched) for p in passages_of(guide)] for guide in guides]
    cache = VectorCache(IndexFolder.workshop(settings().home).path, encoder or serving_encoder(settings().encoder))
    return Shipped(guides, cache.documents([text for part in cut for text in part]), np.cumsum([0, *map(len, cut)]))


def questions(encoder: Encoder, count: int) -> tuple[list[str], Vectors]:
    """Real dev questions, every so many one, and their vectors."""
    texts = [q.text for q in own_questions("dev") if q.expected]
    texts = texts[:: max(len(texts) // count, 1)][:count]
    return texts, np.concatenate([encoder.queries([normalise(text)]) for text in texts])


def made_up(real: Shipped, firsts: npt.NDArray[np.int64], seed: int) -> Vectors:
    """The passages' vectors of guides that resemble these real ones (by place), one guide after another."""
    random = np.random.default_rng(seed)
    sizes = real.sizes[firsts]
    rows = np.concatenate([np.arange(real.bounds[at], real.bounds[at + 1]) for at in firsts])
    seconds = _any_passage_of(real, np.repeat(random.integers(len(real.guides), size=len(firsts)), sizes), random)
    thirds = random.integers(len(real.guides), size=len(rows))
    share = np.repeat(random.uniform(FIRST_AT_LEAST, 1, len(firsts)), sizes)[:, None].astype(np.float32)
    v = real.vectors
    moved = v[_any_passage_of(real, thirds, random)] - v[_any_passage_of(real, thirds, random)]
    much = random.uniform(*MOVED_BY, len(rows))[:, None].astype(np.float32)
    vectors = share * v[rows] + (1 - share) * v[seconds] + much * moved
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _any_passage_of(real: Shipped, guides: npt.NDArray[np.int64], random: np.random.Generator) -> npt.NDArray[np.int64]:
    return real.bounds[guides] + random.integers(real.sizes[guides])


def write_passages(real: Shipped, count: int, path: Path) -> None:
    """``count`` vectors as a ``.npy`` file, made and written in blocks."""
    first = real.vectors.shape[1]
    out = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(count, first))
    random, done = np.random.default_rng(0), 0
    while done < count:
        block = made_up(real, random.integers(len(real.guides), size=_BLOCK), seed=done)[: count - done]
        out[done : done + len(block)] = block
        done += len(block)
    out.flush()


def made_up_guides(real: Shipped, count: int) -> list[PublishedGuide]:
    """Whole guides: each real one again and again with two other characters before its names."""
    return [_renamed(real.guides[at % len(real.guides)], at) for at in range(count)]


def vectors_of_guides(real: Shipped, count: int) -> Vectors:
    """Of the passages of :func:`made_up_guides`, in their order."""
    firsts = np.arange(count) % len(real.guides)
    return np.concatenate([made_up(real, firsts[at : at + _BLOCK], seed=at) for at in range(0, count, _BLOCK)])


def _renamed(guide: Guide, at: int) -> PublishedGuide:
    kind = at % (len(_QUALIFIERS) ** 2)
    word = _QUALIFIERS[kind // len(_QUALIFIERS)] + _QUALIFIERS[kind % len(_QUALIFIERS)]
    changes = {"id": f"{guide.id}-{at}", "name": word + guide.name, "aliases": [word + alias for alias in guide.aliases]}
    return PublishedGuide(changes["id"], 1, guide.model_copy(update=changes))


def resemblance(vectors: Vectors) -> Sequence[float]:
    """Similarity of the nearest neighbour: 5th, 25th, 50th, 75th, 95th percentile. For a few thousand vectors."""
    alike = vectors @ vectors.T
    np.fill_diagonal(alike, -1)
    return [round(float(p), 3) for p in np.percentile(alike.max(axis=1), [5, 25, 50, 75, 95])]
