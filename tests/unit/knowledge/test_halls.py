"""The shipped halls: real, whole, and found from every district."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from knowledge.schema.hall import Hall, Hours
from knowledge.schema.hall_library import district_code, districts, nearness, shipped_halls
from knowledge.schema.library import business_lines

GUANGZHOU = {"荔湾区", "越秀区", "海珠区", "天河区", "白云区", "黄埔区", "番禺区", "花都区", "南沙区", "从化区", "增城区"}


def _hall(**changes: object) -> Hall:
    return Hall.model_validate({"id": "a", "name": "厅", "district": "天河区", "code": "440106", "type": "民政", "reliability": "page"} | changes)


def test_at_least_thirty_halls_stand_in_all_eleven_districts() -> None:
    assert len(shipped_halls()) >= 30
    assert {hall.district for hall in shipped_halls().values()} == GUANGZHOU == {d.name for d in districts().values()}


def test_every_line_of_business_is_served_somewhere() -> None:
    unserved = [line for line in business_lines() if not any(hall.serves(line) for hall in shipped_halls().values())]
    assert unserved == []


def test_no_hall_is_called_reviewed_before_an_authority_has_read_it() -> None:
    assert [hall.id for hall in shipped_halls().values() if hall.reviewed] == []


def test_specialised_business_is_never_given_to_comprehensive_windows() -> None:
    taken = {line for hall in shipped_halls().values() for line in hall.comprehensive_lines}
    assert not taken & {"marriage", "adoption", "funeral", "exit_entry", "vehicle", "driving", "traffic_violation", "foreign_work"}


def test_borders_are_mutual_and_join_all_districts() -> None:
    for code, district in districts().items():
        assert all(code in districts()[other].neighbours for other in district.neighbours), district.name
        assert set(nearness(code)) == set(districts())


def test_nearness_counts_borders_and_keeps_the_order_of_preference() -> None:
    near = nearness("440115")  # 南沙 borders only 番禺
    assert sorted(near, key=near.__getitem__)[:3] == ["440115", "440113", "440105"]
    assert near["440114"][0] == 4  # 花都 lies at the other end: 番禺, 海珠 or 荔湾, 越秀 or 白云 …


@pytest.mark.parametrize("said", ["天河", "天河区", "广州市天河区", "440106", " 天河区 "])
def test_a_district_is_known_however_it_is_said(said: str) -> None:
    assert district_code(said) == "440106"


def test_a_place_outside_the_city_has_no_district_code() -> None:
    assert district_code("南海区") is None


def test_a_run_of_weekdays_is_spread_over_its_days() -> None:
    hours = Hours.model_validate({"text": "…", "weekly": {"mon-fri": [["09:00", "12:00"]], "sat": [["09:00", "11:00"]]}})
    assert hours.weekly is not None and list(hours.weekly) == ["mon", "tue", "wed", "thu", "fri", "sat"]


@pytest.mark.parametrize("weekly", [
    {"mon": [["12:00", "09:00"]]},
    {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]},
    {"mon-fri": [["09:00", "12:00"]], "wed": [["09:00", "12:00"]]},
    {"fri-mon": [["09:00", "12:00"]]},
])
def test_opening_times_that_overlap_or_run_backwards_are_refused(weekly: dict) -> None:
    with pytest.raises(ValidationError):
        Hours.model_validate({"text": "…", "weekly": weekly})


def test_only_a_hall_with_comprehensive_windows_takes_lines_through_them() -> None:
    with pytest.raises(ValidationError):
        _hall(lines=["marriage"], comprehensive_lines=["id_card"])
    assert _hall(lines=["comprehensive"], comprehensive_lines=["id_card"]).serves("id_card") == "comprehensive"
