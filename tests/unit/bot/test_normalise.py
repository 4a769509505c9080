from __future__ import annotations

import pytest
from components.reading.normalise import is_traditional, normalise
from components.reading.vocabulary import load


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("身份證唔見咗，點樣補領呀", "身份证不见了,怎么补领呀"),
        ("我係外省人", "我是外省人"),
        ("聯繫電話係幾多", "联系电话是多少"),
        ("喺邊度攞？", "在哪里拿?"),
        ("嗰個得唔得", "那个行不行"),
        ("ＯＫ，２號", "ok,2号"),
        ("身 份 证", "身份证"),
        ("在吗？？？", "在吗?"),
    ],
)
def test_dialect_script_and_width_become_one_form(written: str, normal: str) -> None:
    assert normalise(written) == normal


@pytest.mark.parametrize("word", ["联系", "关系", "认识", "打搅", "系统"])
def test_words_that_hold_a_dialect_syllable_stay(word: str) -> None:
    assert normalise(word) == word


def test_what_is_normal_stays_normal() -> None:
    for result in load("cantonese").values():
        assert normalise(normalise(str(result))) == normalise(str(result))


def test_traditional_writing_is_noticed() -> None:
    assert is_traditional("補領身份證") and not is_traditional("补领身份证")
