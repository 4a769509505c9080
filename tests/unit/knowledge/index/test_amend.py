"""An index made out of another one: it finds what an index made anew finds, and forgets nothing that was learned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.evaluation.questions import Question
from knowledge.index.amend import amend, differing
from knowledge.index.build import Built, build_index
from knowledge.index.encoder import FakeEncoder
from knowledge.index.files import IndexFolder
from knowledge.index.gate import gate
from knowledge.index.model import AMENDED, Index
from knowledge.index.vector_cache import VectorCache
from knowledge.model import PublishedGuide
from knowledge.search.engine import Searcher
from tests.fakes.guides import published, three

QUESTIONS = [
    Question(text, item, "plain", "train")
    for item, texts in {
        "结婚登记": ["去哪里扯证", "领结婚证要什么", "两个人结婚怎么办", "民政局结婚登记"],
        "普通护照首次申请": ["第一次办护照", "出国护照怎么办", "我想办本护照", "护照去哪办"],
        "居民身份证丢失补领": ["身份证丢了", "补一张身份证", "身份证不见了怎么补办", "补办身份证去哪"],
        "没有指南的事": ["没有指南的事怎么办", "没人写过的登记", "没有指南的登记"],
        "NONE": ["今天天气好吗", "讲个笑话", "番茄炒蛋怎么做"],
    }.items()
    for text in texts
]
DOG = published("gouzheng", name="养犬登记", aliases=["办狗证"], topic="养犬", summary="给狗办证。")


class Counting(FakeEncoder):
    def __init__(self) -> None:
        self.encoded: list[str] = []

    def documents(self, texts: list[str]) -> np.ndarray:
        self.encoded += texts
        return self.queries(texts)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Index:
    cache = VectorCache(tmp_path_factory.mktemp("vectors"), FakeEncoder())
    return build_index(three(), fingerprint="base", encoder="fake", cache=cache, questions=QUESTIONS).index


def amended(base: Index, guides: list[PublishedGuide], encoder: FakeEncoder | None = None) -> Built:
    return amend(base, sorted(guides, key=lambda g: g.id), fingerprint="next", encoder=encoder or FakeEncoder(), questions=QUESTIONS)


def best(index: Index, text: str) -> str:
    return Searcher(index=index, encoder=FakeEncoder()).search(text, region="440100", top_k=1).results[0].guide_id


def confidence(index: Index, text: str) -> float:
    return Searcher(index=index, encoder=FakeEncoder()).search(text, region="440100", top_k=1).confidence


def test_a_new_guide_is_found_and_the_others_stay_as_sure(base: Index) -> None:
    made = amended(base, [*three(), DOG]).index
    assert best(made, "办狗证") == "gouzheng" and best(base, "办狗证") != "gouzheng"
    assert [best(made, q.text) for q in QUESTIONS[:12]] == [best(base, q.text) for q in QUESTIONS[:12]]
    assert gate(made, [*three(), DOG]) == [] and made.fingerprint == "next" + AMENDED


def test_only_new_passages_are_encoded(base: Index) -> None:
    encoder = Counting()
    amended(base, three(), encoder)
    assert encoder.encoded == []
    changed = published("huzhao", 2, name="普通护照首次申请", aliases=["办护照", "第一次办护照", "护照新办"], topic="普通护照", summary="第一次办出国的护照。")
    amended(base, [g for g in three() if g.id != "huzhao"] + [changed], encoder)
    assert encoder.encoded and len(encoder.encoded) <= 2, "the new alias, and the sentence of all aliases"


def test_a_changed_guide_keeps_what_was_learned_of_it(base: Index) -> None:
    changed = published("huzhao", 2, name="普通护照首次申请", aliases=["办护照"], topic="普通护照", summary="换了一句话。")
    made = amended(base, [g for g in three() if g.id != "huzhao"] + [changed]).index
    assert made.ranker.asked.all() and np.array_equal(made.ranker.own, base.ranker.own)


def test_a_withdrawn_guide_is_gone_and_back_with_everything_it_had_learned(base: Index) -> None:
    without = amended(base, [g for g in three() if g.id != "huzhao"]).index
    assert "huzhao" not in {best(without, q.text) for q in QUESTIONS} and without.outside == ("没有指南的事", "guide:huzhao")
    back = amended(without, three()).index
    assert back.outside == ("没有指南的事",) and back.ranker.asked.all()
    assert np.array_equal(back.ranker.own, base.ranker.own) and np.array_equal(back.ranker.bias, base.ranker.bias)
    assert [confidence(back, q.text) for q in QUESTIONS] == pytest.approx([confidence(base, q.text) for q in QUESTIONS], abs=1e-4)


def test_a_guide_for_an_item_that_had_none_is_no_longer_outside(base: Index) -> None:
    new = published("meiyou", name="没有指南的事", aliases=["没人写过的登记"])
    made = amended(base, [*three(), new]).index
    assert made.outside == () and made.ranker.own.shape[1] == len(made.guides) + 1
    assert best(made, "没有指南的事怎么办") == "meiyou"


def test_it_is_stored_and_read_again_whole(base: Index, tmp_path: Path) -> None:
    built = amended(base, [g for g in three() if g.id != "huzhao"])
    folder = IndexFolder(tmp_path)
    folder.save(built)
    read = folder.load(built.index.fingerprint)
    assert read.outside == built.index.outside and [best(read, q.text) for q in QUESTIONS] == [best(built.index, q.text) for q in QUESTIONS]
    assert amended(read, three()).index.ranker.asked.all()


def test_the_newest_trained_index_is_never_cleared_away(base: Index, tmp_path: Path) -> None:
    folder = IndexFolder(tmp_path)
    folder.save(Built(base, np.zeros((len(base.passages), 64), np.float32)))
    for at in range(6):
        folder.save(amend(base, three(), fingerprint=f"n{at}", encoder=FakeEncoder()))
    assert folder.has("base") and folder.newest("fake")[:3] == [f"n{at}{AMENDED}" for at in (5, 4, 3)] and not folder.has("n0" + AMENDED)


def test_how_many_guides_differ(base: Index) -> None:
    changed = published("huzhao", 2, name="普通护照首次申请", summary="换了一句话。")
    assert differing(base, three()) == 0
    assert differing(base, [three()[0], changed, DOG]) == 3  # one changed, one new, one gone
