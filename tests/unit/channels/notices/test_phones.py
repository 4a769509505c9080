"""Numbers that an SMS can be sent to."""

from __future__ import annotations

import pytest

from channels.notices.mail import for_his_eyes as mail_for_his_eyes
from channels.notices.phones import for_his_eyes, mobile


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("13800138000", "+8613800138000"),
        ("+86 138-0013-8000", "+8613800138000"),
        ("+85251234567", "+85251234567"),
        ("+85366123456", "+85366123456"),
        ("020-83111111", None),
        ("12345", None),
        ("1380013800", None),
        ("", None),
        ("您好", None),
    ],
)
def test_only_a_mobile_number_takes_an_sms(written: str, number: str | None) -> None:
    assert mobile(written) == number


def test_its_owner_sees_it_shortened() -> None:
    assert for_his_eyes("+8613800138000") == "138****8000"
    assert "5123456" not in for_his_eyes("+85251234567")
    assert mail_for_his_eyes("zhang.wei@example.com") == "z***@example.com"
