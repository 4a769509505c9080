"""A set is run through the real search, kept, read again, and shown on one page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from knowledge.errors import BadQuestions
from knowledge.evaluation.comparison import compare
from knowledge.evaluation.frozen import Asked, once, own_questions, read_set
from knowledge.evaluation.page import html, write_report
from knowledge.evaluation.questions import Question
from knowledge.evaluation.run import Asking, Run, counted
from knowledge.evaluation.withheld import measure_withheld, withheld_items
from knowledge.index.build import build_index
from knowledge.index.encoder import FakeEncoder
from knowledge.index.vector_cache import VectorCache
from knowledge.model import PublishedGuide
from knowledge.search.engine import Searcher
from tests.fakes.guides import three
from tests.unit.knowledge.evaluation.rows import row, run

WORDS = {"结婚登记": ("扯证", "领证", "登记结婚"), "普通护照首次申请": ("办护照", "出国本本", "第一次办护照"), "居民身份证丢失补领": ("身份证丢了", "补身份证", "证件被偷")}
QUESTIONS = [Question(f"{word}{end}", item, "plain", split) for item, words in WORDS.items() for word in words for end, split in (("怎么办", "train"), ("去哪里", "dev"))]


def asking(tmp_path: Path, guides: list[PublishedGuide] | None = None) -> Asking:
    guides = guides or three()
    train = [q for q in QUESTIONS if q.split == "train"]
    index = build_index(guides, fingerprint="x", encoder="fake", cache=VectorCache(tmp_path, FakeEncoder()), questions=train).index
    return Asking(Searcher(index=index, encoder=FakeEncoder()), {g.id: g.guide for g in guides}, "440100")


def test_a_set_is_read_with_all_it_may_say(tmp_path: Path) -> None:
    lines = [
        {"question": " 扯证要多少钱 ", "expected": ["hunyin"], "kind": "aspect", "region": "番禺区", "aspect": "fee", "more": 1},
        {"question": "番茄炒蛋", "expected": "NONE", "kind": "none"}, {"question": "身份证"},
    ]  # fmt: skip
    path = tmp_path / "set.jsonl"
    path.write_text("\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    first, none, bare = read_set(path)
    assert first == Asked("扯证要多少钱", ("hunyin",), "aspect", "440113", "fee", "set")
    assert none.expected == () and (bare.expected, bare.kind, bare.region) == ((), "plain", None)


@pytest.mark.parametrize(
    ("line", "field"),
    [('{"question": ""}', "question"), ('{"expected": []}', "question"), ("not json", "2"), ('{"question":"a","region":"火星"}', "region"), ('{"question":"a","aspect":"x"}', "aspect")],
)
def test_a_line_that_is_no_question_is_named_and_nothing_is_taken(tmp_path: Path, line: str, field: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(f'{{"question": "好的"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(BadQuestions) as raised:
        read_set(path)
    assert raised.value.data["line"] == 2 and field in (raised.value.fields or {})


def test_the_same_question_is_asked_once() -> None:
    one, other = Asked("扯证", ("hunyin",), "plain", source="a"), Asked("扯证", ("hunyin",), "short", source="b")
    assert once([one, other, Asked("扯证", (), "none")]) == [one, Asked("扯证", (), "none")]


def test_the_projects_own_questions_say_what_they_expect() -> None:
    own = own_questions("dev")
    assert {a.source for a in own} == {"dev"} and any(not a.expected for a in own) and len({a.expected for a in own}) > 200


def test_a_run_tells_rank_passage_and_doubt(tmp_path: Path) -> None:
    asked = [Asked("扯证", ("结婚登记",), "plain"), Asked("扯证", ("hunyin",), "plain"), Asked("什么都行", ("没有的事项",), "plain"), Asked("番茄炒蛋", (), "none")]
    done = asking(tmp_path).run(asked, set="made up")
    by_name, by_id, absent, none = done.rows
    assert (by_name.group, by_name.rank, by_name.domain, by_name.topic) == ("guide", 1, "gongan", "婚姻登记")
    assert by_name.right == by_name.hits[0] and by_name.right.name == "结婚登记" and by_name.right.text
    assert by_id.rank == 1 and by_name.without is not None and by_name.without < by_name.confidence
    assert (absent.group, absent.rank, none.group) == ("absent", None, "none") and counted(done.rows) == {"guide": 2, "absent": 1, "none": 1}
    assert (done.about["index"], done.about["guides"], done.about["set"]) == ("x", 3, "made up")


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    done = asking(tmp_path).run([Asked("扯证", ("结婚登记",), "plain", aspect="fee"), Asked("番茄炒蛋", (), "none")])
    done.save(tmp_path / "deep" / "run.jsonl")
    assert Run.load(tmp_path / "deep" / "run.jsonl") == done


@pytest.mark.parametrize("text", ["", "[]", '{"format": 99}', '{"format": 1}\n{"text": "a"}', "plainly not"])
def test_a_file_that_is_no_run_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadQuestions):
        Run.load(path)


def test_the_page_stands_alone_and_shows_what_failed(tmp_path: Path) -> None:
    before = run(row("甲", "换领"), row("<b>乙</b>"), row("番茄", None))
    after = run(row("甲", "换领", found=("换领",)), row("<b>乙</b>", found=("换领", "补领")), row("番茄", None, answered=False))
    page = write_report(tmp_path / "out", after, compare(before, after))
    text = page.read_text(encoding="utf-8")
    assert text.count("<svg") == 5 and "1 questions lost" in text and "2 questions gained" in text
    assert "&lt;b&gt;乙" in text and "<b>乙" not in text
    outside = set(re.findall(r'(?:src|href)="(?!#)([^"]+)"', text)) | set(re.findall(r"url\((?!#)[^)]*\)|@import", text))
    assert outside == set()  # nothing is fetched
    assert Run.load(tmp_path / "out" / "run.jsonl") == after


def test_a_page_without_a_comparison_or_questions_is_still_a_page() -> None:
    assert "Failures (0)" in html(run(row("甲"))) and "Against the run before" not in html(run())


def test_withheld_items_hang_on_their_names_alone() -> None:
    names = [f"事项{at}" for at in range(50)]
    assert withheld_items(names) == withheld_items(names[::-1]) and len(withheld_items(names)) == 10
    assert len(withheld_items(["一个"])) == 1


def test_items_kept_from_training_are_compared_with_zero_shot_and_then_learned(tmp_path: Path) -> None:
    found = measure_withheld(three(), cache=VectorCache(tmp_path, FakeEncoder()), encoder=FakeEncoder(), region="440100", share=0.34, questions=QUESTIONS)
    assert (found.items, found.questions) == (1, 3) and found.learning_s > 0
    shares = [f.hit3 for f in (found.new, found.zero_shot, found.learned, found.others, found.others_learned)]
    assert shares == [1.0] * 5  # there are only three guides
    assert found.no_worse is (found.new.hit1 >= found.zero_shot.hit1)
