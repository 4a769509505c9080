"""Made-up catalogues: of the size that was asked for, resembling what they were made from, and measured against the right answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.scale import catalogue
from bench.scale.__main__ import exact
from bench.scale.catalogue import Shipped, made_up, made_up_guides, resemblance, vectors_of_guides, write_passages
from bench.scale.child import K, search
from bench.scale.systems import VECTORS, InProcess
from knowledge.index.dense import Kind
from knowledge.index.encoder import FakeEncoder
from knowledge.index.passages import passages_of
from tests.fakes.guides import guide


@pytest.fixture(scope="module")
def real() -> Shipped:
    guides = [guide(f"g-{at}", name=f"事项{at}号登记", summary=f"办第{at}件事。") for at in range(40)]
    cut = [[p.searched for p in passages_of(g)] for g in guides]
    return Shipped(guides, FakeEncoder().documents([text for part in cut for text in part]), np.cumsum([0, *map(len, cut)]))


def test_made_up_guides_have_the_passages_of_real_ones_under_names_of_their_own(real: Shipped) -> None:
    guides, vectors = made_up_guides(real, 100), vectors_of_guides(real, 100)
    assert len({g.id for g in guides}) == len({g.guide.name for g in guides}) == 100
    assert sum(len(passages_of(g.guide)) for g in guides) == len(vectors)
    assert guides[41].guide.name.endswith("事项1号登记")


def test_made_up_vectors_are_of_length_one_and_none_is_another(real: Shipped) -> None:
    vectors = made_up(real, np.arange(40), seed=3)
    assert vectors.shape == real.vectors.shape and np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert resemblance(vectors)[-1] < 1 and not np.allclose(vectors, made_up(real, np.arange(40), seed=4))


def test_the_file_holds_as_many_as_were_asked_for(real: Shipped, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "_BLOCK", 7)
    write_passages(real, 1234, tmp_path / "v.npy")
    vectors = np.load(tmp_path / "v.npy")
    assert vectors.shape == (1234, 64) and np.linalg.norm(vectors, axis=1).min() > 0.99


def test_right_answers_do_not_depend_on_the_blocks_they_are_found_in(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(5)
    vectors, asked = random.normal(size=(1000, 16)).astype(np.float32), random.normal(size=(9, 16)).astype(np.float32)
    monkeypatch.setattr("bench.scale.__main__._BLOCK", 130)
    assert np.array_equal(exact(vectors, asked), np.argsort(-(asked @ vectors.T), axis=1)[:, :K])


def test_exact_search_finds_everything_and_its_figures_say_so(real: Shipped, tmp_path: Path) -> None:
    write_passages(real, 500, tmp_path / VECTORS)
    asked = real.vectors[:5]
    np.save(tmp_path / "queries.npy", asked)
    np.save(tmp_path / "truth.npy", exact(np.load(tmp_path / VECTORS), asked))
    InProcess(Kind.EXACT).build(tmp_path)
    figures = search("flat", tmp_path, "")
    assert figures["recall"] == 1 and 0 < figures["few"][0] <= figures["few"][1]
    np.save(tmp_path / "truth.npy", np.zeros((5, K), np.int64) - 1)
    assert search("flat", tmp_path, "")["recall"] == 0
