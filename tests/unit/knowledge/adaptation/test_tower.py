"""The encoder in torch: the same as the engine's, also after it has learned something."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from knowledge.adaptation.learning import Pupil, teach
from knowledge.adaptation.tokens import Tokenizer
from knowledge.adaptation.tower import POSITIONS, Tower
from knowledge.adaptation.workshop import Material, adaptation_of_pupil
from knowledge.index.adapted import Adaptation, apply
from knowledge.index.e5file import E5File, bundled_file, read_e5
from knowledge.index.encoder import Engine

TEXTS = ["身份证丢了怎么补办", "老公那本结婚证让猫给撕碎了，去哪重新要一本", "hello 世界 ２０２６", "唔見咗護照點算好"]
ITEMS = [0, 1, 2, 0]


@pytest.fixture(scope="module")
def file() -> E5File:
    return read_e5(bundled_file())


@pytest.fixture(scope="module")
def cut(file: E5File) -> Tokenizer:
    return Tokenizer(file, longest=POSITIONS)


def cosines(tower: Tower, cut: Tokenizer, engine: Engine) -> np.ndarray:
    tower.eval()
    with torch.no_grad():
        ours = tower([cut("query: " + text) for text in TEXTS]).numpy()
    return (ours * engine.encode(TEXTS, is_query=True)).sum(axis=1)


@pytest.mark.slow
def test_the_tower_encodes_as_the_engine_does(file: E5File, cut: Tokenizer) -> None:
    assert cosines(Tower(file), cut, Engine()).min() > 0.999


def test_a_long_text_keeps_both_ends_of_its_tokens(file: E5File, cut: Tokenizer) -> None:
    tokens = cut("query: " + "办" * 300)
    assert len(tokens) == POSITIONS and (tokens[0], tokens[-1]) == (file.bos, file.eos)


@pytest.mark.slow
def test_what_was_learned_is_in_the_file_that_the_engine_runs(file: E5File, cut: Tokenizer, tmp_path: Path) -> None:
    engine, dice = Engine(), np.random.default_rng(1)
    mean = engine.encode(TEXTS, is_query=True).mean(axis=0)
    centroids = dice.normal(size=(3, 384)).astype(np.float32)
    centroids /= np.linalg.norm(centroids, axis=1, keepdims=True)
    pupil, losses = Pupil.new(Tower(file), mean=mean, centroids=centroids), []
    tokens = [cut("query: " + text) for text in TEXTS]
    teach(pupil, tokens, ITEMS, epochs=12, progress=lambda done, of, loss: losses.append(loss))
    assert losses[-1] < losses[0] - 0.3, "it has to learn something"
    learned = adaptation_of_pupil(pupil, file, Material(TEXTS, ITEMS, ("甲", "乙", "丙"), centroids))
    learned.save(tmp_path / "learned.npz")
    (tmp_path / "learned.bin").write_bytes(apply(Adaptation.load(tmp_path / "learned.npz"), file))
    taught = Engine(tmp_path / "learned.bin")
    assert cosines(pupil.tower, cut, taught).min() > 0.999
    assert (engine.encode(TEXTS, is_query=True) * taught.encode(TEXTS, is_query=True)).sum(axis=1).max() < 0.9999
    assert np.array_equal(engine.encode(TEXTS, is_query=False), taught.encode(TEXTS, is_query=False)), "passages stay where they were"
