"""Callbacks that are forged, replayed, oversized or malformed are refused, and nothing behind the channel is touched."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from channels.wechat.errors import Forged, Malformed, Stale
from channels.wechat.places import district_at
from channels.wechat_oa import menu
from channels.wechat_oa.catalogue import limits
from channels.wechat_oa.channel import OfficialAccount, make
from channels.wechat_oa.reading import Said, Sent, Unread, read_push, scene_payload
from common.errors import BangbanError, TooLarge
from common.settings import Settings
from services.messages.payloads import parse_payload
from tests.fakes.wechat.account import Account
from tests.fakes.wechat.pushing import signed, xml

NOW = 1_790_000_000
FIELDS = {"ToUserName": "gh_bangban000001", "FromUserName": "oCitizen", "CreateTime": NOW, "MsgType": "text", "Content": "你好", "MsgId": 7}


class Untouched:
    """Any use of it fails the test."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"a refused callback reached {name}")


class Seen:
    """Stands behind the channel and counts what it is asked to answer."""

    def __init__(self) -> None:
        self.pushes: list[Any] = []

    async def answer(self, push: Any) -> None:
        self.pushes.append(push)


def channel(account: Account, behind: Any) -> OfficialAccount:
    config = Settings(
        wechat_oa_app_id=account.app_id, wechat_oa_secret=SecretStr(account.secret), wechat_oa_token=SecretStr(account.token),
        wechat_oa_aes_key=None if account.mode == "plain" else SecretStr(account.aes_key), redis_url="redis://127.0.0.1:1/0",
    )  # fmt: skip
    services: Any = SimpleNamespace(vault=None, deliveries=None, conversations=None, knowledge=None, providers=SimpleNamespace(recogniser=None))
    made = OfficialAccount(config=config, services=services, now=lambda: NOW)
    made._answering = behind
    return made


def call(account: Account, query: dict[str, str], body: bytes, behind: Any = None) -> Any:
    request: Any = SimpleNamespace(method="POST", args=query, body=body)
    return asyncio.run(channel(account, behind or Untouched()).callback(request))


def push(account: Account, **changes: Any) -> tuple[dict[str, str], bytes]:
    return signed(account, {**FIELDS, **changes}, wall=NOW)


def test_an_account_that_cannot_ask_who_opens_a_page_leads_to_guides_only() -> None:
    made = channel(Account(), Untouched())
    made.verified = False
    assert made.page_url("gh_1", "https://bangban.example/", "/#/guide/hukou-qianru") == "https://bangban.example/#/guide/hukou-qianru"
    assert [made.page_url("gh_1", "https://bangban.example", page) for page in ("/", "/#/form/fm_1", "/#/me")] == ["", "", ""]


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
def test_a_true_push_gets_through(mode: Any) -> None:
    seen, account = Seen(), Account(mode=mode)
    assert call(account, *push(account), seen).body == b"success"
    assert seen.pushes[0].deed == Said("text", "你好") and "oCitizen" not in repr(seen.pushes[0])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda q, b: ({**q, "msg_signature": "0" * 40}, b),
        lambda q, b: ({**q, "nonce": q["nonce"] + "1"}, b),
        lambda q, b: ({**q, "timestamp": str(NOW + 1)}, b),
        lambda q, b: ({k: v for k, v in q.items() if k != "msg_signature"}, b),
        lambda q, b: ({k: v for k, v in q.items() if k != "encrypt_type"}, b),
        lambda q, b: ({**q, "encrypt_type": "raw"}, xml(FIELDS).encode()),
        lambda q, b: (q, b.replace(b"<Encrypt><![CDATA[", b"<Encrypt><![CDATA[A")),
        lambda q, b: (q, xml(FIELDS).encode()),
        lambda q, b: ({}, b),
        lambda q, b: ({**q, "msg_signature": q["signature"]}, b),
    ],
)
def test_in_safe_mode_nothing_counts_but_what_is_encrypted_and_signed(spoil: Any) -> None:
    account = Account()
    with pytest.raises((Forged, Malformed)):
        call(account, *spoil(*push(account)))


def test_a_push_encrypted_for_another_account_is_refused_though_signed_with_our_token() -> None:
    ours = Account()
    other = Account(app_id="wxffffffffffffffff", aes_key=ours.aes_key)
    with pytest.raises(Forged):
        call(ours, *push(other))


@pytest.mark.parametrize("age", [301, 3600, -301])
def test_a_push_of_another_time_is_a_replay(age: int) -> None:
    account = Account()
    with pytest.raises(Stale):
        call(account, *signed(account, FIELDS, wall=NOW - age))


def test_an_oversized_push_is_refused_before_it_is_read() -> None:
    account = Account()
    query, _ = push(account)
    with pytest.raises(TooLarge):
        call(account, query, b"<xml>" + b"a" * limits()["max_body"])


HOSTILE = [
    '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><ToUserName>gh_1</ToUserName><Content>&f;</Content></xml>',
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><xml><Content>&b;&b;&b;</Content></xml>',
    "<xml><ToUserName>gh_1</ToUserName></xml>",
    "<xml><ToUserName>gh_1</ToUserName><FromUserName>o 1\n2</FromUserName><MsgType>text</MsgType></xml>",
    f"<xml><ToUserName>gh_1</ToUserName><FromUserName>{'o' * 65}</FromUserName><MsgType>text</MsgType></xml>",
    "<xml><ToUserName><a/></ToUserName><FromUserName>o1</FromUserName><MsgType>text</MsgType></xml>",
    "not xml",
    "",
]


