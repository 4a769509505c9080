"""What is measured side by side. Each puts ``vectors.npy`` of a folder into a form of its own, and finds nearest passages in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import faiss
import numpy as np

from bangban.stores.postgres import EmbeddedPostgres
from knowledge.index.dense import Dense, Kind, Nearest, Places
from knowledge.index.encoder import Vectors
from knowledge.index.pgvector import PostgresDense, pool_for

VECTORS = "vectors.npy"
_TABLE = "bench"


class System(Protocol):
    def build(self, folder: Path) -> None: ...
    def opened(self, folder: Path) -> _Opened: ...


class _Opened(Protocol):
    def __enter__(self) -> Nearest: ...
    def __exit__(self, *_: object) -> None: ...


class InProcess:
    """FAISS as the product keeps it; without a kind, as it chooses by size."""

    def __init__(self, kind: Kind | None):
        self._kind = kind

    def build(self, folder: Path) -> None:
        Dense.build(np.load(folder / VECTORS, mmap_mode="r"), kind=self._kind).save(folder / self._file)

    @contextmanager
    def opened(self, folder: Path) -> Iterator[Nearest]:
        yield Dense.load(folder / self._file)

    @property
    def _file(self) -> str:
        return f"{self._kind or 'ours'}.index"


class Graph:
    """FAISS's HNSW over whole vectors."""

    _FILE = "hnsw.index"

    def build(self, folder: Path) -> None:
        vectors = np.load(folder / VECTORS, mmap_mode="r")
        index = faiss.IndexHNSWFlat(vectors.shape[1], 32, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = 80
        index.add(np.ascontiguousarray(vectors))
        faiss.write_index(index, str(folder / self._FILE))

    @contextmanager
    def opened(self, folder: Path) -> Iterator[Nearest]:
        index = faiss.read_index(str(folder / self._FILE))
        index.hnsw.efSearch = 256
        yield _Bare(index)


class _Bare:
    def __init__(self, index: faiss.Index):
        self._index = index
        self.count = int(index.ntotal)

    def nearest(self, vector: Vectors, k: int | None = None) -> tuple[Places, Vectors]:
        similarities, places = self._index.search(vector[None, :], min(k or 1024, self.count))
        return places[0], similarities[0]

    def vectors(self) -> Vectors:
        return self._index.reconstruct_n(0, self.count)


class Postgres:
    """pgvector on a server that runs already."""

    def __init__(self, url: str):
        self._url = url

    def build(self, folder: Path) -> None:
        vectors = np.load(folder / VECTORS, mmap_mode="r")
        with pool_for(self._url, size=1) as pool:
            with pool.connection() as connection:
                connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
            PostgresDense.build(pool, _TABLE, vectors, memory=f"{max(256, len(vectors) * 2000 // 2**20)}MB")

    @contextmanager
    def opened(self, folder: Path) -> Iterator[Nearest]:
        with pool_for(self._url, size=1) as pool:
            yield PostgresDense.open(pool, _TABLE)


class RoomyPostgres(EmbeddedPostgres):
    """The embedded server with memory for the whole graph; the product's has 64 MB."""

    def command(self) -> list[str]:
        return [*super().command(), "--shared_buffers=3GB", "--max_wal_size=4GB"]


def system(name: str, url: str = "") -> System:
    """``flat``, ``ours``, ``hnsw`` or ``pgvector``; raises ``KeyError`` for another."""
    return {"flat": InProcess(Kind.EXACT), "ours": InProcess(None), "hnsw": Graph(), "pgvector": Postgres(url)}[name]
