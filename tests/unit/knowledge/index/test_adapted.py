"""What the encoder was taught: stored, read, put into a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.index.adapted import Adaptation, adapted_file, apply, question_digest, shipped
from knowledge.index.e5file import E5File, bundled_file, read_e5


@pytest.fixture(scope="module")
def base() -> E5File:
    return read_e5(bundled_file())


def adaptation(**changed: object) -> Adaptation:
    parts = {
        "scales": {}, "floats": {}, "mean": np.zeros(384, np.float32), "head": np.zeros((384, 1), np.float16), "bias": np.zeros(1, np.float32),
        "items": ("甲",), "taught": np.unique(np.array([question_digest("补办身份证")], np.uint64)),
    }  # fmt: skip
    return Adaptation(**(parts | changed))


def test_nothing_learned_changes_nothing(base: E5File) -> None:
    assert apply(adaptation(), base) == base.raw


def test_only_the_scales_named_change(base: E5File) -> None:
    count = len(base.blocks("l3.fi.w"))
    raw = apply(adaptation(scales={"l3.fi.w": np.full(count, 0.5, np.float16)}), base)
    tensor = base.tensors["l3.fi.w"]
    assert raw[: tensor.offset] == base.raw[: tensor.offset] and raw[tensor.offset + tensor.bytes :] == base.raw[tensor.offset + tensor.bytes :]
    changed = np.frombuffer(raw, base.blocks("l3.fi.w").dtype, count, tensor.offset)
    assert np.array_equal(changed["codes"], base.blocks("l3.fi.w")["codes"])
    assert np.allclose(changed["scale"], base.blocks("l3.fi.w")["scale"].astype(np.float32) * 1.5, rtol=2e-3)


def test_it_is_read_as_it_was_saved(tmp_path: Path) -> None:
    before = adaptation(floats={"emb.pos": np.ones(8, np.float16)})
    before.save(tmp_path / "a.npz")
    after = Adaptation.load(tmp_path / "a.npz")
    assert after.items == before.items and np.array_equal(after.floats["emb.pos"], before.floats["emb.pos"]) and len(after.digest) == 8
    assert after.was_taught("补办身份证") and not after.was_taught("换领身份证")


def test_what_is_no_such_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ValueError, match="E5S1"):
        read_e5(tmp_path / "x.bin")


def test_what_is_shipped_fits_the_bundled_file_and_no_question_of_the_exam_was_taught(base: E5File) -> None:
    from knowledge.evaluation.questions import read_questions
    from knowledge.search.normalise import normalise

    assert adapted_file(shipped()).stat().st_size == len(base.raw)
    held_back = {normalise(q.text) for q in read_questions() if q.split != "train"} - {
        normalise(q.text) for q in read_questions() if q.split == "train"
    }
    assert [text for text in held_back if shipped().was_taught(text)] == []
