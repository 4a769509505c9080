"""An account that is not verified can only answer within the callback: the platform's own retries are the time we have."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from channels.base import Place
from services.conversations.model import EngineReply, Turn
from services.messages.model import Message, Text
from tests.fakes.wechat import Phone
from tests.integration.channels.wechat.conftest import Line, Open


@pytest.fixture
async def line(open_line: Open) -> Line:
    return await open_line(verified=False)


def says(line: Line, outputs: list[dict[str, Any]] | None = None) -> None:
    async def answer(turn: Turn, context: dict[str, Any]) -> EngineReply:
        return EngineReply(outputs=outputs or [{"text": f"found {turn.masked}"}])

    line.engine.answer = answer


def slow(line: Line) -> asyncio.Event:
    """The answer is not there before the event is set, and the gateway does not wait for it long."""
    says(line)
    line.engine.gate, line.waits_s = asyncio.Event(), 0.3
    return line.engine.gate


async def test_a_quick_answer_is_the_reply_itself(line: Line) -> None:
    phone = line.phone()
    push = await phone.text("你好")
    assert (push.tries, push.answer) == (1, "passive") and phone.screen[0].text == "echo 你好"
    assert line.platform.calls["/cgi-bin/message/custom/send"] == 0


async def test_an_answer_that_takes_longer_arrives_with_a_later_push_of_the_same_message(line: Line) -> None:
    gate = slow(line)

    def found() -> None:
        gate.set()
        line.waits_s = 20.0

    line.on_hold = found
    phone = line.phone()
    push = await phone.text("你好")
    assert (push.tries, push.answer) == (2, "passive")
    assert [seen.text for seen in phone.screen] == ["found 你好"] and await line.said() == ["你好"]


async def test_an_answer_later_than_three_pushes_is_fetched_by_a_word(line: Line) -> None:
    gate = slow(line)
    phone = line.phone()
    push = await phone.text("你好")
    assert push.tries == 3 and "回复“继续”" in phone.screen[0].text
    await phone.text("继续")
    assert "还在为您查" in phone.screen[-1].text
    gate.set()
    while "found" not in phone.screen[-1].text:
        await phone.text("继续")
    assert phone.screen[-1].text == "found 你好"
    assert await line.said() == ["你好"], "asking for the answer is no question of its own"


async def test_while_a_person_answers_he_is_told_so_at_once_and_fetches_the_words_with_the_same_word(line: Line) -> None:
    phone = line.phone()
    await phone.text("你好")
    place = Place("wechat_oa", line.account.original_id, phone.openid)
    conversation_id = await line.deliveries.conversation_of(place=place)
    assert conversation_id is not None
    said, line.waits_s = await line.said(), 0.5
    none_yet = "还没有新的答复"  # or, where taking it in took so long that he had to ask again

    async def has_it(conn: Any, turn: Turn) -> list[Message]:
        return []

    line.conversations.runner.owners.update(queue=has_it, agent=has_it)  # as services.handoff, which only notes that he waits
    version = (await line.conversations.conversation(conversation_id)).version
    async with line.database.begin() as conn:
        await line.conversations.change_owner(conn, conversation_id=conversation_id, version=version, owner="queue")
    answer = await reply(phone, "您好，有人吗")
    assert "正在等帮办员接入" in answer or none_yet in answer
    async with line.database.begin() as conn:
        await line.conversations.change_owner(conn, conversation_id=conversation_id, version=version + 1, owner="agent", agent_id="agent1")
    answer = await reply(phone, "要带什么")
    assert "已转给帮办员" in answer or none_yet in answer
    assert none_yet in await reply(phone, "继续")
    await line.conversations.post(conversation_id=conversation_id, messages=[Text(sender="agent", text="带户口簿。")])
    line.waits_s = 20.0
    assert await reply(phone, "继续") == "【帮办员】带户口簿。"
    assert await line.said() == said, "the bot is asked nothing"


async def reply(phone: Phone, words: str) -> str:
    """What comes back; a turn that takes long makes the platform push again, which changes nothing of it."""
    await phone.text(words)
    while "再过几秒" in phone.screen[-1].text or "请过几秒" in phone.screen[-1].text:
        await phone.text("继续")
    return phone.screen[-1].text


async def test_the_platform_waits_only_so_long_and_three_times(open_line: Open) -> None:
    """By the clock: a gateway that holds on is given up, and the citizen reads the platform's own words."""
    line = await open_line(patience_s=0.5)
    line.platform.weather.given_up = None
    phone = line.phone()

    async def away(**given: Any) -> Any:
        raise ConnectionError

    line.deliveries.arrived = away  # type: ignore[method-assign]
    push = await phone.text("你好")
    assert (push.tries, push.answer, push.statuses) == (3, "none", [])
    assert [seen.via for seen in phone.screen] == ["platform"]


async def test_a_reply_that_got_lost_is_given_again(line: Line) -> None:
    line.platform.weather.lost_answers = 1
    phone = line.phone()
    push = await phone.text("你好")
    assert (push.tries, push.answer) == (2, "passive") and phone.screen[0].text == "echo 你好"
    assert await line.said() == ["你好"]


async def test_what_is_too_long_for_one_reply_is_read_on_without_loss(line: Line) -> None:
    sentences = [f"第{n}条规定说明了第{n}种情形应当怎样办理。" for n in range(120)]
    says(line, [{"text": "".join(sentences)}])
    phone = line.phone()
    await phone.text("都有哪些规定")
    while "继续" in phone.screen[-1].text:
        assert len(phone.screen[-1].text.encode()) <= 2048
        await phone.text("继续")
    whole = "".join(seen.text for seen in phone.screen)
    assert len(phone.screen) >= 3 and all(sentence in whole for sentence in sentences)
    assert await line.said() == ["都有哪些规定"]


async def test_fetching_that_got_lost_fetches_the_same_again(line: Line) -> None:
    says(line, [{"text": "甲" * 700 + "。"}, {"text": "乙" * 500 + "。"}])
    phone = line.phone()
    await phone.text("问")
    line.platform.weather.lost_answers = 1
    push = await phone.text("继续")
    assert push.tries == 2
    whole = "".join(seen.text for seen in phone.screen)
    while "继续" in phone.screen[-1].text:
        await phone.text("继续")
        whole += phone.screen[-1].text
    assert whole.count("甲") == 700 and whole.count("乙") == 500 and await line.said() == ["问"]


async def test_choices_are_numbers_and_a_number_chooses(line: Line) -> None:
    buttons = [{"title": "补领", "payload": "/affirm"}, {"title": "换领", "payload": "/deny"}]
    says(line, [{"text": "是补领还是换领？", "buttons": buttons}])
    phone = line.phone()
    await phone.text("身份证")
    assert "1. 补领" in phone.screen[0].text and "2. 换领" in phone.screen[0].text and "回复数字" in phone.screen[0].text
    await phone.text("2")
    assert await line.said() == ["身份证", "/deny"]


async def test_three_copies_at_once_show_one_answer_and_store_one_message(line: Line) -> None:
    line.platform.weather.copies = 2
    gate = slow(line)
    line.waits_s = 20.0
    phone = line.phone()
    asking = asyncio.create_task(phone.text("你好"))
    async with asyncio.timeout(60):
        while line.platform.pusher.posts < 3 or not line.engine.calls:
            await asyncio.sleep(0.02)
    gate.set()
    await asking
    assert await line.said() == ["你好"] and {seen.text for seen in phone.screen} == {"found 你好"}
