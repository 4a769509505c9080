"""The whole way over made-up guides, one step a process: guides → passages → vectors → index on disk; index → answers of the Searcher.

The vectors are made up (:mod:`bench.scale.catalogue`), everything else is what the product does. No question teaches the ranker:
a lesson is questions × guides × features, which ten thousand guides make 0.8 MB a question.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import faiss
import numpy as np

from bench.scale.catalogue import made_up_guides, questions, shipped, vectors_of_guides
from bench.scale.child import peak_mb
from common.settings import settings
from knowledge.index.amend import amend
from knowledge.index.build import build_index
from knowledge.index.dense import Dense, Kind
from knowledge.index.encoder import Vectors, serving_encoder
from knowledge.index.files import IndexFolder
from knowledge.index.vector_cache import Progress
from knowledge.model import PublishedGuide
from knowledge.search.engine import Searcher
from knowledge.search.normalise import normalise

_NAME = "whole"
_SHOWN = 10


class MadeUp:
    """Stands for the cache of vectors: everything has its vector already."""

    def __init__(self, vectors: Vectors):
        self._vectors = vectors
        self._places: dict[str, int] = {}

    def documents(self, texts: list[str], progress: Progress | None = None) -> Vectors:
        if len(texts) != len(self._vectors):
            raise ValueError("guides are cut into other passages than vectors were made for")
        self._places = {text: at for at, text in enumerate(texts)}
        return self._vectors

    def queries(self, texts: list[str], progress: Progress | None = None) -> Vectors:
        """Of names, which are passages too."""
        return self._vectors[[self._places[text] for text in texts]]


def build(guides: int, queries: int, folder: Path) -> list[str]:
    real = shipped(serving_encoder(settings().encoder))
    published, vectors = made_up_guides(real, guides), vectors_of_guides(real, guides)
    began, busy = time.perf_counter(), time.process_time()
    built = build_index(published, fingerprint=_NAME, encoder=_NAME, cache=MadeUp(vectors), questions=[])  # type: ignore[arg-type]
    made, worked = time.perf_counter(), time.process_time() - busy
    IndexFolder(folder).save(built)
    stored = sum(path.stat().st_size for path in (folder / _NAME).iterdir()) / 2**20
    count, kind = len(built.index.passages), built.index.collector.dense.kind
    return [
        f"{guides} guides, {count} passages ({kind}): built in {made - began:.0f} s ({worked:.0f} of the processor)",
        f"stored in {time.perf_counter() - made:.0f} s, {stored:.0f} MB; memory until then {peak_mb():.0f} MB",
    ]


def search(guides: int, queries: int, folder: Path) -> list[str]:
    encoder = serving_encoder(settings().encoder)
    texts, _ = questions(encoder, queries)
    bare = peak_mb()
    began = time.perf_counter()
    index = IndexFolder(folder).load(_NAME)
    opened = time.perf_counter() - began
    searcher = Searcher(index=index, encoder=encoder)
    encoded, whole, worked, shown = [], [], [], []
    for text in ["预热", *texts]:
        began = time.perf_counter()
        encoder.queries([normalise(text)])
        encoded.append((time.perf_counter() - began) * 1000)
        began, busy = time.perf_counter(), time.thread_time()
        found = searcher.search(text, region=settings().region, top_k=_SHOWN)
        whole.append((time.perf_counter() - began) * 1000)
        worked.append((time.thread_time() - busy) * 1000)
        shown.append([hit.guide_id for hit in found.results])
    memory = peak_mb()  # before the exact search comes in
    index.collector.dense = Dense.build(np.load(folder / _NAME / "vectors.npy", mmap_mode="r"), kind=Kind.EXACT)
    right = [[h.guide_id for h in searcher.search(text, region=settings().region, top_k=_SHOWN).results] for text in ["预热", *texts]]
    alike = [len(set(mine) & set(exact)) / max(len(exact), 1) for mine, exact in zip(shown, right, strict=True)]
    first = [mine[:1] == exact[:1] for mine, exact in zip(shown, right, strict=True)]
    return [
        f"opened in {opened:.1f} s; memory {memory:.0f} MB, of which {bare:.0f} MB before the index",
        f"whole search p50 / p95 {_percentiles(whole)} ms (of the processor {_percentiles(worked)}), encoding alone {_percentiles(encoded)} ms",
        f"guides shown, beside the same search with exact nearest passages: first the same {np.mean(first):.3f}, of ten {np.mean(alike):.3f}",
    ]


def publish(guides: int, queries: int, folder: Path) -> list[str]:
    """What an editor's publication of one guide makes a serving process compute."""
    encoder = serving_encoder(settings().encoder)
    published = made_up_guides(shipped(encoder), guides)
    index = IndexFolder(folder).load(_NAME)
    changed = published[guides // 2].guide.model_copy(update={"summary": "换了一句话。"})
    published[guides // 2] = PublishedGuide(changed.id, 2, changed)
    began, busy = time.perf_counter(), time.process_time()
    amend(index, published, fingerprint=_NAME, encoder=encoder)
    took, worked = time.perf_counter() - began, time.process_time() - busy
    return [f"one guide changed: the next index in {took:.1f} s ({worked:.1f} s of the processor)"]


def _percentiles(took: list[float]) -> str:
    return "{:.1f} / {:.1f}".format(*np.percentile(took[1:], [50, 95]))


if __name__ == "__main__":
    faiss.omp_set_num_threads(1)
    step, count, asked, where = sys.argv[1:]
    print(json.dumps({"said": {"build": build, "search": search, "publish": publish}[step](int(count), int(asked), Path(where))}))
