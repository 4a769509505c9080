"""Nearest passages in a real PostgreSQL with pgvector, held to what comparing with every passage gives."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import psycopg
import pytest
from psycopg_pool import ConnectionPool

from knowledge.index.build import Built, build_index
from knowledge.index.dense import Dense
from knowledge.index.encoder import FakeEncoder, Vectors
from knowledge.index.pgvector import SCHEMA, PassagesMissing, PostgresDense, pool_for
from knowledge.index.vector_cache import VectorCache
from knowledge.search.engine import Searcher
from tests.fakes.guides import three

DIMENSION, PASSAGES = 384, 3000


def clustered(count: int, seed: int) -> Vectors:
    random = np.random.default_rng(seed)
    guides = np.random.default_rng(0).normal(size=(150, DIMENSION)) + 1.5
    rows = guides[random.integers(len(guides), size=count)] + 0.6 * random.normal(size=(count, DIMENSION))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


VECTORS, QUERIES = clustered(PASSAGES, 1), clustered(40, 2)


@pytest.fixture(scope="module")
def pool(database_url: str) -> Iterator[ConnectionPool]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
    with pool_for(database_url) as opened:
        yield opened
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        connection.execute("DROP EXTENSION vector CASCADE")


@pytest.fixture(scope="module")
def table(pool: ConnectionPool) -> PostgresDense:
    return PostgresDense.build(pool, "whole", VECTORS)


def test_the_graph_finds_nearly_all_of_the_nearest(table: PostgresDense) -> None:
    exact = Dense.build(VECTORS)
    shares = [len(set(table.nearest(q, 10)[0]) & set(exact.nearest(q, 10)[0])) / 10 for q in QUERIES]
    assert np.mean(shares) >= 0.95
    places, similarities = table.nearest(QUERIES[0], 10)
    assert np.allclose(similarities, VECTORS[places] @ QUERIES[0], atol=2e-3) and np.all(np.diff(similarities) <= 0)


def test_the_graph_is_what_is_searched(pool: ConnectionPool, table: PostgresDense) -> None:
    with pool.connection() as connection:
        plan = connection.execute(
            f"EXPLAIN SELECT place FROM {SCHEMA}.whole ORDER BY vector <#> %s::halfvec LIMIT 10", [str(QUERIES[0].tolist())]
        ).fetchall()
    assert "Index Scan" in str(plan)


def test_more_can_be_had_than_the_graph_is_walked_wide(table: PostgresDense) -> None:
    places, _ = table.nearest(QUERIES[0], 1024)
    assert len(places) == len(set(places)) == 1024
    assert len(table.nearest(QUERIES[0], 10 * PASSAGES)[0]) <= PASSAGES


def test_vectors_come_back_in_their_order(table: PostgresDense) -> None:
    assert np.allclose(table.vectors(), VECTORS, atol=1e-3)


def test_it_is_opened_by_its_name_and_gone_when_dropped(pool: ConnectionPool, table: PostgresDense) -> None:
    opened = PostgresDense.open(pool, "whole")
    assert opened.count == table.count == PASSAGES
    assert np.array_equal(opened.nearest(QUERIES[0], 5)[0], table.nearest(QUERIES[0], 5)[0])
    few = PostgresDense.build(pool, "few", VECTORS[:50])
    few.drop()
    with pytest.raises(PassagesMissing, match="few"):
        PostgresDense.open(pool, "few")


def test_one_that_is_built_again_is_replaced_whole_and_a_failed_build_leaves_the_old_one(pool: ConnectionPool) -> None:
    PostgresDense.build(pool, "again", VECTORS[:100])
    assert PostgresDense.build(pool, "again", VECTORS[:200]).count == PostgresDense.open(pool, "again").count == 200
    with pytest.raises(psycopg.Error):
        PostgresDense.build(pool, "again", np.full((10, DIMENSION), np.nan, np.float32))
    assert PostgresDense.open(pool, "again").count == 200


def test_several_threads_find_the_same(table: PostgresDense) -> None:
    wanted = [table.nearest(q, 10)[0].tolist() for q in QUERIES]
    found: list[list[list[int]]] = []
    threads = [threading.Thread(target=lambda: found.append([table.nearest(q, 10)[0].tolist() for q in QUERIES])) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [wanted] * 3


def test_the_search_above_does_not_know_where_its_vectors_are(pool: ConnectionPool, tmp_path) -> None:
    built: Built = build_index(three(), fingerprint="one", encoder="fake", cache=VectorCache(tmp_path, FakeEncoder()), questions=[])
    searcher = Searcher(index=built.index, encoder=FakeEncoder())
    questions = ["身份证不见了", "扯证要什么", "第一次办护照"]
    here = [searcher.search(q, region="440100", top_k=3).results for q in questions]
    built.index.collector.dense = PostgresDense.build(pool, "three", built.vectors)
    there = [searcher.search(q, region="440100", top_k=3).results for q in questions]
    assert [[h.guide_id for h in hits] for hits in here] == [[h.guide_id for h in hits] for hits in there]
    assert np.allclose([h.score for hits in here for h in hits], [h.score for hits in there for h in hits], atol=5e-3)
