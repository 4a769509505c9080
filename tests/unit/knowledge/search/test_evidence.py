"""What speaks for each guide, against the plain way of finding it; and that what was not found never seems near."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.index.build import build_index
from knowledge.index.encoder import FakeEncoder
from knowledge.index.vector_cache import VectorCache
from knowledge.search.evidence import FEATURES, Collector, Group
from knowledge.search.normalise import normalise
from tests.fakes.guides import published

NAMES = [f"{what}{how}" for what in ("护照", "身份证", "居住证", "结婚证", "驾驶证") for how in ("补领", "换领", "首次申领", "注销")]


@pytest.fixture(scope="module")
def collector(tmp_path_factory: pytest.TempPathFactory) -> Collector:
    guides = [published(f"g-{at}", name=name, aliases=[f"办{name}", name[:2]], summary=f"{name}的事。") for at, name in enumerate(NAMES)]
    cache = VectorCache(tmp_path_factory.mktemp("vectors"), FakeEncoder())
    return build_index(guides, fingerprint="one", encoder="fake", cache=cache, questions=[]).index.collector


class OnlyTheFirst:
    """A search over vectors that gives no more than the few nearest."""

    def __init__(self, collector: Collector, few: int):
        self._dense, self._few = collector.dense, few

    def nearest(self, vector: np.ndarray, k: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        return self._dense.nearest(vector, self._few)


def collected(collector: Collector, text: str) -> np.ndarray:
    return collector.collect(normalise(text), FakeEncoder().queries([normalise(text)])[0]).features


def test_the_best_of_each_guide_is_that_of_looking_at_every_passage() -> None:
    random = np.random.default_rng(1)
    owner, chosen = random.integers(7, size=60), random.random(60) < 0.4
    owner[owner == 3] = 4  # a guide without passages
    group, values = Group(owner, chosen), random.normal(size=60).astype(np.float32)
    plain = [max([-0.5, *values[(owner == guide) & chosen].tolist()]) for guide in range(7)]
    assert np.allclose(group.best(values[group.places], np.full(7, -0.5, np.float32)), plain)
    assert {guide: places.tolist() for guide, places in group.by_guide()} == {
        guide: np.flatnonzero((owner == guide) & chosen).tolist() for guide in sorted(set(owner[chosen].tolist()))
    }


@pytest.mark.parametrize("text", ["护照补领要带什么", "办身份证换领", "结婚证", "居住证注销和驾驶证补领", "天气"])
def test_the_names_a_question_contains_are_found_as_by_looking_for_each(collector: Collector, text: str) -> None:
    contains = collected(collector, text)[:, FEATURES.index("contains")]
    names = [[name, f"办{name}", name[:2]] for name in NAMES]
    assert contains.tolist() == [max([0.0, *(len(n) / 4 for n in of_guide if n in text)]) for of_guide in names]


def test_a_name_word_for_word_is_that_of_every_guide_that_bears_it(collector: Collector) -> None:
    vector = FakeEncoder().queries(["护照"])[0]
    assert collector.collect("护照", vector).exact == (0, 1, 2, 3) and collector.collect("护照本", vector).exact == ()


def test_what_a_large_catalogue_did_not_find_seems_no_nearer_than_what_it_found(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector, "dense", OnlyTheFirst(collector, 10))
    places, _ = collector.dense.nearest(FakeEncoder().queries(["护照补领"])[0])
    missed = np.setdiff1d(np.arange(len(NAMES)), collector.owner[places])
    features = collected(collector, "护照补领")
    for name in ("called_centred", "about_centred"):
        column = features[:, FEATURES.index(name)]
        assert len(missed) and len(set(column[missed].tolist())) == 1 and column[missed].max() <= column.min()
        assert column.max() > column.min()
