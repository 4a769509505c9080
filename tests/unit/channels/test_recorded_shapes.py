"""Payloads as the platforms write them (``tests/fixtures/channels``), each with what it means to us."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from channels.miniprogram import reading as mini
from channels.wechat import xml
from channels.wechat.api import decoded, errcode_in, kind_of
from channels.wechat.pushes import Deed, Left, Said, Sent, Undelivered, Unread
from channels.wechat_oa import reading as oa
from channels.wecom_kf import reading as kf
from common.settings import ROOT

SHAPES = Path(ROOT) / "tests" / "fixtures" / "channels"
PICTURE, VOICE = "bv9WdFXCqZl2Kx8Yc0mHs7uD5n_aTgVq4eR1tP6y", "tQ5uV8wX2yZ1aB3cD4eF6gH7iJ9kL0mN"
QUESTION = Said("text", "身份证丢了怎么办")
NOTHING = Unread()
OFFICIAL: dict[str, Deed] = {
    "text": QUESTION,
    "text_of_a_menu": Said("entry", "17.1", label="丢了补办", allows="menu"),
    "image": Sent("picture", PICTURE),
    "voice": Sent("voice", VOICE, "amr"),
    "video": Unread("unsupported"),
    "shortvideo": Unread("unsupported"),
    "location": Said("payload", '/set_region{"region": "天河区"}', label="[位置] 天河区"),
    "location_far_away": Unread("where"),
    "link": Said("text", "补领身份证要带什么"),
    "subscribe": Said("scene", "", label="[关注]", allows="follow"),
    "subscribe_by_a_code": Said("scene", "booking", label="[关注]", allows="follow"),
    "unsubscribe": Left(),
    "scan": Said("scene", "shen-fen-zheng-bu-ling", label="[扫码]", allows="scan"),
    "template_blocked": Undelivered("4173840233481256962", "user block"),
    "template_failed": Undelivered("4173840233481256963", "system failed"),
    "template_sent": NOTHING,
    "click": Said("payload", "/ask_progress", label="查进度", allows="menu"),
    **dict.fromkeys(
        ("click_of_a_key_we_have_not", "view", "view_miniprogram", "reported_location", "scancode_push", "pic_sysphoto", "subscribe_message_popup",
         "session_of_the_platforms_own_tool"), NOTHING,
    ),
}  # fmt: skip
MINI: dict[str, Deed] = {
    "text": QUESTION,
    "image": Sent("picture", PICTURE),
    "card": Said("scene", "shen-fen-zheng-bu-ling", label="居民身份证丢失补领"),
    "enter": Said("scene", "booking", label="[进入客服]", allows="enter"),
    "subscribe_message_sent": NOTHING,
    "subscribe_message_popup": NOTHING,
}
UNKNOWN = {"video": "[视频]", "file": "[文件]", "business_card": "[名片]", "msgmenu": "[菜单]", "merged_msg": "[聊天记录]", "channels": "[消息]"}
ITEMS: list[kf.Deed] = [
    kf.Said("text", "身份证丢了怎么办"), kf.Said("entry", "17.1", label="丢了补办"), kf.Sent("picture", "2iSLeVyqzk4eX0IB5kTi9Ljfa2rt9dwfq5WKRQ4Nvvgw"),
    kf.Sent("voice", "2iSLeVyqzk4eX0IB5kTi9Ljfa2rt9dwfq5WKRQ4Nvvgx"), kf.Unread("unsupported", UNKNOWN["video"]),
    kf.Unread("unsupported", UNKNOWN["file"]), kf.Said("payload", '/set_region{"region": "海珠区"}', label="[位置] 海珠区"),
    kf.Said("text", "补领身份证要带什么"), kf.Unread("unsupported", UNKNOWN["business_card"]), kf.Said("text", "粤省事"),
    kf.Unread("unsupported", UNKNOWN["msgmenu"]), kf.Unread("unsupported", UNKNOWN["merged_msg"]), kf.Unread("unsupported", UNKNOWN["channels"]),
    kf.Served("您好，我是值班人员"),
    kf.Entered(("booking",), "SSOOMMEE_WELCOME_CODE"), kf.Failed("0123456789abcdef0123456789abcdef", 4), kf.Moved(1, "TAKEN_CODE"),
    kf.Moved(3, "END_CODE"), kf.Recalled("4Wfx0001mZz8aBcDeFgH"), kf.Switched(off=True),
    kf.Recalled("4Wfx0014mZz8aBcDeFgH", served=True),
]  # fmt: skip
SILENT = ["servicer_status_change"]  # nothing of a customer's talk changes


def files(folder: str) -> list[Path]:
    return sorted(path for path in (SHAPES / folder).iterdir())


@pytest.mark.parametrize("path", files("wechat_oa"), ids=lambda path: path.stem)
def test_a_push_of_an_official_account(path: Path) -> None:
    push = oa.read_push(xml.read(path.read_bytes()))
    assert push.deed == OFFICIAL[path.stem] and push.account.startswith("gh_")
    assert (push.id == "24862419873154021") == ("MsgId" in xml.read(path.read_bytes()))


@pytest.mark.parametrize("path", files("miniprogram"), ids=lambda path: path.name)
def test_a_push_of_a_mini_program(path: Path) -> None:
    assert mini.read_push(mini.fields_of(path.read_bytes())).deed == MINI[path.stem]


def test_a_page_of_a_corporations_messages() -> None:
    page: dict[str, Any] = decoded(httpx.Response(200, content=(SHAPES / "wecom_kf" / "sync_msg.json").read_bytes()))
    open_kfid = page["msg_list"][0]["open_kfid"]
    read = [kf.read_item(raw, open_kfid) for raw in page["msg_list"]]
    assert [item.deed for item in read if item is not None] == ITEMS
    assert [raw["event"]["event_type"] for raw, item in zip(page["msg_list"], read, strict=True) if item is None] == SILENT
    assert len({item.id for item in read if item is not None}) == len(ITEMS) and page["has_more"] == 1


def test_a_signal() -> None:
    signal = xml.read((SHAPES / "wecom_kf" / "signal.xml").read_bytes())
    assert (signal["Event"], signal["OpenKfId"][:2], signal["Token"][:3]) == ("kf_msg_or_event", "wk", "ENC")


@pytest.mark.parametrize(("name", "entry"), orjson.loads((SHAPES / "platform" / "answers.json").read_bytes()).items())
def test_an_answer_of_an_interface(name: str, entry: dict[str, Any]) -> None:
    assert kind_of(errcode_in(httpx.Response(200, json=entry["body"]))) == entry["means"]


def test_no_meaning_is_without_its_payload() -> None:
    assert {path.stem for path in files("wechat_oa")} == set(OFFICIAL) and {path.stem for path in files("miniprogram")} == set(MINI)
