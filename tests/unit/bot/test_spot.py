from __future__ import annotations

from datetime import date

import pytest
from components.reading.normalise import normalise
from components.reading.spot import find_aspects, find_instead, find_objects, find_regions, spot
from components.reading.vocabulary import load

from services.messages.model import Aspect

TODAY = date(2026, 11, 21)


def test_the_aspects_are_those_of_the_public_contract() -> None:
    assert set(load("aspects")) == set(Aspect.__args__)


@pytest.mark.parametrize(
    ("text", "aspects"),
    [
        ("要多少钱", ["fee"]),
        ("几多錢呀", ["fee"]),
        ("多久能拿到", ["time"]),
        ("去哪里办", ["where"]),
        ("周末上班吗", ["where"]),
        ("要带什么材料，去哪里办", ["materials", "where"]),
        ("多少钱，要几天", ["fee", "time"]),
        ("能代办吗", ["proxy"]),
        ("一定要本人去吗", ["proxy"]),
        ("网上能办吗", ["online"]),
        ("要跑几趟", ["visits"]),
        ("能邮寄吗", ["delivery"]),
        ("有效期几年", ["result"]),
        ("有什么依据", ["basis"]),
        ("咨询电话多少", ["phone"]),
        ("要注意什么", ["faq"]),
        ("什么条件", ["conditions"]),
        ("流程是什么", ["steps"]),
        ("身份证丢了怎么补办", []),
        ("我想办护照", []),
        ("第二个", []),
        ("你好", []),
    ],
)
def test_aspects(text: str, aspects: list[str]) -> None:
    assert [e.value for e in find_aspects(normalise(text))] == aspects


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("我在番禺", "番禺区", "440113"),
        ("我喺荔灣", "荔湾区", "440103"),
        ("天河那边", "天河区", "440106"),
        ("深圳的", "深圳市", "440300"),
        ("大学城", "番禺区", "440113"),
    ],
)
def test_places_have_their_official_name_and_code(text: str, name: str, code: str) -> None:
    [place] = find_regions(normalise(text))
    assert (place.value, place.extra["code"]) == (name, code)


def test_the_longest_thing_is_named_once() -> None:
    assert [e.value for e in find_objects("我的临时身份证和港澳通行证")] == ["临时身份证", "港澳通行证"]


@pytest.mark.parametrize(
    ("text", "wanted", "rejected"),
    [("不是补领,是换领", "换领", "补领"), ("是补领,不是换领", "补领", "换领"), ("不是身份证,我要的是居住证", "居住证", "身份证")],
)
def test_what_is_wanted_instead(text: str, wanted: str, rejected: str) -> None:
    assert {e.entity: e.value for e in find_instead(text)} == {"wanted": wanted, "rejected": rejected}


def test_several_kinds_in_one_sentence() -> None:
    found = {e.entity for e in spot(normalise("我82岁了，在番禺，身份证明天下午能办吗，要多少钱"), TODAY)}
    assert found >= {"age", "region", "object", "date", "daypart", "aspect"}
