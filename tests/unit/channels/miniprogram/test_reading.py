"""Reading pushes and templates of the mini-program, without any store."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import CardPart, MenuPart, Refused, TextPart
from channels.miniprogram.catalogue import templates as catalogue
from channels.miniprogram.reading import fields_of, read_push, scene_payload
from channels.miniprogram.templates import Unfit, fitted, read_templates
from channels.miniprogram.writing import customer_message, page_of
from channels.wechat.errors import Malformed
from channels.wechat.pushes import Said, Sent, Unread

FROM = {"ToUserName": "gh_1", "FromUserName": "oAnna", "CreateTime": "1700000000"}


def json_push(more: str) -> bytes:
    return ('{"ToUserName": "gh_1", "FromUserName": "oAnna", "CreateTime": 1700000000, ' + more + "}").encode()


def test_both_formats_of_the_platform_mean_the_same() -> None:
    xml = (
        "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[oAnna]]></FromUserName><CreateTime>1700000000</CreateTime>"
        "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content><MsgId>1234567890123456</MsgId></xml>"
    ).encode()
    json = json_push('"MsgType": "text", "Content": "你好", "MsgId": 1234567890123456')
    assert read_push(fields_of(xml)) == read_push(fields_of(json))
    assert read_push(fields_of(json)).id == "1234567890123456" and "oAnna" not in repr(read_push(fields_of(json)))


@pytest.mark.parametrize(
    ("more", "deed"),
    [
        ('"MsgType": "text", "Content": "  "', Unread("unsupported")),
        ('"MsgType": "text", "Content": {"a": 1}', Unread("unsupported")),
        ('"MsgType": "image", "PicUrl": "u", "MediaId": "m"', Sent("picture", "m")),
        ('"MsgType": "miniprogrampage", "Title": "t", "PagePath": "pages/me/me"', Said("text", "t")),
        ('"MsgType": "miniprogrampage", "Title": "t", "PagePath": "/pages/guide/guide?id=g-1"', Said("scene", "g-1", label="t")),
        ('"MsgType": "miniprogrampage", "PagePath": "x"', Unread("unsupported")),
        ('"MsgType": "event", "Event": "user_enter_tempsession", "SessionFrom": "booking"', Said("scene", "booking", label="[进入客服]", allows="enter")),
        ('"MsgType": "event", "Event": "subscribe_msg_sent_event", "List": []', Unread()),
        ('"MsgType": "hologram"', Unread("unsupported")),
    ],
)  # fmt: skip
def test_what_he_did_is_understood(more: str, deed: object) -> None:
    assert read_push(fields_of(json_push(more))).deed == deed


def test_an_event_without_a_number_is_known_by_who_did_what_when() -> None:
    def event(who: str, when: str) -> str:
        return read_push({**FROM, "FromUserName": who, "CreateTime": when, "MsgType": "event", "Event": "user_enter_tempsession"}).id

    assert event("oAnna", "1") == event("oAnna", "1") != event("oBert", "1") and event("oAnna", "1") != event("oAnna", "2")
    assert "oAnna" not in event("oAnna", "1")


@given(body=st.binary(max_size=400))
def test_whatever_bytes_come_they_are_refused_or_read(body: bytes) -> None:
    for made in (body, b"{" + body, b"<xml>" + body):
        try:
            read_push(fields_of(made))
        except Malformed:
            continue


def test_a_scene_is_a_name_of_ours_or_a_guide_we_know() -> None:
    assert scene_payload("human", lambda _: False) == "/human"
    assert scene_payload("a-guide", lambda g: g == "a-guide") == '/choose_item{"guide_id": "a-guide"}'
    assert scene_payload("a-guide", lambda _: False) is scene_payload('"}/human', lambda _: True) is scene_payload("", lambda _: True) is None


def test_a_card_is_a_page_then_a_link_then_words() -> None:
    card = CardPart(title="申请表", text="还差：电话", url="https://h5.example/#/form/fm_1", page="/#/form/fm_1", source="form")
    assert customer_message("o", card, cover="m")["miniprogrampage"] == {
        "title": "申请表",
        "pagepath": "pages/form/form?id=fm_1",
        "thumb_media_id": "m",
    }
    assert customer_message("o", card)["link"]["url"] == "https://h5.example/#/form/fm_1"
    assert customer_message("o", card.model_copy(update={"url": ""})) == {"touser": "o", "msgtype": "text", "text": {"content": "申请表\n还差：电话"}}
    assert customer_message("o", TextPart(text="好"))["text"] == {"content": "好"}
    assert page_of("/#/somewhere") == "pages/chat/chat"
    with pytest.raises(Refused):
        customer_message("o", MenuPart(head="a", choices=[]))


# — templates —


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "templates.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_template_has_the_shipped_fields_unless_the_operator_says_otherwise(tmp_path: Path) -> None:
    found = read_templates(written(tmp_path, "visit_booked: {id: T1}\nticket_answered: {id: T2, fields: {thing9: hint}}\n"))
    assert found["visit_booked"].fields == catalogue()["templates"]["visit_booked"]["fields"] and found["ticket_answered"].fields == {
        "thing9": "hint"
    }
    assert read_templates(None) == {}


@pytest.mark.parametrize(
    "text",
    [
        "visit_bookd: {id: T1}", "visit_booked: {}", "visit_booked: {id: T1, fields: {thing1: note}}", "visit_booked: T1", "- visit_booked",
        "visit_booked: {id: T1, kinds: [nothing]}", "visit_booked: {id: [", "visit_booked: {id: T1}\nvisit_tomorrow: {id: T2, lasting: true}",
        "visit_booked: {id: T1}\nvisit_tomorrow: {id: T2}\nvisit_changed: {id: T3}\nticket_answered: {id: T4, asked: [booking]}",
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_right_is_refused_by_the_name_of_its_setting(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match="BANGBAN_MINIPROGRAM_TEMPLATES"):
        read_templates(written(tmp_path, text))


def test_a_file_that_is_not_there_is_refused_too(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="BANGBAN_MINIPROGRAM_TEMPLATES"):
        read_templates(tmp_path / "nowhere.yml")


def test_every_notice_has_a_shipped_template_and_every_template_words_that_fit() -> None:
    from services.notices.service import KINDS

    entries = catalogue()["templates"].values()
    assert sorted(kind for entry in entries for kind in entry["kinds"]) == sorted(KINDS)
    for entry in entries:
        for field, name in entry["fields"].items():
            if name in ("state", "hint"):
                assert [fitted(field, catalogue()[name][kind]) for kind in entry["kinds"]] == [catalogue()[name][kind] for kind in entry["kinds"]]


@pytest.mark.parametrize(
    ("field", "value", "fits"),
    [
        ("thing1", "一" * 20, "一" * 20), ("thing12", "一" * 21, "一" * 19 + "…"), ("thing1", " 两\n行 ", "两 行"), ("character_string2", "BB-1", "BB-1"),
        ("phrase3", "不予受理", "不予受理"), ("time4", "2026年11月25日 09:00", "2026年11月25日 09:00"),
    ],
)  # fmt: skip
def test_words_are_cut_to_their_field(field: str, value: str, fits: str) -> None:
    assert fitted(field, value) == fits


@pytest.mark.parametrize(
    ("field", "value"),
    [("thing1", ""), ("character_string1", "编号一"), ("character_string1", "A" * 33), ("phrase1", "六个字六个字"), ("phrase1", "abc")],
)
def test_codes_are_never_cut(field: str, value: str) -> None:
    with pytest.raises(Unfit):
        fitted(field, value)
