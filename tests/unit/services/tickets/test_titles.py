"""The title of a ticket in a list."""

from __future__ import annotations

from services.tickets.titles import shortened, titled

STORY = "市民正在办“居民身份证丢失补领”。情况：年满16周岁；户口在广州；要重新拍照。已经开始填申请表。已经有预约。机器人有12次没答上来。"


def test_a_short_one_is_left_as_it_is() -> None:
    assert titled("咨询", "护照到期\n怎么换") == "咨询：护照到期 怎么换"


def test_a_long_one_ends_with_a_whole_clause_and_says_that_there_is_more() -> None:
    assert shortened(STORY) == "市民正在办“居民身份证丢失补领”。情况：年满16周岁；户口在广州；要重新拍照。已经开始填申请表。已经有预约…"


def test_a_single_long_clause_is_cut_within_but_no_mask_is() -> None:
    assert shortened("窗口" * 40) == "窗口" * 29 + "窗…"
    assert shortened("窗" * 57 + "[phone]" + "口" * 20) == "窗" * 57 + "…"


def test_what_is_personal_is_masked_before_it_is_cut() -> None:
    assert "138" not in titled("投诉", "窗口的人态度不好" * 6 + "，请打13800138000找我，我一直都在")
