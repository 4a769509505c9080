"""Entries of ``sync_msg`` in the shapes of the platform's document (94670), and parts in the shapes of 94677."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import MenuChoice, MenuPart, Refused, TextPart, TypedPart
from channels.wecom_kf.reading import Entered, Failed, Item, Moved, Recalled, Said, Sent, Served, Switched, Unread, read_item, scene_payload
from channels.wecom_kf.writing import written

KFID, WHO = "wkAJ2GCAAASSm4_FhToWMFea0xAFfd3Q", "wmAJ2GCAAAme1XQRC-NI-q0_ZM9ukoAw"


def message(kind: str, content: dict[str, Any], *, origin: int = 3, **more: Any) -> Item | None:
    raw = {"msgid": "from_msgid_4622416642169452483", "open_kfid": KFID, "external_userid": WHO, "send_time": 1615478585, "origin": origin}
    return read_item({**raw, "msgtype": kind, kind: content, **more}, KFID)


def event(kind: str, **fields: Any) -> Any:
    content = {"event_type": kind, "open_kfid": KFID, "external_userid": WHO, **fields}
    found = read_item({"msgid": "m1", "send_time": 1615478585, "origin": 4, "msgtype": "event", "event": content}, KFID)
    return found.deed if found else None


@pytest.mark.parametrize(
    ("kind", "content", "deed"),
    [
        ("text", {"content": "你好", "menu_id": "101"}, Said("entry", "101", label="你好")),
        ("text", {"content": "你好"}, Said("text", "你好")),
        ("text", {"content": "  "}, Unread("unsupported", "[消息]")),
        ("image", {"media_id": "2iSLeVyqzk4eX0IB5kTi9Ljfa2rt9dwfq5WKRQ4Nvvgw"}, Sent("picture", "2iSLeVyqzk4eX0IB5kTi9Ljfa2rt9dwfq5WKRQ4Nvvgw")),
        ("image", {}, Unread("unsupported", "[图片]")),
        ("voice", {"media_id": "v1"}, Sent("voice", "v1")),
        ("video", {"media_id": "v1"}, Unread("unsupported", "[视频]")),
        ("location", {"latitude": 23.106021881103501, "longitude": 113.320503234863, "name": "广州国际媒体港", "address": "广东省广州市海珠区滨江东路"},
         Said("payload", '/set_region{"region": "海珠区"}', label="[位置] 海珠区")),
        ("location", {"latitude": "north"}, Unread("where", "[位置]")),
        ("link", {"title": "TITLE", "desc": "DESC", "url": "URL", "pic_url": "PIC"}, Said("text", "TITLE")),
        ("miniprogram", {"title": "TITLE", "appid": "APPID", "pagepath": "PAGE", "thumb_media_id": "T"}, Said("text", "TITLE")),
        ("business_card", {"userid": "USERID"}, Unread("unsupported", "[名片]")),
        ("channels_shop_order", {"order_id": "1"}, Unread("unsupported", "[消息]")),
    ],
)  # fmt: skip
def test_what_a_customer_sent_is_read(kind: str, content: dict[str, Any], deed: object) -> None:
    found = message(kind, content)
    assert found is not None and found.deed == deed and found.spoken and WHO not in repr(found)


def test_what_a_servicer_wrote_is_his() -> None:
    said = message("text", {"content": "您好"}, origin=5, servicer_userid="Zhangsan")
    shown = message("image", {"media_id": "x"}, origin=5)
    assert said is not None and said.deed == Served("您好") and not said.spoken
    assert shown is not None and shown.deed == Served("[图片]")


def test_events_are_read() -> None:
    assert event("enter_session", scene="123", scene_param="abc%3D1", welcome_code="aaaaaa") == Entered(("abc=1", "123"), "aaaaaa")
    assert event("enter_session") == Entered(())
    assert event("msg_send_fail", fail_msgid="FAIL_MSGID", fail_type=4) == Failed("FAIL_MSGID", 4)
    assert event("session_status_change", change_type=1, old_servicer_userid="", new_servicer_userid="LISI", msg_code="MSG_CODE") == Moved(
        1, "MSG_CODE"
    )
    assert event("user_recall_msg", recall_msgid="MSGID") == Recalled("MSGID")
    assert event("reject_customer_msg_switch_change", reject_switch=1) == Switched(True)
    assert event("servicer_status_change", servicer_userid="LISI", status=1) is None
    assert event("something_new") is None


_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner),
)


@given(raw=_anything, kind=st.sampled_from(["text", "image", "location", "event", "x"]), content=_anything)
def test_nothing_the_platform_may_say_breaks_the_reading(raw: Any, kind: str, content: Any) -> None:
    assert read_item(raw, KFID) is None or isinstance(raw, dict)
    read_item({"msgid": "m", "send_time": 1, "origin": 3, "external_userid": WHO, "msgtype": kind, kind: content}, KFID)


def test_a_link_opens_at_what_it_says_first() -> None:
    known = {"shen-fen-zheng-bu-ling"}.__contains__
    assert scene_payload(("shen-fen-zheng-bu-ling", "booking"), known) == '/choose_item{"guide_id": "shen-fen-zheng-bu-ling"}'
    assert scene_payload(("nothing", "booking"), known) == "/start_booking"
    assert scene_payload(("Nothing/../x",), known) is None and scene_payload((), known) is None


def test_parts_are_written_as_the_platform_takes_them() -> None:
    assert written(TextPart(text="您好")) == {"msgtype": "text", "text": {"content": "您好"}}
    menu = written(MenuPart(head="请选", choices=[MenuChoice(key="3.0", label="补领")], tail="或者直接说"))
    entry = {"type": "click", "click": {"id": "3.0", "content": "补领"}}
    assert menu == {"msgtype": "msgmenu", "msgmenu": {"head_content": "请选", "list": [entry], "tail_content": "或者直接说"}}
    with pytest.raises(Refused):
        written(TypedPart(messages=[]))
