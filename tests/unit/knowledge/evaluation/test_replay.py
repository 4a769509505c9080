"""The replay asks the questions that matter and shows what would change."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.evaluation import replay as module
from knowledge.evaluation.questions import Question
from knowledge.evaluation.remembered import RememberedQuestions
from knowledge.evaluation.replay import replay
from knowledge.index.build import build_index
from knowledge.index.encoder import FakeEncoder
from knowledge.index.vector_cache import VectorCache
from knowledge.model import PublishedGuide
from knowledge.search.engine import Searcher
from tests.fakes.guides import published, three

DOG = published("gouzheng", name="养犬登记", aliases=["办狗证"], topic="养犬", summary="给狗办证。")
ASKED = (Question("办狗证", "养犬登记", "plain", "train"), Question("给狗办证要什么", "养犬登记", "plain", "dev"), Question("扯证", "结婚登记", "plain", "train"))


@pytest.fixture(autouse=True)
def few_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_questions", lambda: ASKED)
    monkeypatch.setattr(module, "_sample", lambda: ())


def searcher(tmp_path: Path, guides: list[PublishedGuide]) -> Searcher:
    cache = VectorCache(tmp_path, FakeEncoder())
    index = build_index(guides, fingerprint="x", encoder="fake", cache=cache, questions=[]).index
    return Searcher(index=index, encoder=FakeEncoder())


def test_what_a_new_guide_changes(tmp_path: Path) -> None:
    before, after = searcher(tmp_path, three()), searcher(tmp_path, [*three(), DOG])
    found = replay(before, after, guides={"gouzheng"}, region="440100", encoder=FakeEncoder(), past=["狗证去哪办理", "扯证"])
    assert found.questions == 4 and {"办狗证", "给狗办证要什么", "狗证去哪办理"} >= {s.question for s in found.changed}
    [shift] = [s for s in found.changed if s.question == "办狗证"]
    assert (shift.expected, shift.after.guide_id, shift.effect) == ("养犬登记", "gouzheng", "better") and shift.before.guide_id != "gouzheng"


def test_what_a_withdrawal_spoils_comes_first(tmp_path: Path) -> None:
    before, after = searcher(tmp_path, [*three(), DOG]), searcher(tmp_path, three())
    found = replay(before, after, guides={"gouzheng"}, region="440100", encoder=FakeEncoder(), past=["狗证"])
    assert found.changed[0].effect == "worse" and found.changed[0].before.guide_id == "gouzheng"


def test_nothing_changes_when_nothing_changed(tmp_path: Path) -> None:
    same = searcher(tmp_path, three())
    assert replay(same, same, guides={"hunyin"}, region="440100", encoder=FakeEncoder()).changed == []


def test_evaluation_questions_are_encoded_once_ever_and_citizens_are_not_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("knowledge.evaluation.remembered.read_questions", lambda: list(ASKED))

    class Counting(FakeEncoder):
        def queries(self, texts: list[str]):  # type: ignore[no-untyped-def]
            asked.extend(texts)
            return super().queries(texts)

    for _ in range(2):
        remembered = RememberedQuestions(Counting(), folder=tmp_path / "own", workshop=tmp_path / "none")
        for _ in range(2):
            remembered.queries(["办狗证", "市民自己的话"])
        remembered.keep()
    assert asked == ["办狗证", "市民自己的话", "市民自己的话"]
