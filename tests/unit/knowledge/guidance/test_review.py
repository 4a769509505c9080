"""The page for the authority: made from the guides' doubts, without touching what people wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.guidance.bundles import assembled
from knowledge.guidance.review import BEGIN, END, generated, review_page
from knowledge.schema.library import shipped_guides
from tests.fakes.guides import guide

PAGE = f"写好的话\n{BEGIN}\n旧的\n{END}\n后面的话\n"


def test_only_the_generated_part_changes() -> None:
    page = review_page(PAGE, [guide(doubts=["两处说法不同"])])
    assert page.startswith(f"写好的话\n{BEGIN}\n") and page.endswith(f"{END}\n后面的话\n")
    assert "旧的" not in page and "两处说法不同" in page
    assert review_page(page, [guide(doubts=["两处说法不同"])]) == page


def test_a_page_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="generated"):
        review_page("没有标记", [])


def test_a_guide_without_anything_open_is_not_listed() -> None:
    facts = {
        "fees": [{"what": "办理", "amount": "免费"}], "where": [{"text": "窗口"}], "phones": [{"number": "12345", "what": "咨询"}],
        "results": [{"name": "证"}],
    }  # fmt: skip
    assert "ce-shi" not in generated([guide(**facts)])
    assert "咨询电话" in generated([guide(**{**facts, "phones": None})])


def test_the_page_in_the_tree_is_up_to_date() -> None:
    page = (Path(__file__).parents[4] / "docs" / "knowledge-review.md").read_text(encoding="utf-8")
    guides = assembled({g.id: g for g in shipped_guides()}).values()
    assert review_page(page, guides) == page, "run: bangban guides review --write"
