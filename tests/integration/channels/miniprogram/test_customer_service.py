"""The customer-service talk of the mini-program: what is taken in, what is answered, and that it is one talk with the mini-program itself."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from PIL import Image

from services.conversations.model import EngineReply, Turn
from services.deliveries.service import PicturePart, Place
from services.messages.model import Appointment, Form, Hall, Text
from services.messages.rendering import with_text
from tests.fakes.wechat import Fault, MiniPhone
from tests.fakes.wechat.pushing import verification
from tests.fakes.wechat.tokens import expire
from tests.integration.channels.miniprogram.conftest import Line, Open

SEND, UPLOAD = "/cgi-bin/message/custom/send", "/cgi-bin/media/upload"


@pytest.fixture
async def line(open_line: Open) -> Line:
    return await open_line()


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    return out.getvalue()


async def said(line: Line) -> list[str]:
    return [turn.original for turn, _ in line.engine.calls]


async def conversation(line: Line, phone: MiniPhone) -> str:
    found = await line.services.deliveries.conversation_of(place=Place("miniprogram", line.account.app_id, phone.openid))
    assert found
    return str(found)


@pytest.mark.parametrize("format", ["xml", "json"])
@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
async def test_in_every_mode_and_format_a_sentence_is_acknowledged_and_answered(open_line: Open, mode: str, format: str) -> None:
    line = await open_line(mode=mode, format=format)
    phone = line.phone()
    push = await phone.text("身份证丢了怎么办")
    assert (push.tries, push.answer) == (1, "silent")
    assert (await phone.sees("echo 身份证丢了怎么办")).kind == "text"


async def test_the_address_is_proved(line: Line) -> None:
    query = verification(line.account, "5837492837465", wall=line.platform.clock.wall())
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(line.account.callback, params=query)).text == "5837492837465"
        assert (await client.get(line.account.callback, params={**query, "signature": "0" * 40})).status_code == 401


async def test_duplicates_and_lost_answers_are_one_message(line: Line) -> None:
    line.platform.weather.copies, line.platform.weather.lost_answers = 2, 2
    phone = line.phone()
    await phone.text("你好")
    await phone.sees("echo 你好")
    await line.quiet()
    assert await said(line) == ["你好"] and len(phone.screen) == 1


async def test_a_picture_becomes_an_upload(line: Line) -> None:
    phone = line.phone()
    assert (await phone.picture(jpeg())).answer == "silent"
    await phone.until(lambda seen: seen.via == "custom")
    turn = line.engine.calls[0][0]
    assert turn.kind == "upload"
    assert (await line.services.conversations.uploaded(upload_id=turn.original, person_id=turn.person_id))[0] == "image/jpeg"


async def test_what_is_no_picture_and_what_cannot_be_read_get_a_kind_word_once(line: Line) -> None:
    line.platform.weather.lost_answers = 2
    phone = line.phone()
    await phone.picture(b"not a picture")
    await phone.sees("这张图片打不开")
    await phone.send("message", {"MsgType": "voice", "MediaId": "x", "Format": "amr"})
    await phone.sees("这种消息我还看不懂")
    await line.quiet()
    assert len(phone.screen) == 2 and line.engine.calls == []


async def test_entering_greets_somebody_new_and_says_what_the_button_carries(line: Line) -> None:
    async def echo(turn: Turn, _: dict[str, Any]) -> EngineReply:
        return EngineReply(outputs=[{"text": f"{turn.kind} {turn.original}"}])

    line.engine.answer = echo
    phone = line.phone()
    await phone.enter()
    await phone.sees("payload /greet")
    await phone.enter("booking")
    await phone.sees("payload /start_booking")
    await phone.enter("shen-fen-zheng-bu-ling")
    await phone.sees('payload /choose_item{"guide_id": "shen-fen-zheng-bu-ling"}')
    await phone.enter("no-such-guide")
    await line.quiet()
    assert len(phone.screen) == 3, "who was here before is not greeted again"


async def test_a_card_of_a_guides_page_means_that_guide_and_another_its_title(line: Line) -> None:
    phone = line.phone()
    await phone.card("身份证补领", "pages/guide/guide.html?id=shen-fen-zheng-bu-ling")
    await phone.until(lambda seen: seen.via == "custom")
    await phone.card("我的预约", "pages/me/me?tab=appointments")
    await phone.sees("echo 我的预约")
    await phone.card("老指南", "pages/guide/guide?id=no-longer-there")
    await phone.sees("echo 老指南")
    assert await said(line) == ['/choose_item{"guide_id": "shen-fen-zheng-bu-ling"}', "我的预约", "老指南"]


def form() -> Form:
    made = Form(form_id="fm_1", guide_id="g", state="draft", url="/#/form/fm_1", fields=[], missing=[], title="身份证补领申请表")
    return with_text(made)  # type: ignore[return-value]


async def test_a_form_is_a_card_of_its_page_whose_picture_is_uploaded_once(line: Line) -> None:
    for phone in (line.phone(), line.phone()):
        await phone.text("帮我填表")
        await phone.sees("echo")
        await line.services.conversations.post(conversation_id=await conversation(line, phone), messages=[form()])
        card = await phone.until(lambda seen: seen.kind == "miniprogrampage")
        assert (card.title, card.url) == ("身份证补领申请表·填写中", "pages/form/form?id=fm_1")
    assert line.platform.calls[UPLOAD] == 1
    line.platform.media.clear()  # three days later
    await line.services.conversations.post(conversation_id=await conversation(line, phone), messages=[form()])
    await phone.until(lambda seen: seen.kind == "miniprogrampage", after=2)
    assert line.platform.calls[UPLOAD] == 2


async def test_without_its_picture_a_form_is_said_in_words(line: Line) -> None:
    line.platform.faults.append(Fault(UPLOAD, errcode=40009, times=99))
    phone = line.phone()
    await phone.text("帮我填表")
    await phone.sees("echo")
    await line.services.conversations.post(conversation_id=await conversation(line, phone), messages=[form()])
    assert (await phone.sees("申请表：填写中")).kind == "text"


async def test_a_booked_visit_is_words_and_a_card_of_its_page(line: Line) -> None:
    phone = line.phone()
    await phone.text("我的预约")
    await phone.sees("echo")
    hall = Hall(id="h", name="天河区政务服务中心", address="天河区软件路13号", district="天河区")
    start = datetime(2026, 11, 25, 1, tzinfo=UTC)
    made = Appointment(
        appointment_id="ap_1", code="K7M2PQ", state="booked", guide_id="g", hall=hall, start=start, end=start, bring=["身份证"],
        ics_url="/api/appointments/ap_1/visit.ics?key=k", qr_url="/api/appointments/ap_1/qr.svg?key=k",
    )  # fmt: skip
    await line.services.conversations.post(conversation_id=await conversation(line, phone), messages=[with_text(made)])
    card = await phone.until(lambda seen: seen.kind == "miniprogrampage")
    assert card.url == "pages/appointment/appointment?id=ap_1"
    assert "K7M2PQ" in (await phone.sees("K7M2PQ")).text and "K7M2PQ" not in card.all_text


async def test_the_picture_of_a_visits_code_is_uploaded_and_sent(line: Line) -> None:
    phone = line.phone()
    await phone.text("你好")
    await phone.sees("echo")
    part = PicturePart(page="/api/appointments/ap_1/qr.svg?key=k", name="二维码", source="appointment")
    await line.channel.send(place=Place("miniprogram", line.account.app_id, phone.openid), part=part)
    picture = await phone.until(lambda seen: seen.kind == "image")
    assert line.platform.media[picture.url][1].startswith(b"\x89PNG")


async def test_a_token_that_dies_on_the_way_is_fetched_anew(line: Line) -> None:
    phone = line.phone()
    await phone.text("一")
    await phone.sees("echo 一")
    expire(line.account)
    await phone.text("二")
    await phone.sees("echo 二")


async def test_while_nothing_can_be_stored_the_platform_pushes_again_and_nothing_is_lost(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    failed, real = 0, line.services.deliveries.arrived

    async def arrived(**given: Any) -> Any:
        nonlocal failed
        if failed < 2:
            failed += 1
            raise OSError("the database is away")
        return await real(**given)

    monkeypatch.setattr(line.services.deliveries, "arrived", arrived)
    line.platform.weather.given_up = lambda push: failed >= push.tries  # its patience is over: we hold on to make it push again
    phone = line.phone()
    push = await phone.text("别丢了我")
    assert (push.tries, push.answer) == (3, "silent")
    await phone.sees("echo 别丢了我")
    assert await said(line) == ["别丢了我"] and len(phone.screen) == 1


# — one talk —


async def test_customer_service_and_the_mini_program_show_the_same_talk(line: Line) -> None:
    phone = line.phone()
    await phone.text("客服里说的")
    await phone.sees("echo 客服里说的")
    token = await line.signs_in(phone)
    seen = (await line.api("GET", "/api/chat/messages?after=0", token=token)).json()["messages"]
    assert [m["text"] for m in seen] == ["客服里说的", "echo 客服里说的"]
    await line.api("POST", "/api/chat/messages", token=token, text="小程序里说的")
    assert (await conversation(line, phone)) == (await line.services.conversations.sessions.of(token)).conversation_id


async def test_what_he_read_in_the_mini_program_is_not_sent_to_customer_service_too(line: Line) -> None:
    phone = line.phone()
    await phone.text("客服里说的")
    await phone.sees("echo 客服里说的")
    token = await line.signs_in(phone)
    answered = (await line.api("POST", "/api/chat/messages", token=token, text="小程序里说的")).json()["messages"]
    await line.quiet()
    await line.api("GET", f"/api/chat/messages?after={answered[-1]['seq']}", token=token)
    await phone.text("又回到客服")
    await phone.sees("echo 又回到客服")
    assert [s.text for s in phone.screen] == ["echo 客服里说的", "echo 又回到客服"]


async def test_what_he_did_not_read_there_waits_for_him_in_customer_service(line: Line) -> None:
    phone = line.phone()
    token = await line.signs_in(phone)
    await line.api("POST", "/api/chat/messages", token=token, text="你好")
    await line.services.conversations.post(conversation_id=await conversation(line, phone), messages=[Text(sender="agent", text="您的材料收到了")])
    await line.quiet()
    assert phone.screen == []
    await phone.enter()
    await phone.sees("您的材料收到了")


async def test_a_cursor_from_the_end_of_the_world_does_not_hold_messages_back_for_ever(line: Line) -> None:
    phone = line.phone()
    token = await line.signs_in(phone)
    await line.api("GET", f"/api/chat/messages?after={2**53 - 1}", token=token)
    await phone.text("你好")
    await phone.sees("echo 你好")
