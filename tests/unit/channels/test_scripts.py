"""What a channel adds to an answer is in the characters of the answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from channels.base import Capabilities, CardPart, TextPart
from channels.miniprogram.templates import Template, data_of
from channels.outlets import Outgoing
from channels.scripts import converted, script, script_of, written
from services.conversations.service import leaning, worded
from services.messages.model import Choice, Choices, Text
from services.messages.rendering import with_text
from services.notices.service import Notice

ASKED = Choices(seq=2, prompt="您是哪种情况？", choices=[Choice(label="第一次办", payload="/greet"), Choice(label="丢了补办", payload="/greet")])


class Channel:
    name = "test"

    def capabilities(self, account: str) -> Capabilities:
        return Capabilities(text_chars=600)


def planned(*messages: Any) -> str:
    parts = Outgoing(Channel()).plan(account="a", messages=list(messages), room=None)  # type: ignore[arg-type]
    return "\n".join(part.text for part in parts if isinstance(part, TextPart | CardPart))


def in_hant(message: Any) -> Any:
    shown = with_text(message)
    return shown.model_copy(update={"text": worded(shown.text, "hant")})


def test_beneath_traditional_characters_one_chooses_in_them() -> None:
    assert "回覆數字 1–2 就能選。" in planned(in_hant(ASKED))
    assert "回复数字 1–2 就能选。" in planned(with_text(ASKED))


def test_an_agents_words_are_marked_in_the_characters_of_the_talk() -> None:
    assert planned(in_hant(Text(seq=2, sender="agent", text="您好，材料带齐就可以来。"))).startswith("【幫辦員】")


def test_a_name_in_other_characters_does_not_tell() -> None:
    assert script_of([Text(text="陳大文，您好，请带齐材料来办理。")]) == "hans"
    assert leaning("好的") == leaning("") == "hans"


@pytest.mark.parametrize("text", ["请准备这些材料：居民户口簿", "台湾居民也可以办理这个", "打开后看看里面的说明", "预约成功"])
def test_what_was_converted_is_recognised(text: str) -> None:
    assert leaning(worded(text, "hant")) == "hant" and leaning(text) == "hans"


def test_the_script_is_that_of_the_innermost_and_ends_with_it() -> None:
    with written("hant"):
        assert script() == "hant" and converted({"key": ["办", 1]}) == {"key": ["辦", 1]}
        with written("hans"):
            assert converted("办") == "办"
    assert script() == "hans"


@pytest.mark.parametrize(("his", "item", "state"), [("hans", "居民身份证补领", "已预约"), ("hant", "居民身份證補領", "已預約")])
def test_a_subscription_message_is_filled_in_his_characters(his: Any, item: str, state: str) -> None:
    template = Template(
        name="booked", id="T", kinds=["appointment_booked"], fields={"thing1": "item", "phrase2": "state", "character_string3": "code"}, page="p",
        asked=["booking"],
    )  # fmt: skip
    now, fields = datetime(2026, 3, 18, tzinfo=UTC), {"item": "居民身份证补领", "hall": "h", "start": "2026-03-19T09:00:00+08:00", "code": "K7M2PQ"}
    notice = Notice("no_1", "ct_1", "appointment_booked", "ap_1", fields, now, now, now, script=his)
    assert [value["value"] for value in data_of(template, notice).values()] == [item, state, "K7M2PQ"]
