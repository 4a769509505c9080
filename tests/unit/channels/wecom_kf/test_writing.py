"""Every kind of message as 微信客服 takes it, by the platform's own rules."""

from __future__ import annotations

import pytest

from channels.base import CardPart, PicturePart, Refused
from channels.rendering import plan
from channels.wecom_kf.channel import CustomerService
from channels.wecom_kf.writing import written
from tests.fakes.messages import EVERY, choices, with_nearby
from tests.fakes.wechat import Platform
from tests.fakes.wechat.kf import shown

CAN = CustomerService.capabilities(object.__new__(CustomerService), "")


@pytest.mark.parametrize("name", EVERY)
def test_the_platform_takes_every_kind(name: str) -> None:
    for part in plan([EVERY[name]], capabilities=CAN, room=5, public_url="https://bangban.example"):
        shown(Platform(), written(part))


def test_what_else_may_have_been_meant_stands_under_its_own_words() -> None:
    (part,) = plan([EVERY["guide_nearby"]], capabilities=CAN, room=5)
    entries = written(part)["msgmenu"]["list"]
    assert [entry["type"] for entry in entries] == ["click"] * 5 + ["text"] + ["click"] * 2
    assert entries[5]["text"]["content"].startswith("如果不是这件事")
    long = with_nearby(EVERY["guide"], *(f"{'很长的名字' * 12}{k}" for k in range(3)))  # type: ignore[arg-type]
    (part,) = plan([long.model_copy(update={"actions": choices("材料清单")})], capabilities=CAN, room=5)
    shown(Platform(), written(part))


def test_what_it_never_asked_for_is_refused() -> None:
    with pytest.raises(Refused):
        written(PicturePart(page="/api/a", name="", source="appointment"))
    assert written(CardPart(title="申请表", text="还差：电话", url="https://a.cn", page="/", source="form"))["msgmenu"]["list"][0]["type"] == "view"
