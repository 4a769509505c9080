"""Sounds."""

from __future__ import annotations

import pytest

from knowledge.search.pinyin import Sounds


@pytest.fixture(scope="module")
def sounds() -> Sounds:
    return Sounds.build()


@pytest.mark.parametrize(("written", "meant"), [("深份证", "身份证"), ("居住正", "居住证"), ("老人咔", "老人卡"), ("附照", "护照")])
def test_homophones_sound_alike_and_others_do_not(sounds: Sounds, written: str, meant: str) -> None:
    assert (sounds.of(written) == sounds.of(meant)) is (written != "附照")


def test_what_is_not_chinese_stands_for_itself(sounds: Sounds) -> None:
    assert sounds.of("A1，") == ["A", "1", "，"]
