"""What a citizen of 微信客服 does and is shown: every kind of message, the greeting, menus, what did not arrive."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from channels.wechat.api import table
from services.conversations.model import EngineReply, Turn
from services.deliveries.tables import address
from services.speech.ports import NotHeard, RecogniserDown
from tests.fakes.wechat import Fault
from tests.integration.channels.wecom_kf.conftest import Corp, Open

pytestmark = pytest.mark.timeout(600)
SEND, ON_EVENT, MEDIA = "/cgi-bin/kf/send_msg", "/cgi-bin/kf/send_msg_on_event", "/cgi-bin/media/get"


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    return out.getvalue()


async def choices(turn: Turn, context: dict[str, Any]) -> EngineReply:
    if turn.kind == "payload":
        return EngineReply(outputs=[{"text": f"tapped {turn.original}"}])
    buttons = [{"title": "补领", "payload": "/affirm"}, {"title": "换领", "payload": "/deny"}]
    return EngineReply(outputs=[{"text": "是补领还是换领？", "buttons": buttons}])


async def test_a_menu_is_tapped_and_the_tap_is_the_button(open_corp: Open) -> None:
    corp = await open_corp()
    corp.desk.engine.answer = choices
    customer = corp.customer()
    await customer.text("身份证")
    menu = await customer.until(lambda seen: seen.kind == "msgmenu")
    assert [label for _, label in menu.choices] == ["补领", "换领"]
    await customer.tap("换领")
    await customer.sees("tapped /deny")


async def test_an_entry_that_is_not_known_any_more_still_says_what_he_wants(open_corp: Open) -> None:
    corp = await open_corp()
    customer = corp.customer()
    await customer.text("补领身份证", menu_id="9999.3")
    await customer.sees("bot：补领身份证")


async def test_a_picture_becomes_an_upload_even_when_it_comes_late(open_corp: Open) -> None:
    corp = await open_corp()
    corp.platform.faults.append(Fault(MEDIA, status=500, times=2))
    customer = corp.customer()
    await customer.picture(jpeg())
    await corp.until(lambda: _said(corp))
    turn = corp.desk.engine.calls[0][0]
    assert turn.kind == "upload"
    kind, body = await corp.desk.conversations.uploaded(upload_id=turn.original, person_id=turn.person_id)
    assert kind == "image/jpeg" and body[:2] == b"\xff\xd8"


async def _said(corp: Corp) -> bool:
    return bool(corp.desk.engine.calls)


async def test_a_picture_that_never_comes_is_asked_for_again_and_holds_up_nobody_else(open_corp: Open) -> None:
    corp = await open_corp()
    corp.platform.faults.append(Fault(MEDIA, status=500, times=99))
    unlucky, other = corp.customer(), corp.customer()
    await unlucky.picture(jpeg())
    await other.text("你好")
    await other.sees("bot：你好")
    await unlucky.text("图片收到了吗")
    await unlucky.sees("请再发一次")
    await unlucky.sees("bot：图片收到了吗")
    assert "请再发一次" in unlucky.screen[0].text, "in the order he wrote"


async def test_what_is_no_picture_and_what_is_no_message_get_a_kind_word(open_corp: Open) -> None:
    corp = await open_corp()
    customer = corp.customer()
    await customer.picture(b"MZ not a picture")
    await customer.sees("打不开")
    await customer.other("video")
    await customer.sees("看不懂")
    await customer.text("长" * 2001)
    await customer.sees("太长")
    await customer.voice(b"#!AMR\nspeech")
    await customer.sees("请您打字")
    assert corp.said() == []


async def test_a_kind_word_is_in_his_characters(open_corp: Open) -> None:
    corp = await open_corp()
    customer, other = corp.customer(), corp.customer()
    await customer.text("我想補領身份證")
    await customer.sees("bot：")
    await customer.other("video")
    await customer.sees("抱歉，這種消息我還看不懂")
    await other.text("我想補領身份證，" * 300)
    await other.sees("這段話太長了")


async def test_speech_is_recognised_where_there_is_a_recogniser(open_corp: Open) -> None:
    corp = await open_corp(voice=True)
    customer = corp.customer()
    await customer.voice(b"#!AMR\nspeech")
    await customer.sees("bot：我要补领身份证")
    corp.recogniser.said = NotHeard()
    await customer.voice(b"#!AMR\nnoise")
    await customer.sees("没听清")
    corp.recogniser.said = RecogniserDown()
    before = len(customer.screen)
    await customer.voice(b"#!AMR\nspeech")
    await customer.sees("没听清", after=before)


async def test_a_location_is_the_district_and_nothing_finer(open_corp: Open) -> None:
    corp = await open_corp()
    customer = corp.customer()
    await customer.location(23.13, 113.32, "广东省广州市天河区体育西路")
    await corp.all_taken()
    assert corp.said() == ['/set_region{"region": "天河区"}']
    await customer.location(39.9, 116.4, "北京市")
    await customer.sees("哪个区")


async def test_a_link_and_a_mini_program_say_their_title(open_corp: Open) -> None:
    corp = await open_corp()
    customer = corp.customer()
    await customer.link("身份证补领指南", "https://example.com/a")
    await customer.sees("bot：身份证补领指南")
    await customer.mini_program("粤省事")
    await customer.sees("bot：粤省事")


async def test_who_enters_is_greeted_once_with_the_code_of_the_event(open_corp: Open) -> None:
    corp = await open_corp()
    customer = corp.customer()
    await customer.enter()
    await customer.sees("bot：/greet")
    assert corp.platform.calls[ON_EVENT] == 1 and corp.platform.calls[SEND] == 0 and customer.session.state == 4
    await customer.text("身份证")
    await customer.sees("bot：身份证")
    assert corp.said() == ["/greet", "身份证"]


async def test_who_comes_by_a_link_of_an_item_is_at_that_item(open_corp: Open) -> None:
    corp = await open_corp()
    first, second, third = corp.customer(), corp.customer(), corp.customer()
    await first.enter("hall", "shen-fen-zheng-bu-ling")
    await first.sees("choose_item")
    await second.enter("booking")
    await second.sees("start_booking")
    await third.enter("no-such-guide", "neither")
    await third.sees("/greet")


async def test_who_has_spoken_already_is_not_greeted(open_corp: Open) -> None:
    corp = await open_corp(start=False)
    customer = corp.customer()
    push = await _entered_and_wrote(corp)
    assert push
    await corp.all_taken()
    assert corp.said() == ["我要补领身份证"]
    assert customer.screen == []


async def _entered_and_wrote(corp: Corp) -> bool:
    """He enters, and writes before anything was pulled."""
    from tests.fakes.wechat.kf import later, new_code

    customer = corp.customer()
    code = new_code(corp.platform, customer.desk, customer.openid, "welcome")
    later(corp.platform, customer.desk, customer.openid, "enter_session", scene="", scene_param="", welcome_code=code)
    customer.put_text("我要补领身份证")
    corp.starts()
    await customer.signal()
    await customer.sees("bot：我要补领身份证")
    return len(customer.screen) == 1


async def test_an_entering_without_a_code_or_long_ago_says_nothing(open_corp: Open) -> None:
    corp = await open_corp()
    customer = corp.customer()
    await customer.enter(welcome=False)
    from tests.fakes.wechat.kf import later, new_code

    code = new_code(corp.platform, customer.desk, customer.openid, "welcome")
    old = later(corp.platform, customer.desk, customer.openid, "enter_session", scene="", scene_param="", welcome_code=code)
    old["send_time"] -= 3600
    await customer.signal()
    await corp.all_taken()
    assert corp.said() == [] and customer.screen == []


async def test_what_was_accepted_and_did_not_arrive_is_sent_when_he_writes_again(open_corp: Open) -> None:
    corp = await open_corp()
    customer = corp.customer()
    await customer.text("你好")
    await customer.sees("bot：你好")
    customer.follower.grants[0].left = 0  # the platform counts otherwise than we do
    await corp.desk.conversations.post(conversation_id=(await corp.talk()).id, messages=[_notice("您的证办好了")])
    await corp.until(lambda: _failed(corp))
    await customer.signal()
    await corp.all_taken()
    assert len(customer.screen) == 1
    await customer.text("我来了")
    await customer.sees("您的证办好了")
    await customer.sees("bot：我来了")
    assert "".join(seen.text for seen in customer.screen).count("您的证办好了") == 1


async def test_what_he_is_sent_after_he_wrote_is_of_the_five_his_words_allow_though_nobody_told_us_of_them_yet(open_corp: Open) -> None:
    corp = await open_corp()
    customer = corp.customer()
    await customer.text("你好")
    await customer.sees("bot：你好")
    talk = (await corp.talk()).id
    customer.put_text("第二句")
    await asyncio.sleep(1.1)  # the platform tells whole seconds: what follows is later for certain
    for n in range(4):
        await corp.desk.conversations.post(conversation_id=talk, messages=[_notice(f"提醒{n}")])
        await customer.sees(f"提醒{n}")
    await customer.signal()
    await customer.sees("bot：第二句")
    await corp.desk.conversations.post(conversation_id=talk, messages=[_notice("第六条")])
    await corp.until(lambda: _parked(corp))
    assert not await _failed(corp), "the platform was asked for more than it gives"
    await customer.text("我来了")
    await customer.sees("第六条")
    await customer.sees("bot：我来了")


async def test_what_did_not_arrive_comes_at_once_if_he_wrote_since_it_was_sent(open_corp: Open) -> None:
    """The word of the failure comes after his own words: it is not left until he writes yet again."""
    corp = await open_corp()
    customer = corp.customer()
    await customer.text("你好")
    await customer.sees("bot：你好")
    customer.follower.grants[0].left = 0
    await corp.desk.conversations.post(conversation_id=(await corp.talk()).id, messages=[_notice("您的证办好了")])
    await corp.until(lambda: _failed(corp))
    items = customer.desk.items
    failure = items.pop()  # it is told late
    await customer.text("我来了")
    await customer.sees("bot：我来了")
    items.append(failure)
    await customer.signal()
    await customer.sees("您的证办好了")
    await corp.all_taken()
    assert "".join(seen.text for seen in customer.screen).count("您的证办好了") == 1


def _notice(text: str) -> Any:
    from services.messages.model import Text

    return Text(sender="system", text=text)


async def _parked(corp: Corp) -> bool:
    return await corp.scalar(sa.select(address.c.parked)) == "quota"


async def _failed(corp: Corp) -> bool:
    items = corp.account.desks["wkBangban0000001"].items
    return any(i.get("event", {}).get("event_type") == "msg_send_fail" for i in items)


@pytest.mark.parametrize(("later", "windows"), [(0, 0), (48 * 3600 + 1, 1)])
async def test_too_many_and_too_late_are_kept_until_he_writes(open_corp: Open, later: int, windows: int) -> None:
    """The platform refuses at once (95001, 95002); it is not tried again and again."""
    corp = await open_corp(kf_fails_later=False)
    customer = corp.customer()
    await customer.text("你好")
    await customer.sees("bot：你好")
    customer.follower.grants[0].left = 0
    corp.platform.clock.advance(later)
    await corp.desk.conversations.post(conversation_id=(await corp.talk()).id, messages=[_notice("您的证办好了")])
    code = 95002 if windows else 95001
    await corp.until(lambda: _refused(corp, code))
    assert corp.platform.refused[code] == 1
    await customer.text("我来了")
    await customer.sees("您的证办好了")
    await customer.sees("bot：我来了")


async def _refused(corp: Corp, code: int) -> bool:
    return corp.platform.refused[code] > 0


async def test_an_answer_whose_yes_got_lost_is_not_shown_twice(open_corp: Open) -> None:
    """The second try is refused, since a number is good once: the first had come through."""
    corp = await open_corp()
    customer = corp.customer()
    await customer.text("你好")
    await customer.sees("bot：你好")
    corp.platform.faults.append(Fault(SEND, status=502, after=True))
    await customer.text("第二句")
    await customer.sees("bot：第二句")
    await customer.text("第三句")
    await customer.sees("bot：第三句")
    assert [seen.text for seen in customer.screen].count("bot：第二句") == 1


@pytest.mark.parametrize(
    "fault",
    [Fault(SEND, away=True), Fault(SEND, errcode=45009), Fault("/cgi-bin/kf/service_state/get", status=502)],
    ids=["no connection", "said no", "never asked"],
)
async def test_a_refusal_after_a_try_that_surely_sent_nothing_is_a_refusal(open_corp: Open, fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a menu that is not taken would count as shown."""
    corp = await open_corp()
    corp.desk.engine.answer = choices
    customer = corp.customer()
    corp.platform.faults += [replace(fault), Fault(SEND, errcode=40058)]
    monkeypatch.setitem(table()["waits_s"], "used_up", 0.1)
    await customer.text("身份证")
    shown = await customer.sees("补领")
    assert shown.kind == "text" and "换领" in shown.text


