"""Parts as a program is told them."""

from __future__ import annotations

from channels.base import CardPart, MenuChoice, MenuPart, TextPart, TypedPart
from channels.webhook.saying import said


def test_texts_keep_their_order_and_offer_their_choices() -> None:
    choices = [MenuChoice(key="3.0", label="第一次办", number=1)]
    found = said([TextPart(text="您好"), TextPart(text="1. 第一次办", choices=choices)], spoken=False)
    assert found.texts == ["您好", "1. 第一次办"] and found.choices[0].model_dump() == {"key": "3.0", "label": "第一次办", "number": 1}


def test_every_kind_of_part_says_something() -> None:
    parts = [MenuPart(head="选一个", choices=[]), CardPart(title="申请表", text="还差电话", url="https://x/f", page="/f", source="form"),
             TypedPart(messages=[{"type": "text"}])]  # fmt: skip
    found = said(parts, spoken=False)
    assert found.texts == ["选一个", "申请表\n还差电话\nhttps://x/f"] and found.messages == [{"type": "text"}]


def test_what_is_spoken_is_said_for_the_ear() -> None:
    found = said([TextPart(text="预约码：AB12CD")], spoken=True)
    assert found.texts == ["预约码：A B 1 2 C D。"]
