"""Which characters a citizen is written to in before he has written or chosen any."""

from __future__ import annotations

import pytest

from services.conversations.script import preferred_script, worded


@pytest.mark.parametrize(
    "asked",
    ["zh-Hant", "zh-TW", "zh-HK,en;q=0.8", "zh-hant-hk", "en-US,en;q=0.9,zh-TW;q=0.8", "zh-MO, zh;q=0.9", "zh-CN;q=0.5, zh-TW;q=0.9", "zh-CN;q=0, zh-TW"],
)
def test_a_browser_that_asks_for_traditional_characters_gets_them(asked: str) -> None:
    assert preferred_script(asked) == "hant"


@pytest.mark.parametrize(
    "asked", [None, "", "*", "en", "zh", "zh-CN,zh;q=0.9,zh-TW;q=0.8", "zh-Hans-HK", "zh-TW;q=0", "zh-TW;q=nonsense", ";;,,q=", "zhx-TW", "x" * 5000]
)
def test_everybody_else_gets_simplified_ones(asked: str | None) -> None:
    assert preferred_script(asked) == "hans"


def test_words_that_the_dictionaries_take_for_others() -> None:
    said = worded("补领、换领、换发，网签合同，只是变更，制卡相片，个税汇算", "hant")
    assert said == "補領、換領、換發，網簽合同，只是變更，製卡相片，個税匯算"
