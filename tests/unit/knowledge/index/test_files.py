"""Indexes on disk, and the gate before they are used."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.index.build import Built, build_index
from knowledge.index.encoder import FakeEncoder
from knowledge.index.files import IndexFolder
from knowledge.index.fingerprint import index_fingerprint
from knowledge.index.gate import GateFinding, GateReason, gate
from knowledge.index.holder import GateClosed, IndexHolder
from knowledge.index.vector_cache import VectorCache
from knowledge.search.asked import Asked, Remembered
from knowledge.search.engine import Searcher
from knowledge.search.evidence import Collector
from tests.fakes.guides import published, three


def built(folder: Path, fingerprint: str = "one") -> Built:
    return build_index(three(), fingerprint=fingerprint, encoder="fake", cache=VectorCache(folder, FakeEncoder()), questions=[])


def test_an_index_read_back_answers_as_the_one_that_was_written(tmp_path: Path) -> None:
    folder, made = IndexFolder(tmp_path), built(tmp_path)
    folder.save(made)
    one, other = (Searcher(index=i, encoder=FakeEncoder()).search("身份证不见了", region="440100", top_k=3) for i in (made.index, folder.load("one")))
    assert one.results == other.results and len(one.results) == 3


def test_what_is_remembered_is_taken_over_where_it_is_the_same(tmp_path: Path) -> None:
    folder, made = IndexFolder(tmp_path), built(tmp_path)
    folder.save(made)
    remembered = made.index.collector.asked
    assert folder.load("one", like=made.index).collector.asked is remembered
    assert folder.load("one").collector.asked is not remembered
    longer = remembered.extended([Remembered("丢了证", "huzhao", False)], FakeEncoder().queries)
    other = replace(made.index, collector=replace_asked(made.index.collector, longer))
    assert folder.load("one", like=other).collector.asked.digest == remembered.digest != longer.digest
    assert folder.load("one", like=replace(made.index, encoder="another")).collector.asked is not remembered


def replace_asked(collector: Collector, asked: Asked) -> Collector:
    changed = copy(collector)
    changed.asked = asked
    return changed


def test_without_its_manifest_an_index_is_none(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    folder.save(built(tmp_path))
    assert folder.has("one")
    (tmp_path / "one" / "manifest.json").unlink()
    assert not folder.has("one")


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, made = IndexFolder(tmp_path / "index"), built(tmp_path)
    monkeypatch.setattr("knowledge.index.files.json.dumps", lambda *a, **k: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        folder.save(made)
    assert [p.name for p in folder.path.iterdir()] == []


def test_only_the_newest_indexes_are_kept(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    for name in ("a", "b", "c", "d"):
        folder.save(built(tmp_path, name))
    assert [folder.has(name) for name in ("a", "b", "c", "d")] == [False, True, True, True]


def test_an_index_can_be_taken_over_from_another_folder(tmp_path: Path) -> None:
    workshop, home = IndexFolder(tmp_path / "workshop"), IndexFolder(tmp_path / "home")
    workshop.save(built(tmp_path))
    home.adopt(workshop, "one")
    assert home.has("one") and [g.id for g in home.load("one").guides] == [g.id for g in three()]


def test_the_gate_lets_a_whole_index_through(tmp_path: Path) -> None:
    assert gate(built(tmp_path).index, three()) == []


def test_the_gate_looks_both_ways(tmp_path: Path) -> None:
    index = built(tmp_path).index
    now = [published("new", name="新事项", aliases=["新的"]), published("hunyin", summary="改过了。"), *three()[2:]]
    assert gate(index, now) == [
        GateFinding("new", GateReason.MISSING), GateFinding("huzhao", GateReason.LEFT), GateFinding("hunyin", GateReason.STALE),
    ]  # fmt: skip
    lost = replace(index, passages=tuple(p for p in index.passages if p.kind != "alias"))
    assert {f.reason for f in gate(lost, three())} == {GateReason.INCOMPLETE}


def test_the_holder_refuses_what_the_gate_refuses(tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    folder.save(built(tmp_path))
    holder = IndexHolder("fake")
    assert holder.load(folder, "one", three()).search("护照", region="440100", top_k=1).results[0].guide_id == "huzhao"
    with pytest.raises(GateClosed, match="new: missing"):
        holder.load(folder, "one", [*three(), published("new")])


def test_the_fingerprint_changes_with_a_document_and_with_the_encoder_but_not_with_the_order() -> None:
    guides = three()
    first = index_fingerprint(guides, encoder="fake")
    assert index_fingerprint(reversed(guides), encoder="fake") == first
    assert index_fingerprint(guides, encoder="other") != first
    assert index_fingerprint([published("hunyin"), *guides[1:]], encoder="fake") != first
