"""The Official Account channel against the platform: what is taken in, what is answered, what is refused."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import httpx
import pytest
from PIL import Image

from channels.wechat_oa import catalogue
from services.conversations.model import EngineReply, Turn
from services.speech.ports import NotHeard, RecogniserDown
from tests.fakes.wechat import Fault
from tests.fakes.wechat.pushing import OUT_OF_SERVICE, signed, verification
from tests.fakes.wechat.tokens import expire
from tests.integration.channels.wechat.conftest import Line, Open

SEND = "/cgi-bin/message/custom/send"


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    return out.getvalue()


async def post(line: Line, query: dict[str, str], body: bytes) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.post(line.url, params=query, content=body)


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
async def test_in_every_mode_a_sentence_is_acknowledged_at_once_and_answered(open_line: Open, mode: str) -> None:
    line = await open_line(mode=mode)
    phone = line.phone()
    push = await phone.text("身份证丢了怎么办")
    assert (push.tries, push.answer) == (1, "silent")
    assert (await phone.sees("echo 身份证丢了怎么办")).via == "custom"


async def test_the_address_is_proved_and_a_stranger_proves_nothing(open_line: Open) -> None:
    line = await open_line()
    query = verification(line.account, "5837492837465", wall=line.platform.clock.wall())
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(line.url, params=query)).text == "5837492837465"
        refused = await client.get(line.url, params={**query, "signature": "0" * 40})
    assert refused.status_code == 401 and refused.json()["error"]["code"] == "wechat.forged"


async def test_the_same_message_three_times_is_one_message(open_line: Open) -> None:
    line = await open_line()
    line.platform.weather.copies, line.platform.weather.lost_answers = 2, 2
    phone = line.phone()
    push = await phone.text("你好")
    assert push.tries == 3 and line.platform.pusher.posts == 5
    await phone.sees("echo 你好")
    await line.quiet()
    assert await line.said() == ["你好"] and len(phone.screen) == 1


async def test_a_menu_is_tapped_and_the_tap_is_the_button(open_line: Open) -> None:
    line = await open_line()

    async def choices(turn: Turn, context: dict[str, Any]) -> EngineReply:
        buttons = [{"title": "补领", "payload": "/affirm"}, {"title": "换领", "payload": "/deny"}]
        if turn.kind == "payload":
            return EngineReply(outputs=[{"text": f"tapped {turn.original}"}])
        return EngineReply(outputs=[{"text": "是补领还是换领？", "buttons": buttons}])

    line.engine.answer = choices
    phone = line.phone()
    await phone.text("身份证")
    menu = await phone.until(lambda seen: seen.kind == "msgmenu")
    assert [label for _, label in menu.choices] == ["补领", "换领"]
    await line.quiet()  # it is noted what the numbers stand for once the platform has taken them
    await phone.text("1")
    await phone.sees("tapped /affirm")
    await phone.tap("换领")
    await phone.sees("tapped /deny")


async def test_a_picture_becomes_an_upload(open_line: Open) -> None:
    line = await open_line()
    phone = line.phone()
    push = await phone.picture(jpeg())
    assert push.answer == "silent"
    await phone.until(lambda seen: seen.via == "custom")
    turn = line.engine.calls[0][0]
    assert turn.kind == "upload"
    kind, body = await line.conversations.uploaded(upload_id=turn.original, person_id=turn.person_id)
    assert kind == "image/jpeg" and body[:2] == b"\xff\xd8"


async def test_what_is_no_picture_gets_a_kind_word(open_line: Open) -> None:
    line = await open_line()
    phone = line.phone()
    await phone.picture(b"MZ not a picture")
    assert "打不开" in phone.screen[0].text and phone.screen[0].via == "passive"
    assert line.engine.calls == []


async def test_a_picture_that_cannot_be_fetched_is_pushed_again_and_then_arrives(open_line: Open) -> None:
    line = await open_line()
    line.platform.faults.append(Fault("/cgi-bin/media/get", status=500))
    phone = line.phone()
    push = await phone.picture(jpeg())
    assert (push.tries, push.answer) == (2, "silent")
    await phone.until(lambda seen: seen.via == "custom")
    assert len(line.engine.calls) == 1


async def test_a_picture_that_never_comes_is_asked_for_again(open_line: Open) -> None:
    line = await open_line()
    line.platform.faults.append(Fault("/cgi-bin/media/get", status=500, times=9))
    phone = line.phone()
    push = await phone.picture(jpeg())
    assert (push.tries, push.answer) == (3, "passive") and "再发一次" in phone.screen[0].text


async def test_speech_is_recognised_where_there_is_a_recogniser(open_line: Open) -> None:
    line = await open_line(voice=True)
    phone = line.phone()
    await phone.voice(b"#!AMR\nspeech")
    await phone.sees("echo 我要补领身份证")
    line.recogniser.said = NotHeard()
    await phone.voice(b"#!AMR\nnoise")
    assert "没听清" in phone.screen[-1].text
    line.recogniser.said = RecogniserDown()
    push = await phone.voice(b"#!AMR\nspeech")
    assert push.tries == 3 and "没听清" in phone.screen[-1].text


async def test_a_recogniser_that_takes_longer_than_a_push_is_asked_once_and_heard_with_the_next(open_line: Open) -> None:
    line = await open_line(voice=True)
    gate = line.recogniser.gate = asyncio.Event()
    patience = catalogue.limits()["passive"]
    usual, patience["answer_s"] = patience["answer_s"], 0.5

    def held() -> None:
        patience["answer_s"] = usual
        gate.set()

    line.on_hold = held
    phone = line.phone()
    push = await phone.voice(b"#!AMR\nspeech")
    await phone.sees("echo 我要补领身份证")
    assert (push.tries, push.answer) == (2, "silent") and line.recogniser.asked == 1


async def test_without_one_the_citizen_is_kindly_asked_to_type(open_line: Open) -> None:
    line = await open_line()
    phone = line.phone()
    push = await phone.voice(b"#!AMR\nspeech")
    assert push.tries == 1 and "请您打字" in phone.screen[0].text


async def test_a_location_is_the_district_and_nothing_finer(open_line: Open) -> None:
    line = await open_line()
    phone = line.phone()
    await phone.location(23.13, 113.32, "广东省广州市天河区体育西路")
    await phone.sees("天河区")
    await phone.location(22.95, 113.36)
    await phone.sees("番禺区", after=1)
    assert await line.said() == ['/set_region{"region": "天河区"}', '/set_region{"region": "番禺区"}']
    await phone.location(39.9, 116.4, "北京市")
    assert "哪个区" in phone.screen[-1].text
    await phone.send("message", {"MsgType": "location", "Location_X": "north", "Location_Y": "", "Scale": "16", "Label": ""})
    assert "哪个区" in phone.screen[-1].text


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        (lambda p: p.follow(), "/greet"),
        (lambda p: p.follow("shen-fen-zheng-bu-ling"), '/choose_item{"guide_id": "shen-fen-zheng-bu-ling"}'),
        (lambda p: p.scan("shen-fen-zheng-bu-ling"), '/choose_item{"guide_id": "shen-fen-zheng-bu-ling"}'),
        (lambda p: p.scan("no-such-guide"), "/greet"),
        (lambda p: p.scan("booking"), "/start_booking"),
        (lambda p: p.click("progress"), "/ask_progress"),
        (lambda p: p.link("身份证补领指南", "https://example.com/a"), "身份证补领指南"),
    ],
)
async def test_what_he_does_says_something(open_line: Open, deed: Any, said: str) -> None:
    line = await open_line()
    phone = line.phone()
    line.platform.weather.copies = 1  # events have no number, and come twice all the same
    push = await deed(phone)
    assert push.answer == "silent"
    await phone.until(lambda seen: seen.via == "custom")
    assert await line.said() == [said]


@pytest.mark.parametrize("name", ["VIEW", "LOCATION", "TEMPLATESENDJOBFINISH", "something_new", "CLICK"])
async def test_other_events_are_acknowledged_and_mean_nothing(open_line: Open, name: str) -> None:
    line = await open_line()
    phone = line.phone()
    push = await phone.event(name, None, EventKey="whatever")
    assert push.answer == "silent" and line.engine.calls == []


async def test_unknown_messages_get_a_kind_word(open_line: Open) -> None:
    line = await open_line()
    phone = line.phone()
    await phone.send("message", {"MsgType": "shortvideo", "MediaId": "x", "ThumbMediaId": "y"})
    await phone.text("长" * 2001)
    assert "看不懂" in phone.screen[0].text and "太长" in phone.screen[1].text


async def test_what_was_kept_for_him_comes_also_when_he_sends_what_nobody_understands(open_line: Open) -> None:
    line = await open_line()
    phone = line.phone()
    line.platform.faults.append(Fault(SEND, errcode=45015))
    await phone.text("你好")
    await line.quiet()
    assert phone.screen == []
    await phone.send("message", {"MsgType": "video", "MediaId": "x", "ThumbMediaId": "y"})
    await phone.sees("echo 你好")
    assert "看不懂" in phone.screen[0].text


async def test_after_he_left_nothing_is_sent_until_he_is_back(open_line: Open) -> None:
    line = await open_line()
    phone = line.phone()
    line.engine.gate = asyncio.Event()
    await phone.text("你好")
    await phone.unfollow()
    line.engine.gate.set()
    await line.quiet()
    assert phone.screen == []
    await phone.follow()
    await phone.sees("echo 你好")


async def test_a_token_that_ran_out_and_a_busy_platform_lose_nothing(open_line: Open) -> None:
    line = await open_line()
    phone = line.phone()
    await phone.text("第一句")
    await phone.sees("echo 第一句")
    expire(line.account)
    line.platform.faults += [Fault(SEND, errcode=-1), Fault(SEND, errcode=45011)]
    await phone.text("第二句")
    with pytest.raises(AssertionError):
        await phone.sees("echo 第二句", seconds=0.1)
    line.platform.faults.clear()
    assert len([s for s in phone.screen if "第一句" in s.text]) == 1


async def test_while_the_key_changes_both_open_and_the_answer_uses_the_same(open_line: Open) -> None:
    line = await open_line(old_aes_key="q" * 42 + "A")
    phone = line.phone()
    fields = {"ToUserName": line.account.original_id, "FromUserName": phone.openid, "CreateTime": 1, "MsgType": "video", "MsgId": 77}
    for key in (line.account.aes_key, line.account.old_aes_key):
        query, body = signed(line.account, fields, wall=line.platform.clock.wall(), key=key)
        reply = await post(line, query, body)
        assert reply.status_code == 200 and b"<Encrypt>" in reply.content


async def test_a_database_that_is_away_makes_the_platform_push_again(open_line: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    line = await open_line()
    real, failures = line.deliveries.arrived, [ConnectionError("away")]

    async def arrived(**given: Any) -> Any:
        if failures:
            raise failures.pop()
        return await real(**given)

    monkeypatch.setattr(line.deliveries, "arrived", arrived)
    phone = line.phone()
    push = await phone.text("你好")
    assert (push.tries, push.answer) == (2, "silent")
    await phone.sees("echo 你好")
    assert all(seen.text != OUT_OF_SERVICE for seen in phone.screen)


async def test_a_long_answer_fits_the_quota_and_what_does_not_is_read_on_in_order(open_line: Open) -> None:
    """Five messages for a message; the sixth would be refused by the platform, so it is never tried."""
    line = await open_line()
    lines = [f"第{n}段。" + "细则" * 290 for n in range(16)]

    async def much(turn: Turn, context: dict[str, Any]) -> EngineReply:
        return EngineReply(outputs=[{"text": text} for text in lines])

    line.engine.answer = much
    phone = line.phone()
    await phone.text("全部规定")
    await phone.until(lambda seen: "继续" in seen.all_text)
    for _ in range(6):
        if lines[-1] in "".join(seen.text for seen in phone.screen):
            break
        before = len(phone.screen)
        await phone.text("继续")
        await phone.until(lambda seen: "继续" in seen.all_text or "第15段" in seen.text, after=before)
        assert len(phone.screen) - before <= 5
    whole = "".join(seen.text for seen in phone.screen)
    assert [whole.index(f"第{n}段") for n in range(16)] == sorted(whole.index(f"第{n}段") for n in range(16))
    assert line.platform.refused == {} and await line.said() == ["全部规定"]


async def test_an_answer_after_the_window_waits_for_him(open_line: Open) -> None:
    line = await open_line()
    phone = line.phone()
    line.engine.gate = asyncio.Event()
    await phone.text("你好")
    line.platform.clock.advance(48 * 3600 + 1)
    line.engine.gate.set()
    async with asyncio.timeout(60):
        while not line.platform.refused:
            await asyncio.sleep(0.02)
    with pytest.raises(AssertionError):
        await phone.sees("echo 你好", seconds=1)
    assert line.platform.refused == {45015: 1}, "it is not tried again and again"
    await phone.text("还在吗")
    await phone.sees("echo 还在吗")
    said = [seen.text for seen in phone.screen]
    assert "echo 你好" in said[0] and "echo 还在吗" in said[-1]


async def test_messages_that_overtake_each_other_are_each_answered_once(open_line: Open) -> None:
    line = await open_line()
    phone = line.phone()
    line.platform.weather.held = True
    pushes = [asyncio.create_task(phone.text(f"第{n}句")) for n in range(4)]
    await asyncio.sleep(0.05)
    line.platform.weather.held, line.platform.weather.copies = False, 1
    line.platform.pusher.release(backwards=True)
    await asyncio.gather(*pushes)
    await phone.sees("第0句")
    for n in range(4):
        await phone.sees(f"第{n}句")
    said = "\n".join(await line.said())
    assert all(said.count(f"第{n}句") == 1 for n in range(4))
