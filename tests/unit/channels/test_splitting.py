"""Long texts in pieces."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from channels.splitting import Limit, shortened, split

TEXT = st.text(st.sampled_from("办证字数。，；！\n 12abc👍🏻【】https://x.cn/a?b=1"), max_size=400)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(text=TEXT, size=st.integers(min_value=12, max_value=200))
def test_nothing_is_lost_nothing_is_too_long_and_the_order_is_kept(text: str, size: int) -> None:
    for limit in (Limit(bytes=size), Limit(chars=size), Limit(bytes=size, chars=size // 2)):
        pieces = split(text, limit)
        assert all(limit.fits(p) and p == p.strip() and p for p in pieces)
        assert squeezed("".join(pieces)) == squeezed(text)


def test_cuts_are_at_the_ends_of_sentences() -> None:
    text = "第一句话说完了。第二句话也说完了！第三句话呢？"
    assert split(text, Limit(chars=10)) == ["第一句话说完了。", "第二句话也说完了！", "第三句话呢？"]
    assert split(text, Limit(bytes=54)) == ["第一句话说完了。第二句话也说完了！", "第三句话呢？"]


def test_lines_stay_whole_where_they_can() -> None:
    assert split("一、身份证\n二、户口簿，原件。\n三、照片", Limit(chars=16)) == ["一、身份证\n二、户口簿，原件。", "三、照片"]


def test_a_link_stays_in_one_piece_with_its_words() -> None:
    anchor = '<a href="https://www.gz.gov.cn/a?b=1，2">看一看，再来。</a>'
    text = f"第一句话。第二句话，{anchor}，第三句话；第四句话。"
    for size in range(len(anchor), len(text) + 1):
        assert any(anchor in piece for piece in split(text, Limit(chars=size))), size


def test_a_web_address_and_a_number_stay_in_one_piece() -> None:
    text = "请打开https://www.gdzwfw.gov.cn/portal/v2/guide-1234567890办理或者拨打电话12345678901咨询工作人员吧"
    pieces = split(text, Limit(chars=60))
    assert any("https://www.gdzwfw.gov.cn/portal/v2/guide-1234567890" in p for p in pieces)
    assert any("12345678901" in p for p in split(text, Limit(chars=55)))


def test_what_has_no_place_to_be_cut_is_cut_all_the_same() -> None:
    assert split("长" * 25, Limit(chars=10)) == ["长" * 10, "长" * 10, "长" * 5]
    assert split("", Limit(chars=10)) == [] == split(" \n ", Limit(chars=10))


def test_a_reserve_is_kept_free() -> None:
    assert all(len(p.encode()) <= 60 for p in split("好。" * 50, Limit(bytes=90, reserve="还有" * 5)))


@given(text=TEXT, size=st.integers(min_value=3, max_value=60))
def test_a_shortened_line_fits(text: str, size: int) -> None:
    assert len(shortened(text, bytes=size).encode()) <= size and len(shortened(text, chars=size)) <= size
    assert "\n" not in shortened(text, chars=size)


def test_a_shortened_line_shows_that_it_was() -> None:
    assert shortened("居民身份证丢失补领", chars=6) == "居民身份证…" and shortened("身份证", chars=6) == "身份证"
