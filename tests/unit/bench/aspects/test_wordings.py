"""The wordings are varied, nobody taught them to the engine, and what they are held against notices every fault."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from bench.aspects.cases import Deal, asked, names_of
from bench.aspects.judging import judge
from common.settings import ROOT
from knowledge.guidance.aspects import SECTIONS, aspect_facts
from knowledge.service import PublishedGuide
from services.dialogue.cards import answer_card
from tests.fakes.guides import guide

CARD = guide(
    "bu", name="身份证补领", aliases=["补办身份证"],
    situations=[{"id": "age", "ask": "几岁？", "options": [{"id": "minor", "label": "未满16周岁"}, {"id": "adult", "label": "已满16周岁"}]}],
    fees=[{"what": "工本费", "amount": "40元"}, {"what": "照相费", "amount": "10元", "when": {"age": "minor"}}],
)  # fmt: skip


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text)


def test_every_aspect_is_asked_in_many_words_and_some_are_held_back() -> None:
    for aspect in SECTIONS:
        wordings = [a for a in asked() if a.kind == aspect]
        assert len(wordings) >= 20
        assert 2 <= sum(a.held for a in wordings) <= len(wordings) / 2 + 1
    assert {a.held for a in asked() if a.kind == "combined"} == {True, False}
    assert len(asked("seen")) + len(asked("held")) == len(asked())


def test_no_wording_is_taught_to_the_engine() -> None:
    taught = set()
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            taught |= {_bare(line[2:]) for line in block["examples"].splitlines() if line.startswith("- ")}
    assert len(taught) > 1000
    assert [a.said for a in asked() if _bare(a.said.replace("{it}", "")) in taught] == []


def test_all_wordings_of_a_kind_are_heard_before_one_is_heard_again() -> None:
    deal, wordings = Deal(asked(), 1), [a for a in asked() if a.kind == "fee" and a.place != "naming"]
    assert {deal.next("fee", first=False) for _ in wordings} == set(wordings)
    assert all("补办身份证" in deal.opening(a, "补办身份证") for a in asked() if a.place != "after")


def test_a_name_is_the_items_alone() -> None:
    other = guide("huan", name="身份证换领", aliases=["补办身份证", "换身份证怎么办"])
    assert names_of({g.id: g for g in (CARD, other)}) == {"bu": ["身份证补领"], "huan": ["身份证换领"]}


def _answered(answers: dict[str, str], **changes: Any) -> list[dict[str, Any]]:
    published = PublishedGuide("bu", 1, CARD)
    return [answer_card(published, aspect_facts(CARD, "fee", answers)).model_dump() | changes]


@pytest.mark.parametrize(
    ("known", "messages", "outcome", "failed"),
    [
        ({}, _answered({}), "fees", set()),
        ({"age": "adult"}, _answered({"age": "adult"}), "fees", set()),
        ({"age": "adult"}, _answered({"age": "minor"}), "fees", {"conditions"}),
        ({}, _answered({"age": "minor"}), "fees", {"conditions"}),
        ({"age": "minor"}, _answered({"age": "adult"}), "fees", {"conditions"}),
        ({}, _answered({}, section="where"), "fees", {"section"}),
        ({}, _answered({}), "where", {"section"}),
        ({}, _answered({}, text="工本费：40元"), "fees", {"conditions", "cited"}),
        ({}, _answered({}, aspect="time", section="time_limit"), "fees", {"answered", "only"}),
        ({}, [], "fees", {"answered"}),
    ],
)
def test_a_fault_is_noticed(known: dict[str, str], messages: list[dict[str, Any]], outcome: str, failed: set[str]) -> None:
    verdict = judge(CARD, ["fee"], known, known, messages, {"code": "answered", "guide_id": "bu", "section": outcome})
    assert {c for c in ("guide", "answered", "only", "section", "cited", "conditions") if getattr(verdict, c) is False} >= failed
    assert verdict.right is (not failed)


def test_an_aspect_that_is_not_published_must_be_said_so_and_nothing_shown() -> None:
    said = [{"type": "choices", "text": "“身份证补领”的咨询电话，目前没有查到官方公布的内容"}]
    outcome = {"code": "partial", "guide_id": "bu", "section": "phone"}
    assert judge(CARD, ["phone"], {}, {}, said, outcome).right
    assert not judge(CARD, ["phone"], {}, {}, [{"type": "choices", "text": "您好"}], outcome).right
    assert not judge(CARD, ["phone"], {}, {}, [*said, *_answered({})], outcome).right
