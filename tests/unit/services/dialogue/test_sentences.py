"""What kind of sentence it is: a statement, a correction, a question how to get something."""

from __future__ import annotations

import pytest

from services.dialogue import sentences


@pytest.mark.parametrize(
    ("text", "states"), [("八十二咯", True), ("户口在湖南", True), ("我陪他去", True), ("我想迁户口", False), ("要本人去吗", False)]
)
def test_a_statement_of_the_case(text: str, states: bool) -> None:
    assert sentences.states_the_case(text) is states


def test_how_to_get_it_is_not_the_post() -> None:
    assert sentences.asks_how_to_get("怎么领") and sentences.asks_how_to_get("去哪取")
    assert not sentences.asks_how_to_get("怎么寄给我")


@pytest.mark.parametrize(
    ("text", "is_it"),
    [
        ("不是这个", True),
        ("不对，我要办的不是这个事", True),
        ("搞错了", True),
        ("唔系呢个", True),
        ("不是这个，是行驶证", False),
        ("是不是这个窗口", False),
        ("这个不是免费的吗", False),
    ],
)
def test_that_the_item_taken_up_is_not_meant(text: str, is_it: bool) -> None:
    assert sentences.is_not_this(text) is is_it


@pytest.mark.parametrize(
    ("text", "wished"),
    [("不是补领，是换领", "换领"), ("唔系我，系我老婆呀", "我老婆"), ("算了，还是去番禺吧", "去番禺"), ("护照", "护照")],
)
def test_what_is_wished_instead(text: str, wished: str) -> None:
    assert sentences.wished_instead(text) == wished


@pytest.mark.parametrize(
    ("text", "given_up"),
    [
        ("算了", True),
        ("算了吧", True),
        ("先不办了", True),
        ("唔想搞啦", True),
        ("还是算了", True),
        ("算了，转人工吧", False),
        ("算了还是补", False),
        ("不办居住证行吗", False),
    ],
)
def test_what_is_under_way_is_put_off(text: str, given_up: bool) -> None:
    assert sentences.gives_up(text) is given_up


@pytest.mark.parametrize(("text", "way"), [("回到预约", "booking"), ("返去預約嗰度", "booking"), ("回到刚才的表格", "form"), ("刚才那个", None)])
def test_what_one_goes_back_to(text: str, way: str | None) -> None:
    assert sentences.goes_back_to(text) == way
