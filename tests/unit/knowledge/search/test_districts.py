"""A district's own rule is found before its city's, by those who live there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.guides import published, three
from tests.unit.knowledge.search.test_engine import ask, searcher


@pytest.mark.parametrize(("region", "wanted"), [("440115", "nansha"), ("440106", "guangzhou"), ("440100", "guangzhou"), ("440600", "guangdong")])
def test_a_district_variant_is_given_in_its_district_only(tmp_path: Path, region: str, wanted: str) -> None:
    same = {"name": "人才补贴", "aliases": ["领人才补贴"], "topic": "人才补贴"}
    places = {"guangdong": ("province", "440000", "广东省"), "guangzhou": ("city", "440100", "广州市"), "nansha": ("district", "440115", "南沙区")}
    variants = [published(i, region={"level": level, "code": code, "name": name}, **same) for i, (level, code, name) in places.items()]
    hits = ask(searcher(tmp_path, [*three(), *variants]), "人才补贴", region=region).results
    assert [h.guide_id for h in hits if h.name == "人才补贴"] == [wanted]
    assert hits[0].guide_id == wanted and hits[0].region == places[wanted][2]
