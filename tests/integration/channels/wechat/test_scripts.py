"""The channel's own words are in the characters of whoever reads them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from channels.base import Place
from services.conversations.model import EngineReply, Turn
from services.messages.model import Handoff, Message, Text
from services.tickets.model import words
from tests.fakes.wechat import Phone
from tests.integration.channels.wechat.conftest import Line, Open


@pytest.fixture
async def line(open_line: Open) -> Line:
    return await open_line(verified=False)


async def asks(phone: Phone, said: str) -> str:
    """What comes back; a slow machine makes him ask again, which changes nothing of it."""
    await phone.text(said)
    while any(hint in phone.screen[-1].text for hint in ("再過幾秒", "請過幾秒", "再过几秒", "请过几秒")):
        await phone.text("繼續")
    return phone.screen[-1].text


async def conversation(line: Line, phone: Phone) -> str:
    found = await line.deliveries.conversation_of(place=Place("wechat_oa", line.account.original_id, phone.openid))
    assert found
    return found


async def test_a_kind_word_is_in_the_characters_of_his_talk_or_of_what_he_has_just_written(open_line: Open) -> None:
    line = await open_line()
    phone, other = line.phone(), line.phone()
    await phone.text("我想補領身份證")
    await phone.sees("echo")
    await phone.voice(b"#!AMR\nspeech")
    await phone.sees("抱歉，我暫時聽不了語音")
    await other.voice(b"#!AMR\nspeech")
    await other.sees("我暂时听不了语音")
    await other.text("我想補領身份證，" * 300)
    await other.sees("這段話太長了")


async def test_who_has_to_fetch_his_answer_is_told_so_in_his_characters(line: Line) -> None:
    line.engine.gate, line.waits_s = asyncio.Event(), 0.3
    phone = line.phone()
    await phone.text("我想補領身份證")
    assert "這個問題要多查一會兒。請過幾秒回覆“繼續”" in phone.screen[-1].text
    await phone.text("繼續")
    assert "還在為您查" in phone.screen[-1].text
    line.engine.gate.set()


async def test_what_is_left_of_a_long_answer_is_asked_for_in_its_characters(line: Line) -> None:
    async def long(turn: Turn, context: dict[str, Any]) -> EngineReply:
        return EngineReply(outputs=[{"text": "甲" * 700 + "办。"}, {"text": "乙" * 500 + "办。"}])

    line.engine.answer = long
    phone = line.phone()
    said = await asks(phone, "我想補領身份證")
    assert "繼續" in said and "继续" not in said


async def test_whom_a_person_has_is_told_so_in_his_characters(line: Line) -> None:
    phone = line.phone()
    await asks(phone, "我想補領身份證")
    conversation_id = await conversation(line, phone)

    async def has_it(conn: Any, turn: Turn) -> list[Message]:
        return []

    line.conversations.runner.owners.update(queue=has_it)
    version = (await line.conversations.conversation(conversation_id)).version
    async with line.database.begin() as conn:
        await line.conversations.change_owner(conn, conversation_id=conversation_id, version=version, owner="queue")
    line.waits_s = 0.5
    said = await asks(phone, "你好")
    assert "正在等幫辦員接入" in said or "幫辦員還沒有新的答覆" in said


async def test_a_promised_answer_is_promised_as_he_gets_it(line: Line) -> None:
    phone = line.phone()
    await asks(phone, "你好")
    text = words()["to_citizen"]["complaint"].format(number="GD1", promise="3月19日（周四）11:00")
    promise, reply = Handoff(state="ticket", ticket_number="GD1", text=text), Text(sender="system", text="已有答复")
    conversation_id = await conversation(line, phone)
    await line.conversations.post(conversation_id=conversation_id, messages=[promise])
    told = await asks(phone, "继续")
    assert "到时在这里回复“继续”，就能看到" in told and "在这里回复您" not in told
    await line.conversations.post(conversation_id=conversation_id, messages=[reply])
    assert await asks(phone, "继续") == "已有答复"
