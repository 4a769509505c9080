"""Where to go: nearest first, and honestly described."""

from __future__ import annotations

import pytest

from knowledge.schema.hall_library import districts, shipped_halls
from knowledge.schema.library import business_lines
from services.appointments.halls import offers


def found(*lines: str, district: str | None = None, limit: int = 5) -> list[str]:
    return [o.hall.id for o in offers(shipped_halls(), lines, district=district, limit=limit)]


def test_the_hall_of_ones_own_district_comes_first() -> None:
    assert found("id_card", district="天河区")[0] == "guangzhou-zhengwu"
    assert found("id_card", district="花都")[0] == "huadu-zhengwu"


def test_without_a_hall_in_the_district_the_neighbour_comes_first() -> None:
    assert found("exit_entry", district="天河区")[0] == "guangzhou-churujing"  # 越秀 borders 天河
    assert found("marriage", district="番禺区")[0] == "haizhu-hunyin"


def test_every_line_finds_a_hall_from_every_district() -> None:
    for code in districts():
        for line in business_lines():
            assert found(line, district=code, limit=1), (code, line)


def test_a_hall_that_states_the_line_comes_before_comprehensive_windows_of_the_same_district() -> None:
    near = found("education", district="海珠区")
    assert near.index("haizhu-jiaoyu-zhuanxue") < near.index("haizhu-zhengwu")


def test_a_hall_that_takes_several_of_the_lines_is_offered_once_for_the_one_it_states() -> None:
    [offer] = [o for o in offers(shipped_halls(), ["id_card", "licensing"], limit=50) if o.hall.id == "guangzhou-zhengwu"]
    assert (offer.line, offer.stated) == ("licensing", True)


def test_an_unknown_place_still_gets_halls_without_a_distance() -> None:
    assert [o.borders for o in offers(shipped_halls(), ["id_card"], district="佛山")] == [None] * 4


def test_a_line_nobody_takes_finds_nothing() -> None:
    assert found("no_such_line") == []


@pytest.mark.parametrize("hall_id, line, words", [
    ("haizhu-zhengwu", "id_card", "综合受理窗口"), ("haizhu-zhengwu", "id_card", "详细地址没有公布"),
    ("guangzhou-churujing", "exit_entry", "办公时间没有公布"), ("panyu-churujing", "exit_entry", "还没有核对"),
])  # fmt: skip
def test_gaps_in_what_is_known_of_a_hall_are_told(hall_id: str, line: str, words: str) -> None:
    [offer] = [o for o in offers(shipped_halls(), [line], limit=50) if o.hall.id == hall_id]
    assert any(words in note for note in offer.notes)
