"""Parts as 微信客服 takes them, by the platform's own rules."""

from __future__ import annotations

import pytest

from channels.base import Capabilities, CardPart, PicturePart, Refused
from channels.rendering import plan
from channels.wecom_kf.writing import written
from tests.fakes.messages import EVERY, choices, with_nearby
from tests.fakes.wechat import Account, Platform
from tests.fakes.wechat.kf_shapes import shown

CAN, CORP = Capabilities(choices="menu", menu_lines=True, text_bytes=2048), Account(kind="kf", linked={"wxmini"})


def card(**given: str) -> CardPart:
    return CardPart(**{"title": "指南", "text": "点开看全部", "url": "https://a.cn", "page": "/", "source": "guide", **given})


def test_what_else_may_have_been_meant_stands_under_its_own_words() -> None:
    (part,) = plan([EVERY["guide_nearby"]], capabilities=CAN, room=5)
    entries = written(part)["msgmenu"]["list"]
    assert [entry["type"] for entry in entries] == ["click"] * 5 + ["text"] + ["click"] * 2
    assert entries[5]["text"]["content"].startswith("如果不是这件事")
    long = with_nearby(EVERY["guide"], *(f"{'很长的名字' * 12}{k}" for k in range(3)))  # type: ignore[arg-type]
    (part,) = plan([long.model_copy(update={"actions": choices("材料清单")})], capabilities=CAN, room=5)
    shown(Platform(), CORP, written(part))


def test_a_page_of_the_mini_program_has_the_ending_that_wecom_wants() -> None:
    platform = Platform()
    cover, long = platform.keep_media("image/png", b"cover"), "名" * 40
    body = written(card(mini="pages/guide/guide?id=g1", title=long), mini_program="wxmini", cover=cover)
    assert body["miniprogram"]["pagepath"] == "pages/guide/guide.html?id=g1"
    seen = shown(platform, CORP, body)
    assert seen.url == "pages/guide/guide?id=g1" and seen.title.endswith("…"), "cut by us, and not in the middle of a letter"


def test_a_form_is_a_door_under_what_is_missing() -> None:
    form = card(source="form", title="申请表", text="还差：电话")
    assert written(form)["msgmenu"]["list"] == [{"type": "view", "view": {"url": "https://a.cn", "content": "打开填写"}}]
    hant = form.model_copy(update={"title": "居民身份證補領申請表·填寫中", "text": "還差：聯絡電話"})
    assert written(hant)["msgmenu"]["list"][0]["view"]["content"] == "打開填寫"
    entry = written(form.model_copy(update={"mini": "pages/form/form?id=f"}), mini_program="wxmini")["msgmenu"]["list"][0]
    assert entry["miniprogram"]["pagepath"] == "pages/form/form.html?id=f"


def test_what_opens_nothing_and_what_was_never_asked_for_is_refused() -> None:
    for part in (PicturePart(page="/api/a", name="", source="appointment"), card(url=""), card(url="", source="form", mini="pages/form/form?id=f")):
        with pytest.raises(Refused):
            written(part)
