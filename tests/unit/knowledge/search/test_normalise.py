"""Different hands, one form."""

from __future__ import annotations

import pytest

from knowledge.search.normalise import normalise


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("身份證唔見咗，點樣補返？", "身份证丢了,怎么补?"),
        ("我係香港人，喺廣州返工", "我是香港人,在广州上班"),
        ("邊度可以攞居住證", "哪里可以领居住证"),
        ("ＡＢＣ１２３", "abc123"),
        ("  護照　到期  ", "护照 到期"),
        ("咋办护照", "怎么办护照"),
        ("親屬關係公證", "亲属关系公证"),
    ],
)
def test_writing_is_brought_to_one_form(written: str, wanted: str) -> None:
    assert normalise(written) == wanted


def test_a_plain_sentence_stays_as_it_is() -> None:
    assert normalise("居民身份证丢失补领要什么材料") == "居民身份证丢失补领要什么材料"


def test_normalising_twice_changes_nothing_more() -> None:
    once = normalise("細路出世紙唔見咗，去邊度補")
    assert normalise(once) == once


def test_a_very_long_text_is_cut() -> None:
    assert len(normalise("长" * 5000)) == 512
