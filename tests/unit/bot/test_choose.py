from __future__ import annotations

from datetime import date

import pytest
from components.reading.choose import Offer, choose
from components.reading.saying import says_none_of_these

TODAY = date(2026, 11, 21)
ITEMS = [Offer("居民身份证丢失补领", "/1", ("补办身份证",)), Offer("居民身份证换领", "/2", ("到期换证",)), Offer("临时居民身份证申领", "/3")]
AGES = [Offer("未满16周岁", "/1", (), (None, 16)), Offer("已满16周岁", "/2", ("成年",), (16, None))]
WHO = [Offer("本人办理", "/1", ("本人", "自己")), Offer("他人代办", "/2", ("代办", "别人", "家人"))]
SLOTS = [
    Offer("11月24日 周二上午09:00", "/1"),
    Offer("11月24日 周二下午15:00", "/2"),
    Offer("11月25日 周三上午09:00", "/3"),
    Offer("11月25日 周三下午14:30", "/4"),
    Offer("12月2日 周三上午09:00", "/5"),
    Offer("换个大厅", "/6"),
]
CONFIRM = [Offer("确认预约", "/1"), Offer("换个时间", "/2")]
CANCEL = [Offer("确认取消", "/1"), Offer("保留原来的预约", "/2")]
FORM = [Offer("确认提交", "/1"), Offer("还要修改", "/2")]
HALLS = [
    Offer("天河区政务服务中心（天河区）", "/1", ("天河区政务服务中心", "天河区")),
    Offer("番禺区政务服务中心（番禺区）", "/2", ("番禺区政务服务中心", "番禺区")),
]
STARS = [
    Offer(label, f'/rate{{"episode_id": "e1", "value": {v}}}')
    for v, label in ((5, "非常满意"), (4, "满意"), (3, "基本满意"), (2, "不满意"), (1, "非常不满意"))
]


def chosen(text: str, offers: list[Offer], pending: str) -> int | None:
    choice = choose(text, offers=offers, pending=pending, today=TODAY)
    return None if choice is None else choice.index + 1


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("第二个", 2),
        ("最后一个", 3),
        ("2", 2),
        ("二", 2),
        ("选1", 1),
        ("b", 2),
        ("我要办第一个", 1),
        ("补领那个", 1),
        ("换领", 2),
        ("临时的", 3),
        ("那就临时身份证吧", 3),
        ("居民身份证换领", 2),
        ("到期换证", 2),
        ("不是补领，是换领", 2),
        ("不是换领，是补领", 1),
        ("第二個啦", 2),
        ("補領嗰個", 1),
        ("第九个", None),
        ("要多少钱", None),
        ("身份证补领要多少钱", None),
        ("居民身份证换领要带什么", None),
        ("我想办护照", None),
        ("是", None),
        ("你好", None),
        ("转人工", None),
        ("", None),
    ],
)
def test_items(text: str, index: int | None) -> None:
    assert chosen(text, ITEMS, "item") == index


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("8岁", 1),
        ("快十六了", 1),
        ("没满16", 1),
        ("我儿子今年十五岁半", 1),
        ("三个月", 1),
        ("八十二", 2),
        ("快十七了", 2),
        ("16", 2),
        ("刚满16", 2),
        ("十六岁以上", 2),
        ("第二个", 2),
        ("第一个", 1),
        ("已满16周岁的", 2),
        ("成年了", 2),
        ("要多少钱", None),
        ("我想办护照", None),
        ("16岁要多少钱", None),
        ("大概要等十天吗", None),
    ],
)
def test_ages(text: str, index: int | None) -> None:
    assert chosen(text, AGES, "situation") == index


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("本人", 1),
        ("我自己去", 1),
        ("不是本人", 2),
        ("不是我本人，是家人", 2),
        ("代办的", 2),
        ("他人", 2),
        ("能代办吗", None),
        ("可以让别人帮我办吗", None),
        ("本人要去吗", None),
    ],
)
def test_of_two_the_denied_one_means_the_other_and_a_question_means_none(text: str, index: int | None) -> None:
    assert chosen(text, WHO, "situation") == index


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("周三上午的", 3),
        ("24号下午三点", 2),
        ("最早的", 1),
        ("最晚的", 5),
        ("周二下午", 2),
        ("下周三", 3),
        ("14:30", 4),
        ("三点的", 2),
        ("下午", 2),
        ("12月2号", 5),
        ("第二个", 2),
        ("周三下午两点半", 4),
        ("换个大厅", 6),
        ("禮拜三朝早", 3),
        ("最早嗰個", 1),
        ("周三上午行不行", 3),
        ("周三上午行吗，我请了假", 3),
        ("周三广州热不热", None),
        ("明天下午三点", None),
        ("周三晚上", None),
        ("要带什么", None),
        ("25号要带什么", None),
    ],
)
def test_times(text: str, index: int | None) -> None:
    assert chosen(text, SLOTS, "slot") == index


