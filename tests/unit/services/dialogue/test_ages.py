"""Ages that a sentence says, and those that a value asks for."""

from __future__ import annotations

import pytest

from services.dialogue.ages import age_in, least_age


@pytest.mark.parametrize(
    ("text", "age"),
    [("我妈72岁了", 72), ("未满16", 15.5), ("刚满十八", None), ("刚满18", 18), ("两岁的娃", 2), ("六个月大", 0.5), ("我在广州", None)],
)
def test_the_age_that_is_said(text: str, age: float | None) -> None:
    assert age_in(text) == age


def test_the_least_age_of_a_value() -> None:
    assert least_age("满60周岁的老人") == 60 and least_age("孩子") is None
