"""Documents on their way in, and what changed between two of them."""

from __future__ import annotations

import pytest

from knowledge.errors import BadDocument, state_labels
from knowledge.schema.guide import Guide
from knowledge.schema.library import shipped_guides
from knowledge.workflow.checking import checked
from knowledge.workflow.diff import Difference, differences
from knowledge.workflow.labels import labels, path_label
from knowledge.workflow.states import OPEN
from tests.fakes.guides import document


def test_a_stored_document_is_stored_the_same_again() -> None:
    for guide in shipped_guides()[::10]:
        assert checked(guide.document()) == guide.document()


def test_what_breaks_the_schema_is_named_by_place_in_chinese() -> None:
    with pytest.raises(BadDocument) as refused:
        checked(document(materials=[{"id": "a", "name": 3, "copies": "many"}], faq=[{"q": "问"}]))
    assert refused.value.fields == {
        "materials[0].name": "申请材料第1项 · 名称：这里要写文字，写成了“3”（数字、是否请加引号）",
        "materials[0].copies": "申请材料第1项 · 份数：这里要写整数",
        "faq[0].a": "常见问题第1项 · 回答：缺少这一项，必须填写",
    }


@pytest.mark.parametrize("document", [None, [], "text", 3, {}, {"situations": [{"use": "nothing"}]}, {"materials": {"a": 1}}])
def test_anything_else_than_a_guide_is_refused(document: object) -> None:
    with pytest.raises(BadDocument) as refused:
        checked(document)
    assert refused.value.fields


def test_the_id_of_a_guide_stays() -> None:
    with pytest.raises(BadDocument) as refused:
        checked(document("another"), guide_id="ce-shi")
    assert list(refused.value.fields or {}) == ["id"]


def test_an_entry_put_in_front_is_one_change() -> None:
    before = document()
    after = document(materials=[{"id": "new", "name": "新材料"}, *before["materials"]], summary="改了")
    assert differences(before, after) == [
        Difference("summary", "changed", "第一次办测试登记。", "改了"),
        Difference("materials[new]", "added", None, {"id": "new", "name": "新材料"}),
    ]


def test_changes_inside_an_entry_name_the_entry() -> None:
    before = document()
    after = document(materials=[before["materials"][1], {**before["materials"][0], "copies": 2}], aliases=[*before["aliases"], "又名"])
    assert [(d.path, d.change) for d in differences(before, after)] == [
        ("aliases[又名]", "added"), ("materials[id_card].copies", "added"), ("materials", "moved"),
    ]  # fmt: skip


def test_nothing_changed_is_nothing() -> None:
    assert differences(document(), document()) == []


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("materials[0].name", "申请材料第1项 · 名称"),
        ("materials[id_card].when", "申请材料“id_card” · 适用条件"),
        ("region.code", "适用区域 · 区划代码"),
        ("", "指南"),
    ],
)
def test_a_path_is_said_in_words(path: str, said: str) -> None:
    assert path_label(path) == said


def test_every_part_of_a_guide_and_every_state_has_a_name() -> None:
    assert set(Guide.model_fields) <= set(labels()["sections"]) | {"bundle"}
    assert set(OPEN) | {"published", "superseded", "withdrawn", "replaced"} == set(state_labels())
