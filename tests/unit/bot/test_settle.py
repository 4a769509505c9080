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
    assert settled("得掏多少银子", "ask_aspect", 0.9, labels=[("ask_aspect.fee", 0.9)], has_guide=True).entities[0].value == "fee"
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