@pytest.mark.parametrize(
    ("text", "offers", "pending", "index"),
    [
        ("好的", CONFIRM, "confirm_slot", 1),
        ("係呀", CONFIRM, "confirm_slot", 1),
        ("不要了", CONFIRM, "confirm_slot", 2),
        ("换个时间吧", CONFIRM, "confirm_slot", 2),
        ("是的", CANCEL, "confirm_slot", 1),
        ("不", CANCEL, "confirm_slot", 2),
        ("保留", CANCEL, "confirm_slot", 2),
        ("提交", FORM, "confirm_form", 1),
        ("没问题", FORM, "confirm_form", 1),
        ("还要改", FORM, "confirm_form", 2),
        ("番禺那个", HALLS, "hall", 2),
        ("天河", HALLS, "hall", 1),
        ("去番禺区的", HALLS, "hall", 2),
        ("五星", STARS, "rating", 1),
        ("4分", STARS, "rating", 2),
        ("满意", STARS, "rating", 2),
        ("非常不满意", STARS, "rating", 5),
        ("不满意", STARS, "rating", 4),
        ("1", STARS, "rating", 5),
    ],
)
def test_questions_with_buttons(text: str, offers: list[Offer], pending: str, index: int) -> None:
    assert chosen(text, offers, pending) == index


@pytest.mark.parametrize("text", ["都不是", "没有我要的", "都唔係呀", "以上都不是"])
def test_none_of_these(text: str) -> None:
    assert says_none_of_these(text)


def test_meaning_decides_only_by_a_clear_margin() -> None:
    offers = [Offer("遗失", "/1"), Offer("到期", "/2")]
    near = lambda scores: choose("弄不见啦", offers=offers, pending="situation", today=TODAY, similarity=lambda _, __: scores)  # noqa: E731
    assert near([0.93, 0.88]).index == 0
    assert near([0.93, 0.92]) is None and near([0.80, 0.70]) is None


@pytest.mark.parametrize(("text", "payload"), [("满了", "/2"), ("没满", "/1"), ("还没", "/1"), ("已经满了", "/2"), ("还没满呢", "/1")])
def test_of_opposites_a_word_is_enough(text: str, payload: str) -> None:
    choice = choose(text, offers=AGES, pending="situation", today=TODAY)
    assert choice is not None and AGES[choice.index].payload == payload


@pytest.mark.parametrize("text", ["算了", "还是算了吧", "先不用", "不用了，谢谢", "唔使喇，唔該"])
def test_what_puts_off_answers_no_question_about_the_case(text: str) -> None:
    assert choose(text, offers=[Offer("是", "/1"), Offer("不是", "/2")], pending="situation", today=TODAY) is None
    assert chosen(text, CANCEL, "confirm_slot") == 2


def test_the_first_time_is_no_place_in_the_list() -> None:
    for text in ("第一次办", "头一回办", "第一次"):
        assert choose(text, offers=AGES, pending="situation", today=TODAY) is None
    taken = choose("第一个", offers=AGES, pending="situation", today=TODAY)
    assert taken is not None and taken.index == 0


def test_a_refusal_never_takes_what_it_refuses() -> None:
    kept = choose("不取消了", offers=CANCEL, pending="confirm_slot", today=TODAY)
    assert kept is not None and kept.index == 1
    later = choose("先不提交了", offers=FORM, pending="confirm_form", today=TODAY)
    assert later is not None and later.index == 1
    refused = choose("不预约了", offers=CONFIRM, pending="confirm_slot", today=TODAY)
    assert refused is None or refused.index != 0


def test_a_pronoun_stands_for_whom_the_offer_names() -> None:
    escort = [Offer("监护人陪同", "/1", ("我陪孩子去",)), Offer("委托别人陪同", "/2", ("别人陪",))]
    taken = choose("我陪他去", offers=escort, pending="situation", today=TODAY)
    assert taken is not None and taken.index == 0
