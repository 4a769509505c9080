"""What words say: which kind of action, whose matter, where somebody is registered."""

from __future__ import annotations

import pytest

from services.dialogue import lexicon

RENEW = "快到期、坏了或信息变了，要换"
REPLACE = "丢了或被偷，要补办"
FIRST = "第一次办"


@pytest.mark.parametrize(
    ("text", "meant"),
    [("身份证坏了", RENEW), ("第一次办残疾证", FIRST), ("头一回办", FIRST), ("护照丢了", REPLACE), ("身份证补办多少钱", REPLACE), ("到期", RENEW)],
)
def test_the_kind_of_action_is_heard(text: str, meant: str) -> None:
    scores = {value: lexicon.facet_pieces(text, value) for value in (RENEW, REPLACE, FIRST)}
    assert scores[meant] > 0 and all(n == 0 for value, n in scores.items() if value != meant)


def test_a_benefit_is_not_heard_in_a_replacement() -> None:
    assert lexicon.facet_pieces("身份证补办", "申请补贴或待遇") == 0


def test_one_character_is_enough_to_correct() -> None:
    assert lexicon.facet_pieces("换", RENEW, short=True) and not lexicon.facet_pieces("换", REPLACE, short=True)
    assert not lexicon.facet_pieces("换", RENEW)


@pytest.mark.parametrize(("text", "only"), [("坏了", True), ("第一次办", True), ("快到期了", True), ("身份证坏了", False), ("结婚", False)])
def test_a_word_for_what_happened_names_no_item(text: str, only: bool) -> None:
    assert lexicon.says_only_a_facet(text) is only


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("给孩子办护照", "child"),
        ("我妈的老人卡", "parent"),
        ("我自己也要办", "self"),
        ("补身份证", None),
        ("我的孩子要上学", "child"),
        ("我老公的驾照", "spouse"),
    ],
)
def test_whose_matter_it_is(text: str, who: str | None) -> None:
    assert lexicon.whom(text) == who


@pytest.mark.parametrize(
    ("text", "where"), [("她户口在广州", "gz"), ("户口在湖南", "out"), ("我是深圳户口", "gd"), ("我在广州", None), ("户口在广东", None)]
)
def test_where_somebody_is_registered(text: str, where: str | None) -> None:
    assert lexicon.registered_in(text) == where