@pytest.mark.parametrize("mode", ["plain", "safe"])
@pytest.mark.parametrize("body", HOSTILE)
def test_hostile_xml_is_refused_even_from_who_knows_the_secrets(mode: Any, body: str) -> None:
    account = Account(mode=mode)
    with pytest.raises(Malformed):
        call(account, *signed(account, FIELDS, wall=NOW, body=body))


@settings(deadline=None, max_examples=60)
@given(query=st.dictionaries(st.sampled_from(["signature", "msg_signature", "timestamp", "nonce", "encrypt_type", "echostr"]), st.text(max_size=60)),
       body=st.binary(max_size=300))  # fmt: skip
def test_rubbish_is_refused_with_an_error_of_ours_and_no_effect(query: dict[str, str], body: bytes) -> None:
    for mode in ("plain", "safe"):
        with pytest.raises(BangbanError):
            call(Account(mode=mode), query, body)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_one_changed_byte_of_a_true_push_is_refused_or_changes_nothing(data: st.DataObject) -> None:
    """Bytes outside the ciphertext (white space, the account's name) are not signed and not believed either."""
    account, seen = Account(), Seen()
    query, body = push(account)
    spoilt = bytearray(body)
    spoilt[data.draw(st.integers(0, len(body) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        call(account, query, bytes(spoilt), seen)
    except BangbanError:
        assert seen.pushes == []
    else:
        assert seen.pushes == [read_push({k: str(v) for k, v in FIELDS.items()})]


@settings(deadline=None, max_examples=100)
@given(st.dictionaries(
    st.sampled_from(["MsgType", "Content", "Event", "EventKey", "MsgId", "CreateTime", "MediaId", "Location_X", "Location_Y", "Label", "Title", "bizmsgmenuid"]),
    st.one_of(st.text(max_size=80), st.sampled_from(["text", "event", "image", "location", "voice", "link", "subscribe", "SCAN", "CLICK", "nan", "1e999"])),
))  # fmt: skip
def test_whatever_stands_in_the_fields_is_read_as_something_harmless(fields: dict[str, str]) -> None:
    try:
        found = read_push({"ToUserName": "gh_1", "FromUserName": "o1", **fields})
    except Malformed:
        assert not fields.get("MsgType", "").strip()
        return
    assert len(found.id) <= 33 and found.id.isascii() and found.id.isalnum()
    if isinstance(found.deed, Said) and found.deed.kind == "payload":
        parse_payload(found.deed.content)
    if isinstance(found.deed, Said) and found.deed.kind == "scene":
        parse_payload(scene_payload(found.deed.content, lambda _: True))


@pytest.mark.parametrize("key", ["", "x" * 500, '"}', "../..", "身份证", "A-B", "a--b", "booking", "shen-fen-zheng"])
def test_any_scene_opens_with_something_that_may_be_said(key: str) -> None:
    assert parse_payload(scene_payload(key, lambda _: True)) and scene_payload(key, lambda _: False).startswith("/")


def test_events_without_number_are_told_apart_by_who_when_and_what_and_the_id_does_not_say_who() -> None:
    event = {"ToUserName": "gh_1", "FromUserName": "oSecretOpenId", "CreateTime": "5", "MsgType": "event", "Event": "CLICK", "EventKey": "human"}
    ids = {read_push({**event, **c}).id for c in ({}, {}, {"CreateTime": "6"}, {"FromUserName": "o2"}, {"Event": "VIEW"}, {"EventKey": "ask"})}
    assert len(ids) == 5 and not any("oSecret" in i for i in ids)


def test_pictures_and_stickers_and_empty_words_are_told_apart() -> None:
    base = {"ToUserName": "gh_1", "FromUserName": "o1", "MsgId": "1"}
    assert read_push({**base, "MsgType": "image", "MediaId": "m"}).deed == Sent("picture", "m")
    assert read_push({**base, "MsgType": "text", "Content": "  "}).deed == Unread("unsupported")


@pytest.mark.parametrize(
    ("north", "east", "label", "district"),
    [
        (23.1, 113.3, "广州市越秀区北京路", "越秀区"), (22.94, 113.38, "", "番禺区"), (23.55, 113.59, "", "从化区"), (39.9, 116.4, "北京市朝阳区", None),
        (26.68, 106.62, "贵州省贵阳市白云区", None), (23.82, 113.97, "广东省广州市从化区吕田镇", "从化区"), (float("nan"), 113.3, "", None), (float("inf"), 0, "", None), (0, 0, "", None),
    ],
)  # fmt: skip
def test_a_location_is_a_district_or_nothing(north: float, east: float, label: str, district: str | None) -> None:
    assert district_at(north, east, label) == district


def test_the_menu_fits_the_platform_and_every_key_says_something() -> None:
    made = menu.buttons("https://bangban.example/")
    assert len(made["button"]) <= 3 and all(len(b.get("sub_button", [])) <= 5 for b in made["button"])
    assert "https://bangban.example/" in str(made) and "view" not in str(menu.buttons(None))
    assert all(parse_payload(payload) for payload in menu.menu()["keys"].values())


@pytest.mark.parametrize(
    "entries",
    [[{"name": "a", "key": "no-such"}], [{"name": "a", "key": "human"}] * 4, [{"name": "a", "entries": [{"name": "b", "key": "human"}] * 6}], []],
)
def test_a_menu_the_platform_would_refuse_is_refused_here(entries: list[dict[str, Any]]) -> None:
    with pytest.raises(ValueError):
        menu.buttons(None, written={"menu": entries, "keys": {"human": "/human"}})


def test_without_an_app_id_there_is_no_channel_and_half_of_the_settings_is_a_mistake() -> None:
    services: Any = None
    assert make(Settings(), services) is None
    with pytest.raises(ValueError, match="together"):
        make(Settings(wechat_oa_app_id="wx1"), services)
