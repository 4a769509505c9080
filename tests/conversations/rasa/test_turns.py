"""One turn through the real Rasa: what comes out, what an action is told, and what a failure looks like."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import redis

from bangban.stores.ports import free_port
from tests.conversations.rasa.conftest import TOKEN, Bot, StandIn, rasa

pytestmark = [pytest.mark.dialogue, pytest.mark.timeout(300)]
ITEMS = [
    {"label": "居民身份证丢失补领", "payload": '/choose_item{"guide_id": "id-lost"}', "words": [], "number": None},
    {"label": "居民身份证换领", "payload": '/choose_item{"guide_id": "id-renew"}', "words": [], "number": None},
]


def test_a_greeting_is_answered_without_an_action(bot: Bot, stand_in: StandIn) -> None:
    reply = bot.says("你好")
    assert reply["outputs"][0]["response"] == "utter_greet" and reply["outputs"][0]["text"]
    assert reply["action"] == "utter_greet" and not stand_in.calls


def test_an_elder_gets_the_plain_wording(bot: Bot) -> None:
    ordinary, plain = bot.says("你好")["outputs"][0]["text"], bot.says("你好", plain=True)["outputs"][0]["text"]
    assert len(plain) < len(ordinary)


def test_an_emergency_is_a_notice_with_its_code(bot: Bot, stand_in: StandIn) -> None:
    [output] = bot.says("我爸突然晕倒没有呼吸了怎么办", pending="field")["outputs"]
    assert output["custom"] == {"type": "notice", "code": "emergency.120"} and "120" in output["text"] and not stand_in.calls


def test_a_wish_reaches_the_action_with_the_turn_and_what_was_read(bot: Bot, stand_in: StandIn) -> None:
    reply = bot.says("身份證唔見咗，點樣補領呀", pending="none")
    [call] = stand_in.calls
    latest = call["tracker"]["latest_message"]
    assert (reply["action"], call["next_action"], call["domain"]) == ("action_find", "action_find", {})
    assert latest["metadata"]["turn_id"] == "tn_1" and "offers" not in latest["metadata"] and latest["text"] == "身份證唔見咗，點樣補領呀"
    assert [e["value"] for e in latest["entities"] if e["entity"] == "object"] == ["身份证"]


def test_sentences_an_action_asks_for_are_rendered_in_order_with_their_values(bot: Bot, stand_in: StandIn) -> None:
    asked = [
        {"response": "utter_no_form", "name": "出生登记"},
        {"response": "utter_what_next"},
        {"text": "x", "buttons": [{"title": "是", "payload": "/affirm"}]},
    ]
    stand_in.answer = {"events": [], "responses": asked}
    outputs = bot.says("要多少钱")["outputs"]
    assert [o.get("response") for o in outputs] == ["utter_no_form", "utter_what_next", None]
    assert "出生登记" in outputs[0]["text"] and outputs[2]["buttons"][0]["payload"] == "/affirm"


@pytest.mark.parametrize("words", ["第二个", "换领那个", "2", "最后一个"])
def test_words_are_as_good_as_a_button(bot: Bot, stand_in: StandIn, words: str) -> None:
    reply = bot.says(words, pending="item", offers=ITEMS)
    assert reply["action"] == "action_choose"
    assert [e["value"] for e in stand_in.calls[0]["tracker"]["latest_message"]["entities"] if e["entity"] == "payload"] == [ITEMS[1]["payload"]]


def test_a_button_brings_its_arguments(bot: Bot, stand_in: StandIn) -> None:
    assert bot.says('/choose_item{"guide_id": "id-lost"}')["action"] == "action_choose"
    assert {e["entity"]: e["value"] for e in stand_in.calls[0]["tracker"]["latest_message"]["entities"]} == {"guide_id": "id-lost"}


@pytest.mark.parametrize(
    ("words", "pending", "action"),
    [
        ("要多少钱", "item", "action_answer_aspect"), ("转人工", "slot", "action_handoff"), ("好的", "confirm_form", "action_form_submit"),
        ("好的", "confirm_slot", "action_booking_confirm"), ("好的", "none", "action_unclear"), ("手机号是[phone]", "field", "action_form_fill"),
        ("我想办护照", "field", "action_find"),
    ],
)  # fmt: skip
def test_what_is_pending_decides_what_is_meant(bot: Bot, words: str, pending: str, action: str) -> None:
    assert bot.says(words, pending=pending)["action"] == action


def test_the_context_of_one_turn_does_not_linger_in_the_next(bot: Bot) -> None:
    bot.says("好的", sender="cv_linger", pending="confirm_form")
    assert bot.says("好的", sender="cv_linger")["action"] == "action_unclear"


@pytest.mark.parametrize(
    ("status", "answer", "code"),
    [
        (500, {"error": "x"}, "bot.action_failed"),
        (404, {}, "bot.action_failed"),
        (200, {"events": [], "responses": [{"custom": {"failed": True}}]}, "bot.action_failed"),
        (200, {"events": [], "responses": [{"response": "utter_no_such"}]}, "bot.response_missing"),
    ],
)
def test_a_failed_action_is_an_error_and_never_an_empty_answer(bot: Bot, stand_in: StandIn, status: int, answer: dict, code: str) -> None:
    stand_in.status, stand_in.answer = status, answer
    response = bot.turn("要多少钱")
    assert response.status_code == 503 and response.json()["error"]["code"] == code
    stand_in.reset()
    assert bot.turn("要多少钱").status_code == 200, "the turn may be run again"


@pytest.mark.parametrize("text", ["/no_such_thing", "/choose_item{", "/choose_item{]}"])
def test_an_unknown_button_is_refused(bot: Bot, text: str) -> None:
    assert (bot.turn(text).status_code, bot.turn(text).json()["error"]["code"]) == (400, "bot.bad_payload")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"sender": "x", "text": ""}', b'{"sender": "x", "text": 7}', b'{"sender": "x", "text": "y", "metadata": 1}']
)
def test_a_bad_request_is_refused(bot: Bot, body: bytes) -> None:
    assert bot.http.post("/webhooks/bangban/turn", params={"token": TOKEN}, content=body).status_code == 400


def test_strangers_are_refused(bot: Bot) -> None:
    for given in ({}, {"params": {"token": "wrong"}}, {"headers": {"authorization": "Bearer wrong"}}):
        assert bot.http.post("/webhooks/bangban/turn", json={"sender": "x", "text": "你好"}, **given).status_code == 401
    assert (
        bot.http.post("/webhooks/bangban/turn", json={"sender": "x", "text": "你好"}, headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
    )


def test_memory_is_short_and_holds_no_offers(bot: Bot, redis_url: str) -> None:
    for _ in range(20):
        bot.says("要多少钱", sender="cv_long", pending="item", offers=ITEMS)
    with redis.Redis.from_url(redis_url) as store:
        stored, left = store.get("bangban:tracker:cv_long"), store.ttl("bangban:tracker:cv_long")
    assert len(json.loads(stored)) <= 30 and "offers" not in stored.decode() and 0 < left <= 86400


def test_nothing_a_citizen_writes_is_logged(bot: Bot, stand_in: StandIn) -> None:
    stand_in.status = 500
    for text in ("我家住在一个很特别的地方啊", "/choose_item{很特别的", "你好很特别的人"):
        bot.turn(text)
    assert "很特别的" not in bot.log.read_text() and TOKEN not in bot.log.read_text()


def test_turns_go_on_without_redis_and_fail_honestly_without_actions(model: Path) -> None:
    with rasa(model=model, redis_url=f"redis://127.0.0.1:{free_port()}/0", actions_url=f"http://127.0.0.1:{free_port()}") as bot:
        assert bot.says("你好")["action"] == "utter_greet"
        response = bot.turn("要多少钱")
        assert response.status_code == 503 and response.json()["error"]["code"] == "bot.action_server_down"
