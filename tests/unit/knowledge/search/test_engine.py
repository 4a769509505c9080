"""From a question to guides, with the encoder of the tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from knowledge.evaluation.questions import Question
from knowledge.index.build import build_index
from knowledge.index.encoder import FakeEncoder
from knowledge.index.vector_cache import VectorCache
from knowledge.model import PublishedGuide, SearchResult
from knowledge.search.engine import Searcher
from tests.fakes.guides import published, three

LESSONS = {
    "结婚登记": ["想跟女朋友领证", "扯证要带什么", "婚姻登记怎么约", "两个人登记结婚"],
    "居民身份证丢失补领": ["身份证掉了", "证件不见了补一张身份证", "补身份证多少钱", "身份证被偷了怎么补"],
    "NONE": ["今天下雨吗", "讲个笑话", "哪里吃饭", "你好啊"],
}


def searcher(folder: Path, guides: Sequence[PublishedGuide], lessons: dict[str, list[str]] | None = None) -> Searcher:
    questions = [Question(text, item, "plain", "train") for item, texts in (lessons or {}).items() for text in texts]
    encoder = FakeEncoder()
    cache = VectorCache(folder, encoder)
    built = build_index(guides, fingerprint="f", encoder=encoder.name, cache=cache, questions=questions)
    return Searcher(index=built.index, encoder=encoder)


def ask(found: Searcher, query: str, *, region: str = "440100") -> SearchResult:
    return found.search(query, region=region, top_k=10)


def test_the_guide_that_is_meant_comes_first(tmp_path: Path) -> None:
    found = searcher(tmp_path, three(), LESSONS)
    assert ask(found, "扯证").results[0].guide_id == "hunyin"
    assert ask(found, "身份证掉了怎么办").results[0].guide_id == "shenfenzheng"


def test_a_guide_nobody_has_asked_about_yet_is_found(tmp_path: Path) -> None:
    found = searcher(tmp_path, three(), LESSONS)
    assert ask(found, "怎么办护照").results[0].guide_id == "huzhao"


def test_a_name_word_for_word_is_answered_surely(tmp_path: Path) -> None:
    result = ask(searcher(tmp_path, three(), LESSONS), "第一次办护照")
    assert result.answerable and result.results[0].guide_id == "huzhao" and result.results[0].score > 0.9


def test_scores_are_probabilities_in_order(tmp_path: Path) -> None:
    result = ask(searcher(tmp_path, three(), LESSONS), "身份证")
    scores = [hit.score for hit in result.results]
    assert scores == sorted(scores, reverse=True) and min(scores) >= 0 and sum(scores) == pytest.approx(result.confidence, abs=1e-4)


@pytest.mark.parametrize("query", ["", "   ", "？？？", "。。。", "13800138000"])
def test_what_holds_no_word_has_no_answer_and_no_candidates(tmp_path: Path, query: str) -> None:
    result = ask(searcher(tmp_path, three()), query)
    assert (result.answerable, result.results) == (False, [])


def test_a_personal_value_does_not_change_the_search(tmp_path: Path) -> None:
    found = searcher(tmp_path, three(), LESSONS)
    with_number, without = ask(found, "身份证丢了 13800138000"), ask(found, "身份证丢了")
    assert [(h.guide_id, h.score) for h in with_number.results] == [(h.guide_id, h.score) for h in without.results]


def test_the_rule_of_the_nearest_region_is_given(tmp_path: Path) -> None:
    same = {"name": "生育登记", "aliases": ["准生证"]}
    guides = [
        published("quanguo", region={"level": "national", "code": "000000", "name": "全国"}, **same),
        published("shenzhen", region={"level": "city", "code": "440300", "name": "深圳市"}, **same),
        published("guangzhou", **same),
        *three(),
    ]
    found = searcher(tmp_path, guides)
    for region, wanted in {"440113": "guangzhou", "440300": "shenzhen", "440600": "quanguo"}.items():
        hits = ask(found, "准生证", region=region).results
        assert (hits[0].guide_id, [h.name for h in hits].count("生育登记")) == (wanted, 1)


def test_the_passage_shown_is_one_of_the_guide(tmp_path: Path) -> None:
    hit = ask(searcher(tmp_path, three(), LESSONS), "领结婚证").results[0]
    assert (hit.passage.section, hit.passage.text) == ("aliases", "领结婚证")


def test_a_sentence_looked_up_again_is_not_encoded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = searcher(tmp_path, three(), LESSONS)
    first = ask(found, "扯证")
    monkeypatch.setattr(found.encoder, "queries", lambda _: pytest.fail("encoded again"))
    assert ask(found, "扯证").results == first.results


def test_learning_is_deterministic(tmp_path: Path) -> None:
    one, other = (ask(searcher(tmp_path / name, three(), LESSONS), "补证") for name in ("a", "b"))
    assert [(h.guide_id, h.score) for h in one.results] == [(h.guide_id, h.score) for h in other.results]


def test_a_guide_taken_away_makes_the_answer_less_sure(tmp_path: Path) -> None:
    found = searcher(tmp_path, three(), LESSONS)
    place = [g.id for g in found.index.guides].index("shenfenzheng")
    assert found.confidence_without("身份证被偷了", place) < ask(found, "身份证被偷了").confidence
