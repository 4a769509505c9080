from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

import pytest
from components.reading.normalise import normalise
from components.reading.settle import Context, Settled, settle
from components.reading.spot import spot

TODAY = date(2026, 11, 21)
ITEMS = [
    {"label": "居民身份证丢失补领", "payload": '/choose_item{"guide_id": "a"}', "words": [], "number": None},
    {"label": "居民身份证换领", "payload": '/choose_item{"guide_id": "b"}'},
]
SEX = [
    {"label": "男", "payload": '/fill_field{"field": "sex", "value": "m"}'},
    {"label": "女", "payload": '/fill_field{"field": "sex", "value": "f"}'},
]


def settled(text: str, intent: str, confidence: float = 0.9, *, labels: list[tuple[str, float]] | None = None, **metadata: Any) -> Settled:
    normal = normalise(text)
    return settle(
        written=text,
        normal=normal,
        intent=intent,
        confidence=confidence,
        labels=labels or [],
        entities=[asdict(e) for e in spot(normal, TODAY)],
        context=Context.parse(metadata),
        today=TODAY,
    )


def test_a_choice_in_words_carries_the_payload() -> None:
    result = settled("第二个", "ask_service", pending="item", offers=ITEMS)
    assert result.intent == "choose" and [(e.entity, e.value) for e in result.entities] == [("payload", '/choose_item{"guide_id": "b"}')]


def test_a_button_the_bot_answers_itself_keeps_its_intent() -> None:
    assert (
        settled("你能做什么", "chitchat", pending="none", offers=[{"label": "你能做什么", "payload": "/what_can_you_do"}]).intent == "what_can_you_do"
    )


@pytest.mark.parametrize(
    ("text", "intent", "final"),
    [
        ("要多少钱", "ask_aspect", "ask_aspect"),
        ("转人工", "human", "human"),
        ("我想办护照", "ask_service", "ask_service"),
        ("我爸晕倒了没有呼吸", "emergency_120", "emergency_120"),
        ("都不是", "deny", "none_of_these"),
    ],
)
def test_side_questions_and_new_wishes_are_not_swallowed(text: str, intent: str, final: str) -> None:
    assert settled(text, intent, pending="item", offers=ITEMS).intent == final


def test_an_unsure_alarm_is_none() -> None:
    assert settled("帮我算个命", "self_harm", 0.45).intent == "ask_service"


@pytest.mark.parametrize(
    ("text", "intent", "metadata", "final"),
    [
        ("[phone]", "ask_service", {"pending": "field", "form_found": True}, "fill"),
        ("手机号改成[phone]", "correct", {"pending": "none", "has_form": True, "form_found": True}, "fill"),
        ("转人工，我电话[phone]", "human", {"pending": "field", "form_found": True}, "human"),
        ("女", "deny", {"pending": "field", "offers": SEX}, "choose"),
        ("在读大学生", "ask_service", {"pending": "field"}, "fill"),
        ("没有", "deny", {"pending": "field"}, "fill"),
        ("要多少钱", "ask_aspect", {"pending": "field"}, "ask_aspect"),
        ("我想办护照", "ask_service", {"pending": "field"}, "ask_service"),
        ("提交", "submit_form", {"pending": "field"}, "submit_form"),
    ],
)
def test_while_a_form_is_filled(text: str, intent: str, metadata: dict[str, Any], final: str) -> None:
    assert settled(text, intent, 0.95, **metadata).intent == final


def test_an_aspect_needs_a_name_or_a_confident_guess() -> None:
    assert settled("要不要破费", "ask_aspect", 0.9, labels=[("ask_aspect.fee", 0.9)], has_guide=True).entities[0].value == "fee"
    assert settled("股票什么时候涨", "ask_aspect", 0.9, labels=[("ask_aspect.time", 0.9)]).intent == "ask_service"
    assert settled("补社保卡多少钱", "ask_service", 0.9).intent == "ask_aspect"
    assert settled("那护照呢", "ask_service", 0.6).intent == "ask_aspect_other"


def test_a_time_that_is_not_on_offer_is_no_choice() -> None:
    assert (
        settled(
            "下周五上午", "ask_service", 0.5, pending="slot", offers=[{"label": "11月24日 周二上午09:00", "payload": '/pick_slot{"slot_id": "s"}'}]
        ).intent
        == "unclear"
    )


def test_a_place_without_a_place_is_a_question() -> None:
    assert settled("广州今天下雨吗", "set_region", 0.6).intent == "ask_service" and settled("我在番禺", "set_region", 0.6).intent == "set_region"


def test_what_follows_a_bare_complaint_is_its_matter() -> None:
    assert settled("窗口的人一直在玩手机，排了两个小时", "ask_service", 0.9, pending="complaint").intent == "complaint"
    assert settled("转人工", "human", 0.95, pending="complaint").intent == "human"
    assert settled("算了", "deny", 0.95, pending="complaint").intent == "deny"


@pytest.mark.parametrize("text", ["不是我去，我老婆去", "唔係我去，我老婆去", "我儿子帮我去", "让家人去办", "不是我去"])
@pytest.mark.parametrize("pending", ["none", "situation", "field"])
def test_who_goes_instead_is_told_and_fills_no_field(text: str, pending: str) -> None:
    assert settled(text, "correct", 0.5, pending=pending).intent == "ask_service"
    assert settled("我老婆去香港要带什么", "ask_aspect", 0.5, pending=pending).how != "who goes"


@pytest.mark.parametrize("text", ["你这个答非所问", "烦死了，能不能快点", "煩死喇", "说了半天等于没说", "太啰嗦了", "你听不懂我说什么吗"])
@pytest.mark.parametrize("pending", ["none", "situation", "item"])
def test_displeasure_is_met_kindly_and_not_searched_for(text: str, pending: str) -> None:
    assert settled(text, "ask_service", 0.3, pending=pending).intent == "abuse"


