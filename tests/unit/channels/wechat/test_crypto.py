"""Signatures and encryption agree with what the platforms published and with another implementation (wechatpy).

wechatpy frames, pads and signs by code of its own; the AES beneath both is that of ``cryptography``.
"""

from __future__ import annotations

import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto

from channels.wechat import crypto, xml
from channels.wechat.crypto import Crypto, decode_key, signature
from channels.wechat.errors import Forged, Stale

TOKEN, KEY, OTHER, RECEIVER, NOW = "pamtest", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "z" * 42 + "A", "wxb11529c136998cb6", 1409304348


def made(**changes: object) -> Crypto:
    return Crypto(**{"token": TOKEN, "keys": [KEY], "receiver": RECEIVER, "now": lambda: NOW, "window_s": 300, **changes})


def test_the_published_vector_of_an_official_account_is_reproduced() -> None:
    encrypt = made().seal("我是中文abcd123".encode(), random=b"aaaabbbbccccdddd")
    assert encrypt == "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="
    assert signature(TOKEN, "1409304348", "xxxxxx", encrypt) == "82c962d39941aa48552f90ef55aa323dc620cc10"
    assert signature(TOKEN, "1409304348", "xxxxxx") == "76480565cbe296026c53aaacd1ad523a1ddba24f"
    assert made().open(encrypt).message.decode() == "我是中文abcd123"


def test_the_published_vector_of_wecom_is_opened() -> None:
    keys, receiver = ["jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"], "wx5823bf96d3bd56c7"
    wecom = Crypto(token="QDG6eK", keys=keys, receiver=receiver, now=lambda: 1409659589, window_s=300)
    echo = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
    wecom.check(given="5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", timestamp="1409659589", nonce="263014780", encrypt=echo)
    assert wecom.open(echo).message == b"1616140317555161061"
    with pytest.raises(Forged):  # a plus sign read as a space
        wecom.check(given="5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", timestamp="1409659589", nonce="263014780", encrypt=echo.replace("+", " "))


def test_a_key_whose_last_character_carries_idle_bits_is_read_like_its_neighbour() -> None:
    strict = base64.b64encode(decode_key(KEY)).decode().rstrip("=")
    assert strict != KEY and decode_key(strict) == decode_key(KEY) and len(decode_key(KEY)) == 32


@pytest.mark.parametrize("key", ["", "short", KEY + "=", KEY[:-1] + "=", KEY[:-1] + "-", KEY[:-1] + "\n", KEY + KEY])
def test_what_is_no_key_is_refused_when_the_channel_is_made(key: str) -> None:
    with pytest.raises(ValueError, match="43 characters"):
        made(keys=[key])


def test_no_account_goes_without_a_token() -> None:
    with pytest.raises(ValueError, match="token"):
        made(token="")


@given(message=st.text(max_size=3000), nonce=st.text("0123456789", min_size=1, max_size=12))
def test_what_one_implementation_seals_the_other_opens(message: str, nonce: str) -> None:
    theirs, ours = WeChatCrypto(TOKEN, KEY, RECEIVER), made()
    pushed = xml.read(theirs.encrypt_message(message, nonce, str(NOW)).encode())
    ours.check(given=pushed["MsgSignature"], timestamp=pushed["TimeStamp"], nonce=pushed["Nonce"], encrypt=pushed["Encrypt"])
    assert ours.open(pushed["Encrypt"]).message.decode() == message

    back = ours.answer(message.encode(), nonce=nonce)
    assert theirs.decrypt_message({"Encrypt": back.encrypt}, back.signature, back.timestamp, back.nonce) == message


def test_every_padding_from_one_to_thirty_two_is_written_and_read() -> None:
    assert [made().open(made().seal(b"x" * n)).message for n in range(33)] == [b"x" * n for n in range(33)]


def test_while_the_key_changes_both_are_tried_and_the_answer_uses_the_one_that_worked() -> None:
    changing = made(keys=[OTHER, KEY])
    opened = changing.open(made().seal(b"asked under the old key"))
    assert opened.key == decode_key(KEY)
    assert made().open(changing.answer(b"answered under it", key=opened.key).encrypt).message == b"answered under it"
    assert made(keys=[OTHER]).open(changing.answer(b"first word").encrypt).message == b"first word"


@pytest.mark.parametrize("other", [made(receiver="wx0000000000000000"), made(keys=[OTHER]), made(receiver=RECEIVER + "x"), made(receiver="")])
def test_another_receiver_or_another_key_opens_nothing(other: Crypto) -> None:
    with pytest.raises(Forged):
        made().open(other.seal(b"hello"))


@given(st.one_of(st.text(max_size=200), st.binary(max_size=256).map(lambda b: base64.b64encode(b).decode())))
def test_rubbish_in_place_of_ciphertext_is_forged(rubbish: str) -> None:
    with pytest.raises(Forged):
        made().open(rubbish)


@given(st.data())
def test_a_changed_ciphertext_never_gives_the_message_with_its_receiver(data: st.DataObject) -> None:
    """CBC alone does not notice every change; the signature does, and is always asked first."""
    sealed = bytearray(base64.b64decode(made().seal(b"pay nothing")))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    encrypt = base64.b64encode(bytes(sealed)).decode()
    right = signature(TOKEN, str(NOW), "1", made().seal(b"pay nothing", random=b"r" * 16))
    with pytest.raises(Forged):
        made().check(given=right, timestamp=str(NOW), nonce="1", encrypt=encrypt)
    with contextlib.suppress(Forged):
        assert isinstance(made().open(encrypt).message, bytes)


@pytest.mark.parametrize(("late", "fine"), [(0, True), (300, True), (-300, True), (301, False), (-301, False), (10**9, False)])
def test_only_calls_of_these_minutes_count(late: int, fine: bool) -> None:
    stamp = str(NOW - late)
    with contextlib.nullcontext() if fine else pytest.raises(Stale):
        made().check(given=signature(TOKEN, stamp, "n"), timestamp=stamp, nonce="n")


@pytest.mark.parametrize("stamp", ["", "soon", "-5", "1e9", "９９９", "99999999999999999999999999"])
def test_a_stamp_that_is_no_time_is_refused_even_when_signed(stamp: str) -> None:
    with pytest.raises(Stale):
        made().check(given=signature(TOKEN, stamp, "n"), timestamp=stamp, nonce="n")


@given(given_=st.text(max_size=60), nonce=st.text(max_size=30), encrypt=st.none() | st.text(max_size=60))
def test_no_signature_but_the_right_one_passes(given_: str, nonce: str, encrypt: str | None) -> None:
    with contextlib.suppress(UnicodeEncodeError):
        expected = signature(TOKEN, str(NOW), nonce, *([] if encrypt is None else [encrypt]))
        if given_ != expected:
            with pytest.raises(Forged):
                made().check(given=given_, timestamp=str(NOW), nonce=nonce, encrypt=encrypt)


def test_two_answers_never_look_alike() -> None:
    assert len({made().seal(b"same") for _ in range(50)}) == 50 and len({crypto.random_nonce() for _ in range(50)}) == 50
