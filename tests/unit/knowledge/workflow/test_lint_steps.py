"""The lint against asking twice: by two steps, for what a step makes itself, under a slightly different name."""

from __future__ import annotations

from typing import Any

import pytest

from knowledge.workflow.lint import lint_document
from tests.fakes.guides import document

MATERIALS = document()["materials"]
RECEIPT = {"id": "receipt", "name": "受理回执"}


def rules(**changes: Any) -> list[str]:
    return [p.rule for p in lint_document(document(**changes))]


def step(what: str = "交材料", **more: Any) -> dict[str, Any]:
    return {"name": "受理", "what": what, **more}


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("material.collected_twice", {"steps": [step(collects=["id_card"]), step(collects=["id_card"])]}),
        ("material.from_a_step", {"materials": [*MATERIALS, RECEIPT], "steps": [step(yields=["受理回执"]), step()]}),
        ("material.from_a_step", {"materials": [*MATERIALS, RECEIPT], "steps": [step(yields=["《受理回执》（原件）"]), step()]}),
        ("material.perhaps_from_a_step", {"materials": [*MATERIALS, RECEIPT], "steps": [step("材料齐全的，发给《受理回执》"), step()]}),
        ("material.taken_on_the_spot", {"materials": [*MATERIALS, {"id": "photo", "name": "近期免冠照片"}], "steps": [step("窗口现场采集相片")]}),
        ("material.nearly_duplicate", {"materials": [*MATERIALS, {"id": "again", "name": "本人的有效居民身份证"}]}),
        ("step.unknown_material", {"steps": [step(collects=["nothing"])]}),
    ],
)
def test_each_rule_is_broken(rule: str, changes: dict[str, Any]) -> None:
    assert rules(**changes) == [rule]


@pytest.mark.parametrize(
    "changes",
    [
        {"steps": [step(collects=["id_card"], when={"who": "self"}), step(collects=["id_card"], when={"who": "other"})]},
        {"materials": [*MATERIALS, {**RECEIPT, "when": {"who": "self"}}], "steps": [step(yields=["受理回执"], when={"who": "other"})]},
        {"materials": [*MATERIALS, RECEIPT], "steps": [step("核对后交回受理回执", collects=["receipt"])]},
        {"materials": [*MATERIALS, {"id": "mother", "name": "母亲的居民身份证"}, {"id": "father", "name": "父亲的居民身份证"}]},
    ],
)
def test_other_cases_and_other_people_are_no_fault(changes: dict[str, Any]) -> None:
    assert rules(**changes) == []


def test_the_sentence_names_both_steps() -> None:
    [problem] = lint_document(document(steps=[step(collects=["id_card"]), {"name": "复核", "what": "再看", "collects": ["id_card"]}]))
    assert (problem.severity, problem.path) == ("error", "steps[1].collects")
    assert problem.message == "“居民身份证”在“受理”已经收过，“复核”又要一次"