@pytest.mark.parametrize("text", ["身份证办得太慢了怎么办", "急死了，护照丢了", "煤气中毒死亡证明怎么开"])
def test_a_matter_told_in_anger_stays_a_matter(text: str) -> None:
    assert settled(text, "ask_service", 0.9).intent != "abuse"


def test_a_statement_of_who_goes_is_about_the_case_and_asks_nothing() -> None:
    for text in ("本人去", "我陪他去", "我自己去办"):
        result = settled(text, "ask_aspect", 0.99, has_guide=True)
        assert result.intent == "ask_service" and "aspect" in result.without, text
    assert settled("要本人去吗", "ask_aspect", 0.99, has_guide=True).intent == "ask_aspect"


def test_a_day_said_alone_is_a_wish_for_a_visit_unless_times_are_asked_for() -> None:
    assert settled("明天早上", "greet", 0.4, pending="situation", has_guide=True).intent == "start_booking"
    assert settled("下周二上午十点", "ask_aspect", 0.4, has_guide=True).intent == "start_booking"
    assert settled("早上好", "greet", 0.99).intent == "greet"
    assert settled("改到周四下午", "reschedule", 0.99, has_guide=True).intent == "reschedule"
    assert settled("1990年3月7日", "fill", 0.9, pending="field", has_form=True).intent == "fill"


def test_a_visit_for_a_named_item_is_a_visit() -> None:
    for text in ("预约食品摊贩登记", "我要预约办护照", "帮我约个号办居住证"):
        assert settled(text, "ask_service").intent == "start_booking", text
    assert settled("预约不了怎么办", "ask_service").intent == "ask_service"


def test_where_somebody_is_registered_is_not_where_he_is() -> None:
    assert settled("她户口在广州", "set_region", 0.99).intent == "ask_service"


def test_unsure_small_talk_is_an_answer_not_understood_while_something_is_asked() -> None:
    assert settled("随便啦", "goodbye", 0.6, pending="situation", offers=ITEMS).intent == "unclear"
    assert settled("谢谢", "thanks", 0.99, pending="situation", offers=ITEMS).intent == "thanks"


def test_a_bare_time_chooses_and_a_change_of_time_moves() -> None:
    slots = [{"label": "11月23日 周一下午14:00", "payload": '/pick_slot{"slot_id": "s"}'}, {"label": "换个大厅", "payload": "/change_hall"}]
    assert settled("周一下午", "reschedule", 0.9, pending="slot", offers=slots).intent == "choose"
    assert settled("改到周一下午", "reschedule", 0.99, pending="slot", offers=slots).intent == "reschedule"


def test_how_to_change_a_field_is_no_question_about_the_item() -> None:
    assert settled("地址怎么改", "ask_aspect", 0.9, pending="confirm_form", has_form=True, has_guide=True).intent == "fill"


def test_small_talk_about_a_day_is_no_time_to_choose() -> None:
    assert settled("今天广州热不热", "ask_service", 0.6, pending="slot", has_guide=True).intent == "ask_service"


def test_a_thing_that_is_lost_is_no_alarm() -> None:
    assert settled("后生仔，我张老人卡唔见咗点算", "emergency_110").intent != "emergency_110"
    assert settled("孩子不见了", "emergency_110").intent == "emergency_110"
    assert settled("有人持刀抢了我的身份证，不见了", "emergency_110").intent == "emergency_110"


@pytest.mark.parametrize(("text", "final"), [("太麻烦了", "unclear"), ("这么多要填啊", "unclear"), ("先放着吧", "put_off"), ("改天再填", "put_off")])
def test_who_is_tired_of_a_form_is_heard(text: str, final: str) -> None:
    intent = "reschedule" if final == "put_off" else "abuse"
    assert settled(text, intent, pending="field", has_guide=True, has_form=True).intent == final


def test_without_anything_under_way_nothing_is_put_off() -> None:
    assert settled("先放着吧", "goodbye").intent == "goodbye"


def test_only_what_is_waited_for_has_a_progress() -> None:
    assert settled("驾照下个月就到期了", "ask_progress").intent == "ask_service"
    assert settled("身份证办了两个月还没下来", "ask_progress").intent == "ask_progress"
    assert settled("要多少分", "rate", has_guide=True).intent != "rate"


SLOTS = [
    {"label": "11月24日周二09:00", "payload": '/pick_slot{"slot_id": "a"}'},
    {"label": "11月25日周三09:00", "payload": '/pick_slot{"slot_id": "b"}'},
]


@pytest.mark.parametrize(
    ("text", "intent", "metadata", "final"),
    [
        ("最早嗰個", "go_back", {"pending": "slot", "offers": SLOTS, "has_guide": True}, "choose"),
        ("最早嗰個", "go_back", {"pending": "situation", "offers": SEX, "has_guide": True}, "start_booking"),
        ("回到最开始", "go_back", {"pending": "slot", "offers": SLOTS, "has_guide": True}, "go_back"),
        ("改到周三", "reschedule", {"pending": "none", "has_guide": True}, "reschedule"),
        ("唔使喇，唔該", "thanks", {"pending": "situation", "offers": SEX, "has_guide": True}, "put_off"),
        ("不用了，谢谢", "deny", {"pending": "none", "has_guide": True}, "thanks"),
        ("太麻烦了", "thanks", {"pending": "none"}, "unclear"),
    ],
)
def test_short_sentences_that_only_look_like_something_else(text: str, intent: str, metadata: dict[str, Any], final: str) -> None:
    assert settled(text, intent, **metadata).intent == final
