"""The lint judges: each rule is broken once, and the sound guide breaks none."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.workflow.lint import guide_files, lint_document, lint_file, neighbours_of
from knowledge.workflow.rules import Neighbour, catalogue
from tests.fakes.guides import document

TWO = [{"id": "yes", "label": "是"}, {"id": "no", "label": "否"}]
NEVER = {"not": {"who": ["self", "other"]}}
SITUATION = document()["situations"][0]


def rules(changes: dict[str, Any], **more: Any) -> list[str]:
    return [p.rule for p in lint_document(document(**changes), **more)]


def test_a_sound_guide_has_no_problem() -> None:
    assert rules({}) == []


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("material.catch_all", {"materials": [*document()["materials"], {"id": "more", "name": "其他有关材料"}]}),
        ("material.catch_all", {"materials": [*document()["materials"], {"id": "more", "name": "监护关系等证明材料"}]}),
        ("material.catch_all", {"materials": [*document()["materials"], {"id": "more", "name": "法律法规规定的其他材料"}]}),
        ("material.duplicate", {"materials": [*document()["materials"], {"id": "again", "name": "中华人民共和国居民身份证（原件）"}]}),
        ("material.unknown_licence", {"materials": [{"id": "a", "name": "甲", "licence": "no_such"}, *document()["materials"]]}),
        ("material.proof", {"materials": [{"id": "a", "name": "居住证明", "issued_by": "申请人自备"}, *document()["materials"]]}),
        ("id.duplicate", {"materials": [*document()["materials"], {"id": "letter", "name": "另一份"}]}),
        ("when.unknown_situation", {"conditions": [], "fees": [{"what": "工本费", "amount": "1元", "when": {"nobody": "x"}}]}),
        ("when.unknown_option", {"fees": [{"what": "工本费", "amount": "1元", "when": {"who": "nobody"}}]}),
        ("when.never", {"fees": [{"what": "工本费", "amount": "1元", "when": {"all": [{"who": "self"}, {"who": "other"}]}}]}),
        ("situation.useless", {"situations": [SITUATION, {"id": "idle", "ask": "天气好吗？", "options": TWO}]}),
        ("situation.unreachable", {"situations": [SITUATION, {"id": "b", "ask": "乙？", "options": TWO, "when": NEVER}]}),
        ("option.same_words", {"situations": [{**SITUATION, "options": [{**o, "words": ["我们"]} for o in SITUATION["options"]]}]}),
        ("option.number_overlap", {"situations": [{**SITUATION, "options": [{**o, "number": [0, 9]} for o in SITUATION["options"]]}]}),
        ("time.promised_over_legal", {"time_limit": [{"legal": {"value": 5, "unit": "工作日"}, "promised": {"value": 6, "unit": "工作日"}}]}),
        ("time.promised_over_legal", {"time_limit": [{"legal": {"value": 20, "unit": "日"}, "promised": {"value": 20, "unit": "工作日"}}]}),
        ("visits.none_but_offline", {"visits": [{"count": 0}], "online": [{"verdict": "no", "note": "要到窗口"}]}),
        ("visits.contradict", {"visits": [{"count": 1}, {"count": 2, "when": {"who": "self"}}]}),
        ("verdict.contradict", {"proxy": [{"verdict": "yes", "note": "可以"}, {"verdict": "no", "note": "不可以", "when": {"who": "other"}}]}),
        ("region.code", {"region": {"level": "district", "code": "440100", "name": "广州市"}}),
        ("region.name", {"region": {"level": "city", "code": "440100", "name": "深圳市"}}),
        ("source.unknown", {"fees": [{"what": "工本费", "amount": "1元", "sources": ["nowhere"]}]}),
        ("source.no_url", {"sources": [{"id": "s", "title": "某网站", "kind": "official"}]}),
        ("related.self", {"related": ["ce-shi"]}),
        ("booking.unknown_line", {"booking": {"lines": ["no_such"]}}),
        ("personal.value", {"summary": "有事打13800138000找小王"}),
        ("element.empty", {"faq": [{"q": "问？", "a": "答。"}], "doubts": [" "]}),
        ("alias.twice", {"aliases": ["甲", "甲"]}),
        ("field.no_options", {"form": {"title": "表", "fields": [{"name": "a", "label": "甲", "type": "select"}]}}),
        ("field.duplicate", {"form": {"title": "表", "fields": [{"use": "gender"}, {"use": "gender"}]}}),
        ("when.unknown_situation", {"form": {"title": "表", "fields": [{"name": "a", "label": "甲", "type": "text", "when": {"b": "c"}}]}}),
        ("schema.unknown_use", {"situations": [{"use": "no_such"}]}),
        ("schema.missing", {"name": None}),
        ("schema.extra_forbidden", {"colour": "red"}),
        ("schema.literal_error", {"domain": "moon"}),
    ],
)  # fmt: skip
def test_a_broken_rule_is_found(rule: str, changes: dict[str, Any]) -> None:
    assert rule in rules(changes)


def test_a_material_named_twice_for_different_cases_is_no_duplicate() -> None:
    twice = [{"id": "own", "name": "户口簿", "when": {"who": "self"}}, {"id": "others", "name": "户口簿", "when": {"who": "other"}}]
    assert rules({"materials": twice}) == []


def test_a_promise_in_working_days_that_only_a_holiday_breaks_is_a_warning() -> None:
    assert rules({"time_limit": [{"legal": {"value": 30, "unit": "日"}, "promised": {"value": 21, "unit": "工作日"}}]}) == ["time.promised_maybe_over_legal"]


def test_a_situation_that_only_decides_about_another_question_is_useful() -> None:
    second = {"id": "kind", "ask": "哪种？", "options": TWO, "when": {"first": "yes"}}
    first = {"id": "first", "ask": "先问？", "options": TWO}
    materials = [{"id": "a", "name": "甲表", "when": {"kind": "yes"}}]
    assert rules({"situations": [first, second], "materials": materials}) == []


def test_neighbours_are_looked_at() -> None:
    other = Neighbour("other", "办测试", ("登记测试",), "测试", (("action", "第一次办"),), "440100")
    assert rules({"related": ["other"]}, neighbours=[other]) == ["alias.shared", "alias.is_a_name", "facets.same"]
    elsewhere = Neighbour("other", "办测试", ("登记测试",), "测试", (("action", "第一次办"),), "440300")
    assert rules({"related": ["other"]}, neighbours=[elsewhere]) == []


def test_an_expired_guide_is_a_warning_from_its_day_on() -> None:
    changes = {"expires": "2026-03-01"}
    assert rules(changes, today=date(2026, 2, 28)) == []
    assert rules(changes, today=date(2026, 3, 1)) == ["validity.expired"]


def test_a_situation_error_names_the_reading_that_was_meant() -> None:
    problems = lint_document(document(situations=[{"id": "a", "ask": "甲？"}]))
    assert [(p.rule, p.path) for p in problems] == [("schema.missing", "situations[0].options")]


def test_a_file_must_be_called_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "another.yaml"
    path.write_text(yaml.safe_dump(document(), allow_unicode=True), encoding="utf-8")
    assert [p.rule for p in lint_file(path)] == ["file.name"]
    path.write_text("a: [", encoding="utf-8")
    assert [p.rule for p in lint_file(path)] == ["schema.yaml"]


def test_every_rule_has_words_that_can_be_filled() -> None:
    for rule, entry in catalogue()["rules"].items():
        assert entry["severity"] in ("error", "warning"), rule
        assert entry["message"], rule


def test_the_shipped_guides_have_no_error() -> None:
    files = guide_files()
    neighbours = neighbours_of(files)
    assert len(neighbours) == len(files) > 0
    errors = [(path.name, p.path, p.rule) for path in files for p in lint_file(path, neighbours=neighbours) if p.severity == "error"]
    assert errors == []