async def test_what_he_takes_back_is_not_to_be_read_any_more(open_corp: Open) -> None:
    corp = await open_corp()
    customer = corp.customer()
    said = customer.put_text("我的密码是鸭子")
    await customer.signal()
    await customer.sees("bot：")
    await customer.recall(said)
    await corp.all_taken()
    first = (await corp.transcript())[0]
    assert first.sender == "citizen" and first.text == "对方撤回了一条消息"


async def test_who_switches_messages_off_is_sent_nothing_until_he_writes(open_corp: Open) -> None:
    corp = await open_corp()
    customer = corp.customer()
    await customer.text("你好")
    await customer.sees("bot：你好")
    await customer.switch(off=True)
    await corp.all_taken()
    await corp.desk.conversations.post(conversation_id=(await corp.talk()).id, messages=[_notice("提醒")])
    await customer.switch(off=False)
    await corp.all_taken()
    assert len(customer.screen) == 1
    await customer.text("还在吗")
    await customer.sees("提醒")


async def test_events_of_other_kinds_and_broken_items_mean_nothing(open_corp: Open) -> None:
    from tests.fakes.wechat.kf import later, put

    corp = await open_corp()
    customer = corp.customer()
    later(corp.platform, customer.desk, customer.openid, "servicer_status_change", servicer_userid="servicer-1", status=1)
    later(corp.platform, customer.desk, customer.openid, "something_new")
    put(corp.platform, customer.desk, 3, {"msgtype": "text", "text": {"content": "nobody wrote it"}})
    put(corp.platform, customer.desk, 3, {"msgtype": "text", "external_userid": customer.openid, "text": "not an object"})
    await customer.text("你好")
    await customer.sees("bot：你好")
    assert corp.said() == ["你好"]
