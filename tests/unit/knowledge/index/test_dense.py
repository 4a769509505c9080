"""Nearest passages in this process: each kind against comparing with every passage."""

from __future__ import annotations

import threading
from pathlib import Path

import faiss
import numpy as np
import pytest

from knowledge.index.dense import EXACT_UP_TO, Dense, Kind, kind_for
from knowledge.index.encoder import Vectors

DIMENSION, PASSAGES = 48, 6000


def clustered(count: int, seed: int) -> Vectors:
    """Passages as they come: guides of about twenty that lie together, all in one corner of the space."""
    random = np.random.default_rng(seed)
    guides = random.normal(size=(300, DIMENSION)) + 1.5
    rows = guides[random.integers(len(guides), size=count)] + 0.6 * random.normal(size=(count, DIMENSION))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


VECTORS, QUERIES = clustered(PASSAGES, 1), clustered(100, 1)


def recall(found: Dense, k: int = 10) -> float:
    """The share of the nearest ``k`` that is found."""
    right = np.argsort(-(QUERIES @ VECTORS.T), axis=1)[:, :k]
    return float(np.mean([len(set(found.nearest(q, k)[0]) & set(row)) / k for q, row in zip(QUERIES, right, strict=True)]))


@pytest.fixture(scope="module")
def inverted() -> Dense:
    return Dense.build(VECTORS, kind=Kind.INVERTED)


def test_the_size_chooses_the_kind() -> None:
    assert kind_for(EXACT_UP_TO) is Kind.EXACT and kind_for(EXACT_UP_TO + 1) is Kind.INVERTED


def test_what_is_shipped_is_searched_exactly() -> None:
    exact = Dense.build(VECTORS)
    assert exact.kind is Kind.EXACT and recall(exact) == 1
    places, similarities = exact.nearest(QUERIES[0])
    assert len(places) == 4096 and np.all(np.diff(similarities) <= 0)
    assert np.allclose(similarities, VECTORS[places] @ QUERIES[0], atol=1e-6) and np.array_equal(exact.vectors(), VECTORS)


def test_the_lists_find_nearly_all_of_the_nearest_in_less_memory(inverted: Dense) -> None:
    assert inverted.kind is Kind.INVERTED and 0.9 <= recall(inverted) < 1
    assert faiss.serialize_index(inverted.index).nbytes < VECTORS.nbytes / 2
    places, similarities = inverted.nearest(QUERIES[0], 10)
    assert np.allclose(similarities, VECTORS[places] @ QUERIES[0], atol=0.02) and np.all(np.diff(similarities) <= 0)


def test_fewer_lists_find_less(inverted: Dense) -> None:
    few = Dense(faiss.clone_index(inverted.index))
    few.index.nprobe = 1
    assert recall(few) < recall(inverted)


def test_no_place_is_made_up_where_the_lists_hold_fewer_than_wanted(inverted: Dense) -> None:
    places, similarities = inverted.nearest(QUERIES[0], PASSAGES)
    assert 0 < len(places) == len(similarities) < PASSAGES and places.min() >= 0


def test_vectors_come_back_in_their_order_and_nearly_as_they_were(inverted: Dense) -> None:
    assert inverted.count == PASSAGES and np.allclose(inverted.vectors(), VECTORS, atol=0.02)


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_stored_is_what_is_read(kind: Kind, tmp_path: Path) -> None:
    made = Dense.build(VECTORS, kind=kind)
    made.save(tmp_path / "index")
    read = Dense.load(tmp_path / "index")
    assert read.kind is kind and read.count == PASSAGES
    for query in QUERIES[:20]:
        for one, other in zip(made.nearest(query, 20), read.nearest(query, 20), strict=True):
            assert np.array_equal(one, other)


def test_an_index_of_another_kind_is_refused(tmp_path: Path) -> None:
    faiss.write_index(faiss.IndexHNSWFlat(DIMENSION, 8), str(tmp_path / "index"))
    with pytest.raises(ValueError, match="IndexHNSW"):
        Dense.load(tmp_path / "index")


def test_a_changed_guide_learns_no_lists_again_and_is_found(inverted: Dense, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faiss.IndexIVFScalarQuantizer, "train", lambda *_: pytest.fail("learned again"))
    new = np.concatenate([inverted.vectors()[1:], -VECTORS[:1]])  # one gone, one far from all others
    made = Dense.build(new, kind=Kind.INVERTED, like=inverted)
    assert made.count == PASSAGES and inverted.count == PASSAGES
    assert made.nearest(-VECTORS[0], 1)[0].tolist() == [PASSAGES - 1]
    shifted = np.mean([len(set(made.nearest(q, 10)[0] + 1) & set(inverted.nearest(q, 10)[0])) / 10 for q in QUERIES])
    assert shifted > 0.97, "what was kept in 8 bits is kept the same way again"


def test_twice_the_passages_learn_their_lists_anew(inverted: Dense) -> None:
    made = Dense.build(np.concatenate([VECTORS] * 4), kind=Kind.INVERTED, like=inverted)
    assert made.index.nlist > inverted.index.nlist


def test_several_threads_find_the_same(inverted: Dense) -> None:
    wanted = [inverted.nearest(q, 10)[0].tolist() for q in QUERIES]
    found: list[list[list[int]]] = []
    threads = [threading.Thread(target=lambda: found.append([inverted.nearest(q, 10)[0].tolist() for q in QUERIES])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [wanted] * 4
