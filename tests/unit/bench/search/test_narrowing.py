"""Somebody who knows his item is asked which one it is."""

from __future__ import annotations

import pytest

from bench.search.narrowing import Policy, narrow
from knowledge.schema.guide import Guide
from knowledge.service import Hit, Passage
from services.dialogue.narrowing import close_hits
from tests.fakes.guides import guide


def items(*rows: tuple[str, str, dict[str, str]]) -> dict[str, Guide]:
    return {i: guide(i, name=f"事项{i}", aliases=[f"别名{i}"], topic=topic, facets=facets) for i, topic, facets in rows}


CARDS = items(
    ("bu", "居民身份证", {"action": "丢了要补", "who": "本地人"}), ("huan", "居民身份证", {"action": "到期要换", "who": "本地人"}),
    ("linshi", "居民身份证", {"action": "到期要换", "who": "急用的人"}), ("hunyin", "婚姻登记", {"action": "第一次办"}),
)  # fmt: skip


def hits(**scores: float) -> list[Hit]:
    return [Hit(i, f"事项{i}", "广州市", score, Passage("name", i)) for i, score in scores.items()]


@pytest.mark.parametrize(
    ("found", "wanted", "expected"),
    [
        (hits(bu=0.95, huan=0.1), "bu", (0, "reached")),
        (hits(bu=0.98, huan=0.1), "huan", (0, "wrong item")),
        (hits(bu=0.5, huan=0.45), "huan", (1, "reached")),  # two of one topic: a list, since a facet would tell no more
        (hits(bu=0.4, huan=0.35, linshi=0.3), "bu", (1, "reached")),  # the action keeps one
        (hits(bu=0.4, huan=0.35, linshi=0.3), "linshi", (2, "reached")),  # the action keeps two, then which of these
        (hits(bu=0.5, hunyin=0.45), "hunyin", (1, "reached")),  # two topics: a list
        (hits(bu=0.5, huan=0.45), "hunyin", (1, "not on offer")),
    ],
)
def test_questions_put_and_how_it_ends(found: list[Hit], wanted: str, expected: tuple[int, str]) -> None:
    assert narrow(found, True, "这个证的事情", wanted={wanted}, guides=CARDS) == expected


def test_what_was_said_is_not_asked() -> None:
    assert narrow(hits(bu=0.45, huan=0.5), True, "弄丢了想补办", wanted={"bu"}, guides=CARDS) == (0, "reached")


def test_a_refusal_is_no_question() -> None:
    assert narrow(hits(bu=0.9), False, "丢了", wanted={"bu"}, guides=CARDS) == (0, "no answer")


@pytest.mark.parametrize("scores", [(0.95, 0.1, 0.05), (0.9, 0.8, 0.7), (0.5, 0.3, 0.2), (0.5, 0.1, 0.01), (0.81, 0.6, 0.4)])
def test_the_policy_without_changes_is_the_chats_own(scores: tuple[float, ...]) -> None:
    found = hits(**dict(zip(CARDS, scores, strict=False)))
    assert Policy().close_hits(found) == close_hits(found)


def test_another_policy_asks_where_the_chat_would_take_the_first() -> None:
    found = hits(bu=0.85, huan=0.1)
    assert narrow(found, True, "这个证的事情", wanted={"huan"}, guides=CARDS) == (1, "beside")
    assert narrow(found, True, "这个证的事情", wanted={"huan"}, guides=CARDS, policy=Policy(close=0.1, sure=0.9)) == (1, "reached")


def test_after_none_of_these_the_next_are_shown_at_the_price_of_a_question() -> None:
    found = hits(bu=0.5, huan=0.45, hunyin=0.05)
    assert narrow(found, True, "这个证的事情", wanted={"hunyin"}, guides=CARDS, again=found) == (2, "reached")
    assert narrow(found, True, "这个证的事情", wanted={"linshi"}, guides=CARDS, again=found) == (2, "not on offer")


def test_a_wrong_item_is_taken_back_for_one_of_the_next() -> None:
    found = hits(bu=0.98, huan=0.1)
    assert narrow(found, True, "这个证的事情", wanted={"huan"}, guides=CARDS, again=found) == (1, "taken back")
    assert narrow(found, True, "这个证的事情", wanted={"linshi"}, guides=CARDS, again=found) == (1, "wrong item")


def test_one_of_those_beside_a_doubtful_card_costs_a_tap() -> None:
    found = hits(bu=0.9, huan=0.1, hunyin=0.001)
    assert narrow(found, True, "这个证的事情", wanted={"huan"}, guides=CARDS, again=found) == (1, "beside")
    assert narrow(found, True, "这个证的事情", wanted={"hunyin"}, guides=CARDS, again=found) == (1, "taken back")
    sure = hits(bu=0.98, huan=0.1)
    assert narrow(sure, True, "这个证的事情", wanted={"huan"}, guides=CARDS, again=sure) == (1, "taken back")


def test_what_is_offered_without_an_answer_costs_a_tap_too() -> None:
    found = hits(bu=0.1, huan=0.05)
    assert narrow(found, False, "丢了", wanted={"bu"}, guides=CARDS, maybe=found) == (1, "beside")
    assert narrow(found, False, "丢了", wanted={"hunyin"}, guides=CARDS, maybe=found) == (0, "no answer")
