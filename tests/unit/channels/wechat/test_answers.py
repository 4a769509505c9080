"""What the platform answers is read as it is written, not as it should be: one odd message must not hold up all that come after it."""

from __future__ import annotations

import contextlib

import httpx
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.wechat.api import _written, decoded, errcode_in
from services.deliveries.errors import TryLater


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (b"a\x14b\x00c", "a\x14b\x00c"),
        (b"a\\u0000b", "a\x00b"),
        (b"half \\ud83d", "half ?"),
        (b"bytes \xed\xa0\xbd", "bytes \ufffd\ufffd\ufffd"),
        (b"a\nb", "a\nb"),
    ],
)
def test_a_page_with_odd_characters_is_read(said: bytes, read: str) -> None:
    reply = httpx.Response(200, content=b'{"errcode": 0, "next_cursor": "2", "msg_list": [{"text": {"content": "' + said + b'"}}]}')
    found = decoded(reply)
    assert found["next_cursor"] == "2" and found["msg_list"][0]["text"]["content"] == read and errcode_in(reply) == 0
    assert orjson.loads(orjson.dumps(found)) == found, "and can be kept"


@given(
    st.binary(max_size=200).map(lambda rest: b"{" + rest)
    | st.sampled_from([b"", b"[1]", b"{" * 100_000, b"<html>", b'{"a":' * 5000 + b"1" + b"}" * 5000])
)
def test_whatever_comes_is_an_object_or_tried_later(content: bytes) -> None:
    reply = httpx.Response(200, content=content)
    assert isinstance(errcode_in(reply), int)
    with contextlib.suppress(TryLater):
        assert isinstance(decoded(reply), dict)


@given(st.text(max_size=80))
def test_what_is_sent_has_no_escapes_but_those_of_its_own_marks(text: str) -> None:
    sent = orjson.loads(_written({"text": {"content": text}}))["text"]["content"]
    assert sent == "".join(c for c in text if c >= " " or c in "\n\r\t\b\f")


def test_backslashes_are_no_escapes() -> None:
    assert _written({"t": "C:\\u0001\x0b\\"}) == b'{"t":"C:\\\\u0001\\\\"}'
