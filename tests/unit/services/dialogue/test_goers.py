"""Who is said to go is heard, and is not asked again."""

from __future__ import annotations

import pytest

from knowledge.schema.library import shipped_guides
from services.dialogue.goers import who_goes
from services.dialogue.hints import learn_who_goes

GUIDES = {g.id: g for g in shipped_guides()}


@pytest.mark.parametrize(
    ("text", "whom", "goes"),
    [
        ("不是我去，我老婆去", "self", "proxy"),
        ("唔係我去，我老婆去", "self", "proxy"),
        ("让我老公帮我去办", "self", "proxy"),
        ("别人替我去", "self", "proxy"),
        ("我没空去", "self", "proxy"),
        ("我自己去", "self", "self"),
        ("我儿子自己去", "child", "self"),
        ("我去办吧", "child", "proxy"),
        ("本人去", "parent", "self"),
        ("我老婆去香港", "self", None),
        ("我陪他去", "child", None),
        ("去哪里办", "self", None),
        ("我去过了", "self", None),
    ],
)
def test_who_goes_is_heard(text: str, whom: str, goes: str | None) -> None:
    assert who_goes(text, whom) == goes


def test_it_answers_the_question_of_the_item_in_its_own_options() -> None:
    asking = [g for g in GUIDES.values() for s in g.situations if s.id == "handler" and {o.id for o in s.options} == {"self", "proxy"}]
    assert asking
    for guide in asking:
        assert learn_who_goes(guide, "不是我去，我老婆去", "self")["handler"] == "proxy"
        assert learn_who_goes(guide, "本人去", "self")["handler"] == "self"
    assert learn_who_goes(asking[0], "要带什么", "self") == {}
