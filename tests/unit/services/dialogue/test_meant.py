"""What short, misspelt and oblique sentences mean: the spelling, the thing named, the question asked of what one gets."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from knowledge.schema.library import shipped_guides
from knowledge.service import PublishedGuide
from services.dialogue import benefits, faq, lexicon, naming, sentences
from services.dialogue.spelling import spelled

GUIDES = [PublishedGuide(id=g.id, guide=g, version=1) for g in shipped_guides()]
BY_ID = {p.id: p.guide for p in GUIDES}
KNOWLEDGE: Any = SimpleNamespace(guides=lambda: GUIDES)
ASSISTANT: Any = SimpleNamespace(knowledge=KNOWLEDGE)


@pytest.mark.parametrize(
    ("typed", "meant", "things"),
    [
        ("身份正丢了怎么补，还有驾使证到期了怎么换", "身份证丢了怎么补，还有驾驶证到期了怎么换", ("身份证", "驾驶证")),
        ("公基金怎么提取", "公积金怎么提取", ("公积金",)),
        ("社保咔丢了", "社保卡丢了", ("社保卡",)),
        ("食品经营许可怎么续", "食品经营许可怎么续", ()),  # 可怎 is no slip of 可证
        ("我困难身份怎么评", "我困难身份怎么评", ()),
        ("身份证丢了怎么补", "身份证丢了怎么补", ()),
    ],
)
def test_a_name_that_sounds_right_is_spelt_right(typed: str, meant: str, things: tuple[str, ...]) -> None:
    found = spelled(KNOWLEDGE, typed)
    assert (found.text, found.things) == (meant, things)


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("我妈的退休证泡了水，上面字都看不清", "退休证"),
        ("学生证丢了", "学生证"),
        ("记者证丢了怎么补", "记者证"),
        ("普通话证丢了", None),  # an alias
        ("我的二代身份证坏了", None),
        ("想开个证明", None),
        ("我想取钱", None),
    ],
)
def test_a_certificate_that_no_item_is_about(text: str, thing: str | None) -> None:
    assert naming.unknown_thing(ASSISTANT, text) == thing


def test_an_alias_that_holds_all_that_was_said_is_meant() -> None:
    assert [h.guide_id for h in naming.by_alias(ASSISTANT, "社保怎么转")] == ["zhigong-yanglao-guanxi-zhuanyi"]
    assert not naming.by_alias(ASSISTANT, "怎么办") and not naming.by_alias(ASSISTANT, "火星移民怎么办")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("能领几个月", "duration"), ("几时有钱到", "payday"), ("什么时候到账", "payday"), ("每个月领多少", "amount"), ("一個月幾多錢", "amount"),
        ("多少钱", "amount"), ("要收多少手续费", None), ("多久能办好", None), ("要带什么", None),
    ],
)  # fmt: skip
def test_what_is_asked_of_money_that_one_gets(text: str, kind: str | None) -> None:
    asked = benefits._asked(text)
    assert asked == (lexicon.entries()["benefits"][kind] if kind else None)


def test_a_question_may_leave_out_the_items_name() -> None:
    money, card = BY_ID["shiye-baoxianjin-shenling"], BY_ID["jumin-shenfenzheng-buling"]
    entry = faq.matching_faq(money, "能领几个月")
    assert entry is not None and "几个月" in entry.q
    assert faq.matching_faq(card, "要多少钱") is None


@pytest.mark.parametrize("text", ["算了先不办了", "先放着吧，改天再说", "不去了", "算啦，迟啲再讲"])
def test_what_puts_a_matter_off(text: str) -> None:
    assert sentences.gives_up(text)


@pytest.mark.parametrize(
    ("text", "weary"), [("太麻烦了", True), ("咁麻煩㗎", True), ("这么多要填啊", True), ("太贵了", False), ("麻烦你帮我填", False)]
)
def test_what_says_that_it_is_too_much(text: str, weary: bool) -> None:
    assert sentences.is_weary(text) is weary


@pytest.mark.parametrize(("text", "tells"), [("佢有回鄉證", True), ("她没工作", True), ("我要办护照", False), ("有没有回乡证", False)])
def test_what_tells_what_one_has(text: str, tells: bool) -> None:
    assert sentences.tells_what_one_has(text) is tells
