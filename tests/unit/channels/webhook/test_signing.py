"""Signatures: a published example for whoever writes the other side, and everything that must not pass."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.webhook.errors import BadSignature
from channels.webhook.signing import NONCE, SIGNATURE, TIMESTAMP, signature, signed, verified

SECRET = "0123456789abcdef0123456789abcdef"
NOW = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
BODY = '{"type":"message","id":"1","user":"u1","text":"你好"}'.encode()


def check(headers: dict[str, str], *, body: bytes = BODY, keys: tuple[str, ...] = (SECRET,), now: datetime = NOW) -> str:
    return verified(headers, keys=keys, body=body, now=now, window_s=300)


def test_the_example_of_the_guide() -> None:
    assert int(NOW.timestamp()) == 1773799200
    made = signature(secret=SECRET, timestamp="1773799200", nonce="a-nonce-used-once", body=BODY)
    assert made == "v1=417bdd86dddb8ba636db2b05c6428ba588fbea8ef3c32155a7d82bd455e4297a"


def test_what_was_signed_is_believed_also_by_an_older_secret() -> None:
    assert check(signed(secret=SECRET, body=BODY, now=NOW, nonce="nonce-123")) == "nonce-123"
    assert check(signed(secret="o" * 32, body=BODY, now=NOW, nonce="nonce-123"), keys=(SECRET, "o" * 32)) == "nonce-123"
    assert signed(secret=SECRET, body=BODY, now=NOW)[NONCE] != signed(secret=SECRET, body=BODY, now=NOW)[NONCE]


@pytest.mark.parametrize("seconds", [-300, 300])
def test_the_window_holds_on_both_sides(seconds: int) -> None:
    headers = signed(secret=SECRET, body=BODY, now=NOW + timedelta(seconds=seconds))
    check(headers)
    with pytest.raises(BadSignature):
        check(headers, now=NOW - timedelta(seconds=seconds // 300))


@pytest.mark.parametrize(
    "change",
    [
        {TIMESTAMP: ""}, {TIMESTAMP: "1773799201"}, {TIMESTAMP: "１７７３７９９２００"}, {TIMESTAMP: " 1773799200"}, {TIMESTAMP: "1" * 13},
        {NONCE: ""}, {NONCE: "short"}, {NONCE: "another-nonce"}, {NONCE: "a nonce used"}, {NONCE: "x" * 65}, {NONCE: "nonce-used-once\n"},
        {SIGNATURE: ""}, {SIGNATURE: "v1="}, {SIGNATURE: "v2=" + "0" * 64}, {SIGNATURE: "é"},
        {SIGNATURE: "v1=\udcff"}, {NONCE: "nonce-\udcff"}, {TIMESTAMP: "\udcff"},
    ],
)  # fmt: skip
def test_anything_changed_is_refused(change: dict[str, str]) -> None:
    good = signed(secret=SECRET, body=BODY, now=NOW, nonce="a-nonce-used-once")
    check(good)
    with pytest.raises(BadSignature):
        check({**good, **change})


@given(body=st.binary(), other=st.binary(), nonce=st.from_regex(r"[A-Za-z0-9_-]{8,64}", fullmatch=True))
def test_a_signature_is_good_for_one_body_only(body: bytes, other: bytes, nonce: str) -> None:
    headers = signed(secret=SECRET, body=body, now=NOW, nonce=nonce)
    assert check(headers, body=body) == nonce
    if other != body:
        with pytest.raises(BadSignature):
            check(headers, body=other)


def test_what_stands_before_the_body_cannot_be_pushed_into_it() -> None:
    """The separators are no part of a nonce or a time, so no two triples read alike."""
    headers = signed(secret=SECRET, body=b"x\nbody", now=NOW, nonce="nonce-12")
    with pytest.raises(BadSignature):
        check({**headers, NONCE: "nonce-12\nx"}, body=b"body")
