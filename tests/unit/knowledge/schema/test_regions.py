"""Which rule is nearest."""

from __future__ import annotations

import pytest

from knowledge.schema.regions import chain, distance, region_code


def test_a_region_lies_in_those_above_it() -> None:
    assert chain("440113") == ("440113", "440100", "440000", "000000")
    assert chain("440100") == ("440100", "440000", "000000")


@pytest.mark.parametrize(("rule", "place", "steps"), [("440113", "440113", 0), ("440100", "440113", 1), ("000000", "440113", 3), ("440106", "440113", None)])
def test_a_rule_applies_within_its_region(rule: str, place: str, steps: int | None) -> None:
    assert distance(rule, place) == steps


@pytest.mark.parametrize(("said", "code"), [("番禺区", "440113"), ("番禺", "440113"), ("440113", "440113"), ("广州", "440100"), ("月球", None), (None, None)])
def test_a_region_is_known_by_code_and_by_name(said: str | None, code: str | None) -> None:
    assert region_code(said) == code
