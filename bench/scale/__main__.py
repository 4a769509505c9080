"""``python -m bench.scale --passages N`` or ``--guides N``: search over a made-up catalogue, our index beside exact search and pgvector."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import psycopg
import typer
from rich.console import Console
from rich.table import Table

from bangban.stores.running import running
from bench.scale.catalogue import made_up, questions, resemblance, shipped, write_passages
from bench.scale.child import QUERIES, TRUTH, K
from bench.scale.systems import VECTORS, RoomyPostgres
from bench.turn.memory import PeakMemory
from common.settings import ROOT, settings
from knowledge.index.dense import kind_for
from knowledge.index.encoder import Vectors, serving_encoder

console = Console(highlight=False)
_BLOCK = 100_000


@dataclass(frozen=True)
class Figures:
    """Of one system: two steps as :mod:`bench.scale.child` reports them; ``server_mb``: memory of a server beside it."""

    build: dict[str, Any]
    search: dict[str, Any]
    build_server_mb: float = 0.0
    server_mb: float = 0.0


def main(
    passages: Annotated[int, typer.Option(help="Made-up passages; only nearest passages are searched.")] = 0,
    guides: Annotated[int, typer.Option(help="Made-up guides: built into an index and asked through the whole search.")] = 0,
    queries: Annotated[int, typer.Option(help="Real questions to ask.")] = 500,
    systems: Annotated[str, typer.Option(help="Of flat, ours, hnsw, pgvector.")] = "flat,ours,pgvector",
) -> None:
    """Build time, memory, query time and recall@10."""
    with tempfile.TemporaryDirectory(prefix="bangban-scale-", dir=ROOT / ".cache" if (ROOT / ".cache").exists() else None) as name:
        folder = Path(name)
        if guides:
            whole(guides, queries, folder)
        if passages:
            prepare(passages, queries, folder)
            report(passages, {system: measure(system, folder) for system in systems.split(",")})


def whole(guides: int, queries: int, folder: Path) -> None:
    """The whole way, each step in a process of its own."""
    for step in ("build", "search", "publish"):
        for line in _child("bench.scale.whole", step, str(guides), str(queries), str(folder))["said"]:
            console.print(line)


def prepare(passages: int, queries: int, folder: Path) -> None:
    """The files that every system starts from: vectors, questions, and the right answers."""
    encoder = serving_encoder(settings().encoder)
    real = shipped(encoder)
    twin = made_up(real, np.arange(len(real.guides)), seed=1)
    console.print(f"nearest neighbours: {len(real.vectors)} real passages {resemblance(real.vectors)}, as many made up {resemblance(twin)}")
    write_passages(real, passages, folder / VECTORS)
    _, asked = questions(encoder, queries)
    np.save(folder / QUERIES, asked)
    np.save(folder / TRUTH, exact(np.load(folder / VECTORS, mmap_mode="r"), asked))


def exact(vectors: Vectors, asked: Vectors) -> np.ndarray:
    """Places of the nearest ``K`` of each question, by comparing with every passage."""
    places, similarities = np.zeros((len(asked), 0), np.int64), np.zeros((len(asked), 0), np.float32)
    for at in range(0, len(vectors), _BLOCK):
        alike = asked @ np.asarray(vectors[at : at + _BLOCK]).T
        best = np.argpartition(-alike, min(K, alike.shape[1] - 1), axis=1)[:, :K]
        places = np.hstack([places, best + at])
        similarities = np.hstack([similarities, np.take_along_axis(alike, best, axis=1)])
        kept = np.argsort(-similarities, axis=1, kind="stable")[:, :K]
        places, similarities = np.take_along_axis(places, kept, axis=1), np.take_along_axis(similarities, kept, axis=1)
    return places


def measure(system: str, folder: Path) -> Figures:
    if system != "pgvector":
        return Figures(_child("bench.scale.child", "build", system, str(folder)), _child("bench.scale.child", "search", system, str(folder)))
    with running(RoomyPostgres(folder / "postgres", durable=False)) as server:
        with _memory(server) as building:
            build = _child("bench.scale.child", "build", system, str(folder), server.url())
        with psycopg.connect(server.url()) as connection:
            build["stored_mb"] = connection.execute("SELECT pg_total_relation_size('passage_vectors.bench')").fetchone()[0] / 2**20
        with _memory(server) as searching:
            search = _child("bench.scale.child", "search", system, str(folder), server.url())
    return Figures(build, search, building.peak_mb, searching.peak_mb)


@contextmanager
def _memory(server: RoomyPostgres) -> Iterator[PeakMemory]:
    with PeakMemory(int((server.data / "postmaster.pid").read_text().split()[0])) as memory:
        yield memory


def _child(module: str, *arguments: str) -> dict[str, Any]:
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with console.status(" ".join(arguments[:2])) if console.is_terminal else nullcontext():
        done = subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def report(passages: int, figures: dict[str, Figures]) -> None:
    table = Table("", *figures, title=f"{passages} passages ({kind_for(passages)} by size), one thread")
    rows = {
        "build s": lambda f: f"{f.build['seconds']:.1f}",
        "build memory MB": lambda f: _mb(f.build["peak_mb"], f.build_server_mb),
        "stored MB": lambda f: f"{f.build['stored_mb']:.0f}",
        "search memory MB": lambda f: _mb(f.search["peak_mb"], f.server_mb),
        f"{K} nearest, p50 / p95 ms": lambda f: "{:.2f} / {:.2f}".format(*f.search["few"]),
        "the same, processor time": lambda f: "" if f.server_mb else "{:.2f} / {:.2f}".format(*f.search["work"]),
        "as many as a search wants": lambda f: "{:.2f} / {:.2f}".format(*f.search["many"]),
        f"recall@{K}": lambda f: f"{f.search['recall']:.4f}",
    }
    for name, cell in rows.items():
        table.add_row(name, *[cell(f) for f in figures.values()])
    if "ours" in figures:
        ours = figures["ours"].search["few"][1]
        table.add_row("p95, ours = 1", *[f"{f.search['few'][1] / ours:.2f}" for f in figures.values()])
    console.print(table)


def _mb(process: float, server: float) -> str:
    return f"{process:.0f} + server {server:.0f}" if server else f"{process:.0f}"


if __name__ == "__main__":
    typer.run(main)
