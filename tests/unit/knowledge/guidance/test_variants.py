"""The nearest region that has a rule: a district before its city, the city before the province, never a neighbour's."""

from __future__ import annotations

import pytest

from knowledge.guidance.variants import nearest, variants
from knowledge.schema.guide import Guide
from tests.fakes.guides import guide


def variant(level: str, code: str, name: str) -> Guide:
    return guide(f"fa-{code}", region={"level": level, "code": code, "name": name})


NATION, PROVINCE = variant("national", "000000", "全国"), variant("province", "440000", "广东省")
CITY, NANSHA = variant("city", "440100", "广州市"), variant("district", "440115", "南沙区")
ALL = [NATION, PROVINCE, CITY, NANSHA, guide("bie", name="别的事项")]


@pytest.mark.parametrize(
    ("region", "expected"),
    [("440115", NANSHA), ("440106", CITY), ("440100", CITY), ("440300", PROVINCE), ("430100", NATION)],
)
def test_the_nearest_rule_that_applies_is_taken(region: str, expected: Guide) -> None:
    assert {nearest(g, ALL, region=region).id for g in (NATION, PROVINCE, CITY, NANSHA)} == {expected.id}


def test_a_rule_of_another_place_stays_what_it_is_when_nothing_applies() -> None:
    assert nearest(NANSHA, [NANSHA], region="440106") is NANSHA


def test_an_item_of_another_name_is_no_variant() -> None:
    assert [g.id for g in variants(CITY, ALL)] == ["fa-000000", "fa-440000", "fa-440100", "fa-440115"]
