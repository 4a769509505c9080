"""The lint judges bundles: each rule is broken once, and the shipped ones break none."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from knowledge.guidance.bundles import assembled
from knowledge.schema.guide import Guide
from knowledge.schema.library import shipped_guides
from knowledge.workflow.lint import lint
from knowledge.workflow.rules import Neighbour
from tests.fakes.guides import guide

YES_NO = [{"id": "yes", "label": "要"}, {"id": "no", "label": "不要"}]
OWN = {"id": "own", "ask": "要吗？", "options": YES_NO}
ONE = guide("one", name="甲", aliases=["甲事"], topic="甲")
TWO = guide("two", name="乙", aliases=["乙事"], topic="乙")
LONE = guide("lone", name="丙", aliases=["丙事"], topic="丙", materials=[{"id": "own", "name": "丙证"}], situations=[])


def made(*members: dict[str, Any], **changes: Any) -> Guide:
    said = [{"guide": "one", "key": "a", "answers": {"who": "self"}}, {"guide": "two", "key": "b", "answers": {"who": "self"}}]
    said = [{**base, **more} for base, more in zip(said, [*members, {}, {}], strict=False)]
    bundle = {"joint": False, "members": said, **changes.pop("bundle", {})}
    return guide("yi", **{"name": "一件事", "aliases": ["一起办"], "situations": [], "materials": [], "bundle": bundle, **changes})


def rules(whole: Guide) -> list[str]:
    return [p.rule for p in lint(whole, neighbours=[Neighbour.of(g) for g in (ONE, TWO, LONE, made())])]


def test_a_sound_bundle_has_no_problem() -> None:
    assert rules(made()) == []


@pytest.mark.parametrize(
    ("rule", "members", "changes"),
    [
        ("bundle.unknown_member", [{"guide": "nobody", "answers": {}}], {}),
        ("bundle.twice", [{}, {"guide": "one"}], {}),
        ("bundle.nested", [{"guide": "yi-er", "answers": {}}], {}),
        ("bundle.after_unknown", [{"after": ["lone"]}], {}),
        ("bundle.circle", [{"after": ["two"]}, {"after": ["one"]}], {}),
        ("bundle.unknown_part", [{"materials": {"nothing": "id_card"}}], {}),
        ("bundle.unknown_part", [{"fields": {"nothing": "phone"}}], {}),
        ("bundle.nothing_merged", [{}, {"guide": "lone", "answers": {}}], {}),
        ("bundle.computed", [], {"bundle": {"missing": ["one"]}}),
        ("bundle.computed", [], {"materials": [{"id": "m", "name": "证", "serves": ["one"]}]}),
        ("bundle.answer_open", [{"answers": {"who": {"situation": "own", "options": {"yes": "self"}}}}], {"situations": [OWN]}),
        ("when.unknown_situation", [{"when": {"nobody": "yes"}}], {}),
        ("when.unknown_option", [{"when": {"own": "perhaps"}}], {"situations": [OWN]}),
        ("when.unknown_option", [{"answers": {"who": "nobody"}}], {}),
        ("when.never", [{"when": {"all": [{"own": "yes"}, {"own": "no"}]}}], {"situations": [OWN]}),
        ("id.duplicate", [{}, {"key": "a"}], {}),
        ("situation.useless", [], {"situations": [OWN]}),
    ],
)
def test_a_broken_rule_is_found(rule: str, members: list[dict[str, Any]], changes: dict[str, Any]) -> None:
    inner = made().model_copy(update={"id": "yi-er", "name": "别的一件事", "aliases": ["别的一起办"], "topic": "别的"})
    found = lint(made(*members, **changes), neighbours=[Neighbour.of(g) for g in (ONE, TWO, LONE, inner)])
    assert rule in [p.rule for p in found]


@cache
def shipped() -> dict[str, Guide]:
    return assembled({g.id: g for g in shipped_guides()})


def test_there_are_bundles_for_the_great_events_of_a_life_and_a_business() -> None:
    bundles = {g.id for g in shipped().values() if g.bundle}
    assert len(bundles) >= 12
    assert {"xinshenger-yijianshi", "jiehun-yijianshi", "tuixiu-yijianshi", "yiti-jieyun-huohua", "qiye-kaiban-yijianshi"} <= bundles


@pytest.mark.parametrize("guide_id", sorted(g.id for g in shipped_guides() if g.bundle))
def test_a_shipped_bundle_asks_less_than_its_items_and_tells_their_order(guide_id: str) -> None:
    whole = shipped()[guide_id]
    assert whole.bundle is not None and not whole.bundle.missing
    members = [m.guide for m in whole.bundle.members]
    assert [s.item for s in whole.steps if s.item] == members
    assert len({m.id for m in whole.materials}) == len(whole.materials)
    each = [shipped()[i] for i in members]
    assert whole.form is not None
    assert len(whole.form.fields) < sum(len(g.form.fields) for g in each if g.form)
    assert all(m.name for m in whole.bundle.members)
