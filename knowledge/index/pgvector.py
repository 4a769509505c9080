"""Nearest passages in PostgreSQL with the extension pgvector: for more passages than one machine's processes should each hold.

One table per index, named by the index's fingerprint, of half-precision vectors under an HNSW graph. It is derived like the files
of an index are, so no migration knows it: it is built whole in one transaction and dropped whole. The database needs
``CREATE EXTENSION vector`` once, by whoever may.
"""

from __future__ import annotations

from typing import Self

import numpy as np
import psycopg
from psycopg import sql
from psycopg_pool import ConnectionPool

from knowledge.index.dense import Places
from knowledge.index.encoder import Vectors

SCHEMA = "passage_vectors"
NEAREST = 512  # by default: every row found is a random page read by the server
WIDTHS = (200, 1000)  # candidates kept while the graph is walked (hnsw.ef_search), least and pgvector's most: more find better, slower
_PASSAGES_PER_WIDTH = 1000
LINKS, BUILD_WIDTH = 16, 64  # pgvector's own defaults for building the graph
_BLOCK = 20_000  # rows copied at a time
_COPY_HEADER, _COPY_END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"


class PassagesMissing(Exception):
    """There is no table of that name; the message is the name."""


def pool_for(url: str, *, size: int = 4) -> ConnectionPool:
    """Connections set up for :class:`PostgresDense`; the caller closes them."""
    return ConnectionPool(url, min_size=1, max_size=size, kwargs={"autocommit": True}, configure=_configure, open=True)


def _configure(connection: psycopg.Connection) -> None:
    # Without the first the graph never gives more than the width; without the second a planner reads a small table whole.
    for setting, value in (("hnsw.iterative_scan", "strict_order"), ("enable_seqscan", "off")):
        connection.execute("SELECT set_config(%s, %s, false)", [setting, value])


class PostgresDense:
    """:class:`knowledge.index.dense.Nearest` over a table."""

    def __init__(self, pool: ConnectionPool, name: str, *, count: int):
        self._pool = pool
        self._table = _table(name)
        self.count = count
        least, most = WIDTHS
        self._width = str(min(most, max(least, count // _PASSAGES_PER_WIDTH)))

    @classmethod
    def build(cls, pool: ConnectionPool, name: str, vectors: Vectors, *, memory: str = "512MB") -> Self:
        """Puts the vectors in a new table, replacing one of that name, seen by others when it is whole. ``memory``: what the server
        may use to make the graph; where the graph does not fit, making it takes many times longer."""
        table, dimension = _table(name), vectors.shape[1]
        with pool.connection() as connection, connection.transaction():
            connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(SCHEMA)))
            connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(table))
            columns = sql.SQL("place integer NOT NULL, vector halfvec({}) NOT NULL").format(sql.Literal(dimension))
            connection.execute(sql.SQL("CREATE TABLE {} ({})").format(table, columns))
            with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(table)) as copy:
                copy.write(_COPY_HEADER)
                for at in range(0, len(vectors), _BLOCK):
                    copy.write(_rows(vectors[at : at + _BLOCK], first=at))
                copy.write(_COPY_END)
            connection.execute("SELECT set_config('maintenance_work_mem', %s, true)", [memory])
            graph = "CREATE INDEX ON {} USING hnsw (vector halfvec_ip_ops) WITH (m = {}, ef_construction = {})"
            connection.execute(sql.SQL(graph).format(table, sql.Literal(LINKS), sql.Literal(BUILD_WIDTH)))
        return cls(pool, name, count=len(vectors))

    @classmethod
    def open(cls, pool: ConnectionPool, name: str) -> Self:
        """Raises :class:`PassagesMissing`."""
        try:
            with pool.connection() as connection:
                row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(_table(name))).fetchone()
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
            raise PassagesMissing(name) from None
        return cls(pool, name, count=int(row[0]))  # type: ignore[index]

    def nearest(self, vector: Vectors, k: int | None = None) -> tuple[Places, Vectors]:
        """See :class:`knowledge.index.dense.Nearest`; raises ``psycopg.Error``."""
        # The number stands in the statement: as a parameter it would not tell the planner that few rows are wanted.
        query = sql.SQL("SELECT place, -(vector <#> %(v)s::halfvec) FROM {} ORDER BY vector <#> %(v)s::halfvec LIMIT {}").format(
            self._table, sql.Literal(min(k or NEAREST, self.count))
        )
        with self._pool.connection() as connection:
            connection.execute("SELECT set_config('hnsw.ef_search', %s, false)", [self._width])
            rows = connection.execute(query, {"v": _text(vector)}, binary=True).fetchall()
        places, similarities = zip(*rows, strict=True) if rows else ((), ())
        return np.array(places, np.int64), np.array(similarities, np.float32)

    def vectors(self) -> Vectors:
        with self._pool.connection() as connection:
            rows = connection.execute(sql.SQL("SELECT vector::real[] FROM {} ORDER BY place").format(self._table), binary=True).fetchall()
        return np.array([row[0] for row in rows], np.float32)

    def drop(self) -> None:
        with self._pool.connection() as connection:
            connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(self._table))


def _table(name: str) -> sql.Identifier:
    return sql.Identifier(SCHEMA, name)


def _text(vector: Vectors) -> str:
    return "[" + ",".join(map(str, vector.tolist())) + "]"


def _rows(vectors: Vectors, *, first: int) -> bytes:
    """Rows as COPY's binary format wants them, big end first: two fields, each with its length; a halfvec says its dimension itself."""
    count, dimension = vectors.shape
    head = [("fields", ">i2"), ("size", ">i4"), ("place", ">i4"), ("bytes", ">i4"), ("dimension", ">i2"), ("unused", ">i2")]
    row = np.zeros(count, [*head, ("vector", ">f2", dimension)])
    row["fields"], row["size"], row["place"] = 2, 4, np.arange(first, first + count)
    row["bytes"], row["dimension"], row["vector"] = 4 + 2 * dimension, dimension, vectors
    return row.tobytes()
