"""Cards, menus and pictures through the worker: what the platform refuses costs one message and holds nothing up."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from services.conversations.model import EngineReply, Turn
from services.deliveries.tables import address
from services.messages.model import Message
from tests.fakes.messages import EVERY
from tests.fakes.wechat import Fault
from tests.integration.channels.wechat.conftest import Line, Open

SEND = "/cgi-bin/message/custom/send"


def answering(line: Line, *messages: Message) -> None:
    """Every sentence is answered with these, and a tap with what was tapped."""

    async def answer(turn: Turn, context: dict[str, Any]) -> EngineReply:
        if turn.kind == "payload":
            return EngineReply(outputs=[{"text": f"tapped {turn.original}"}])
        return EngineReply(outputs=[{"custom": m.model_dump(mode="json", exclude={"seq", "id", "created_at"})} for m in messages])

    line.engine.answer = answer


async def left(line: Line) -> int:
    """Of the five messages."""
    async with line.database.begin() as conn:
        (kept,) = (await conn.execute(sa.select(address.c.allowances))).scalars()
    return next(a["left"] for a in kept if a["kind"] == "message")


async def test_a_guide_comes_as_its_card_and_what_can_be_done_next(open_line: Open) -> None:
    line = await open_line()
    answering(line, EVERY["text"], EVERY["guide"])
    phone = line.phone()
    await phone.text("身份证丢了")
    await phone.until(lambda seen: seen.kind == "msgmenu")
    assert [seen.kind for seen in phone.screen] == ["text", "news", "msgmenu"]
    await line.quiet()
    assert await left(line) == 2 and line.platform.refused == {}
    await phone.tap("多少钱")
    await phone.sees("tapped /greet")


async def test_a_refused_card_is_a_text_and_the_rest_follows_in_order(open_line: Open) -> None:
    line = await open_line()
    answering(line, EVERY["guide"])
    line.platform.faults.append(Fault(SEND, errcode=45064))
    phone = line.phone()
    await phone.text("身份证丢了")
    await phone.until(lambda seen: seen.kind == "msgmenu")
    await line.quiet()
    assert [seen.kind for seen in phone.screen] == ["text", "msgmenu"] and "https://bangban.example/" in phone.screen[0].text
    assert await left(line) == 3, "what was refused is not counted"


async def test_a_refused_menus_numbers_mean_its_entries(open_line: Open) -> None:
    line = await open_line(subscription=True)
    answering(line, EVERY["choices"])
    phone = line.phone()
    await phone.text("身份证")
    await phone.sees("2. 到期换证")
    await line.quiet()
    await phone.text("2")
    await phone.sees("tapped /greet")
    assert (await line.said())[-1] == "/greet"
