"""XML in resolves nothing and cannot grow; XML out cannot be broken out of."""

from __future__ import annotations

import contextlib
import time
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.wechat import xml
from channels.wechat.errors import Malformed

PUSH = "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><CreateTime>17</CreateTime><Content><![CDATA[办<身份证> & 多少钱]]></Content><E/></xml>"
LAUGHS = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "haha">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


def test_a_push_is_read() -> None:
    assert xml.read(PUSH.encode()) == {"ToUserName": "gh_1", "CreateTime": "17", "Content": "办<身份证> & 多少钱", "E": ""}


def test_elements_inside_elements_and_repeated_ones_are_read() -> None:
    body = b"<xml><Info><item><A>1</A></item><item><A>2</A></item></Info></xml>"
    assert xml.read(body) == {"Info": {"item": [{"A": "1"}, {"A": "2"}]}}
    assert xml.text_of(xml.read(body), "Info") == "" == xml.text_of({}, "Info")


HOSTILE = {
    "a bomb": f"{LAUGHS}]><xml><Content>&i;</Content></xml>",
    "a quadratic bomb": f'<!DOCTYPE x [<!ENTITY a "{"a" * 50000}">]><xml><Content>{"&a;" * 500}</Content></xml>',
    "a file": '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><Content>&f;</Content></xml>',
    "an address": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/evil.dtd"><xml><Content>a</Content></xml>',
    "a parameter": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]><xml/>',
    "a plain doctype": "<!DOCTYPE xml><xml><Content>a</Content></xml>",
    "an entity nobody defined": "<xml><Content>&lol;</Content></xml>",
    "another root": "<html><body>no</body></html>",
    "two roots": "<xml/><xml/>",
    "an open end": "<xml><Content>",
    "too deep": "<xml>" + "<a>" * 40 + "</a>" * 40 + "</xml>",
    "too many": "<xml>" + "<a/>" * 5000 + "</xml>",
    "an unknown encoding": '<?xml version="1.0" encoding="no-such"?><xml/>',
    "nothing": "",
    "JSON": '{"xml": 1}',
    "a control character": "<xml><Content>\x00</Content></xml>",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_xml_is_refused_at_once(body: str) -> None:
    began = time.process_time()
    with pytest.raises(Malformed):
        xml.read(body.encode())
    assert time.process_time() - began < 0.5


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_and_nothing_else(body: bytes) -> None:
    with contextlib.suppress(Malformed):
        assert isinstance(xml.read(body), dict)


@given(st.text(max_size=200))
def test_any_text_is_written_so_that_it_stays_one_text(text: str) -> None:
    root = ElementTree.fromstring(xml.write({"Content": text, "N": 5}))
    kept = xml._NOT_XML.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    assert [(child.tag, child.text or "") for child in root] == [("Content", kept), ("N", "5")]


def test_a_text_that_ends_its_own_quotation_does_not() -> None:
    evil = "a]]></Content><MsgType><![CDATA[image]]>"
    root = ElementTree.fromstring(xml.write({"Content": evil, "MsgType": "text"}))
    assert [child.tag for child in root] == ["Content", "MsgType"] and root[0].text == evil


def test_articles_are_written_as_items() -> None:
    assert xml.write({"Articles": [{"Title": "a"}]}) == b"<xml><Articles><item><Title><![CDATA[a]]></Title></item></Articles></xml>"
