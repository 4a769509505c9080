"""One step in a process of its own, so that its memory is its own: ``python -m bench.scale.child STEP SYSTEM FOLDER [URL]``.

Prints one line of JSON. Memory is the process's resident peak (VmHWM: libraries, and files mapped as far as they were read).
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from bench.scale.systems import system
from knowledge.index.dense import Nearest
from knowledge.index.encoder import Vectors

QUERIES, TRUTH = "queries.npy", "truth.npy"
K = 10


def build(name: str, folder: Path, url: str) -> dict[str, Any]:
    before, began = _sizes(folder), time.perf_counter()
    system(name, url).build(folder)
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "stored_mb": _sizes(folder) - before}


def search(name: str, folder: Path, url: str) -> dict[str, Any]:
    queries, truth = np.load(folder / QUERIES), np.load(folder / TRUTH)
    with system(name, url).opened(folder) as found:
        rows, few, work = _timed(found, queries, K)
        _, many, _ = _timed(found, queries, None)
    recall = float(np.mean([len(set(row) & set(right)) / K for row, right in zip(rows, truth, strict=True)]))
    return {"few": few, "many": many, "work": work, "recall": recall}


def _timed(found: Nearest, queries: Vectors, k: int | None) -> tuple[list[list[int]], tuple[float, float], tuple[float, float]]:
    """What was found, and p50 and p95 in ms of the clock and of the processor (which does not see what else the machine does)."""
    for query in queries[:20]:
        found.nearest(query, k)
    rows, took, worked = [], [], []
    for query in queries:
        began, busy = time.perf_counter(), time.thread_time()
        places, _ = found.nearest(query, k)
        took.append((time.perf_counter() - began) * 1000)
        worked.append((time.thread_time() - busy) * 1000)
        rows.append(places.tolist())
    return rows, _percentiles(took), _percentiles(worked)


def _percentiles(took: list[float]) -> tuple[float, float]:
    return float(np.percentile(took, 50)), float(np.percentile(took, 95))


def peak_mb() -> float:
    """The most this program has held at once. ``getrusage`` would count the parent's memory from before ``exec``."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def _sizes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) / 2**20


if __name__ == "__main__":
    faiss.omp_set_num_threads(1)
    step, chosen, where, *rest = sys.argv[1:]
    done = {"build": build, "search": search}[step](chosen, Path(where), *(rest or [""]))
    print(json.dumps(done | {"peak_mb": peak_mb()}))
