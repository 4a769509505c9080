"""What stands beside an item that was found with some doubt."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from channels.plain import closing_line, plain_text
from knowledge.model import PublishedGuide
from knowledge.service import Hit, Passage, SearchResult
from services.conversations.model import Conversation, Turn
from services.conversations.state import DialogueState
from services.dialogue.cards import guide_card
from services.dialogue.finding import find
from services.dialogue.nearby import nearby, offer_nearby, perhaps
from services.dialogue.scene import Scene, Understood
from services.dialogue.taking import choose
from services.messages.model import Answer, GuideCard
from services.messages.payloads import parse_payload
from services.messages.rendering import ways_on
from tests.fakes.guides import guide

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ITEMS = {i: PublishedGuide(i, 1, guide(i, name=name)) for i, name in (("bu", "身份证补领"), ("huan", "身份证换领"), ("hunyin", "结婚登记"))}
ASSISTANT: Any = SimpleNamespace(knowledge=SimpleNamespace(guide=ITEMS.__getitem__, guides=lambda: list(ITEMS.values())))


def hits(**scores: float) -> list[Hit]:
    return [Hit(i, ITEMS[i].guide.name, "广州市", score, Passage("name", i)) for i, score in scores.items()]


def scene(**state: Any) -> Scene:
    kept = DialogueState(**state)
    conversation = Conversation("cv_1", "ct_1", "web", "bot", 1, None, kept, NOW, NOW)
    return Scene(Turn("tn_1", conversation, "text", "证", "证"), Understood(), None, {}, frozenset(), kept)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (hits(bu=0.8, huan=0.1, hunyin=0.001), ["huan"]),  # what is far behind was not meant
        (hits(bu=0.98, huan=0.5), []),  # no doubt
        (hits(huan=0.5, bu=0.4), ["huan"]),  # what was said decided against the first
        (hits(bu=0.5), []),
    ],
)
def test_those_that_may_have_been_meant(found: list[Hit], expected: list[str]) -> None:
    assert [h.guide_id for h in nearby(found, "bu")] == expected


def test_the_card_bears_them_as_buttons_and_its_words_name_them() -> None:
    one = scene(guide_id="bu")
    one.show(guide_card(ITEMS["bu"], {}))
    offer_nearby(ASSISTANT, one, hits(bu=0.8, huan=0.1))
    card = cast("GuideCard", one.entries[0])
    assert [(c.label, parse_payload(c.payload).guide_id) for c in card.nearby] == [("身份证换领", "huan")]  # type: ignore[attr-defined]
    assert card.text.endswith("如果不是这件事，也可能是：身份证换领。")
    assert ways_on(card) == [*card.actions, *card.nearby]
    assert "身份证换领" not in (closing_line(card) or "")


def test_an_answer_bears_them_too() -> None:
    one = scene(guide_id="bu")
    one.show(Answer(guide_id="bu", version=1, section="fees", aspect="fee", text="身份证补领·收费\n40元"))
    offer_nearby(ASSISTANT, one, hits(bu=0.8, huan=0.1))
    answer = cast("Answer", one.entries[0])
    assert ways_on(answer) == answer.nearby and "身份证换领" in plain_text(answer, site=None)
    assert closing_line(answer) is None


def test_before_a_question_the_item_it_is_about_is_named() -> None:
    one = scene(guide_id="bu")
    one.say("utter_ask_situation", ask="本人去吗？")
    offer_nearby(ASSISTANT, one, hits(bu=0.8, huan=0.1))
    assert [(e.response, e.values.get("others")) for e in one.entries] == [("utter_taken_as", "身份证换领"), ("utter_ask_situation", None)]  # type: ignore[union-attr]


@pytest.mark.parametrize("state", [{}, {"guide_id": "bu", "pending": "item"}])
def test_nothing_stands_beside_a_question_which_item_it_is(state: dict[str, Any]) -> None:
    one = scene(**state)
    offer_nearby(ASSISTANT, one, hits(bu=0.8, huan=0.1))
    assert one.entries == []


@pytest.mark.parametrize(
    ("state", "goal"),
    [
        ({"guide_id": "bu", "goal": "materials"}, "overview"),
        ({"guide_id": "bu", "goal": "aspect"}, "aspect"),
        ({"guide_id": "huan", "goal": "materials"}, "materials"),
        ({"guide_id": "bu", "goal": "materials", "pending": "item"}, "materials"),
        ({"goal": "materials"}, "materials"),
    ],
)
async def test_an_item_tapped_in_place_of_another_is_shown_from_the_beginning(monkeypatch: pytest.MonkeyPatch, state: dict[str, Any], goal: str) -> None:
    goals = []

    async def taken(assistant: object, one: Scene, guide_id: str) -> None:
        goals.append((one.state.goal, guide_id))

    monkeypatch.setattr("services.dialogue.taking.take", taken)
    await choose(ASSISTANT, scene(**state), "huan")
    assert goals == [(goal, "huan")]


@pytest.mark.parametrize(("confidence", "answerable", "offered"), [(0.3, False, ["bu", "huan", "hunyin"]), (0.1, False, []), (0.9, True, [])])
def test_what_a_refused_sentence_may_have_meant(confidence: float, answerable: bool, offered: list[str]) -> None:
    found = SearchResult(answerable, hits(bu=0.2, huan=0.1, hunyin=0.05), 1.0, confidence)
    assert [h.guide_id for h in perhaps(found)] == offered


async def test_it_is_offered_and_still_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    found = SearchResult(False, hits(bu=0.2, huan=0.1), 1.0, 0.3)
    monkeypatch.setattr("services.dialogue.finding.search_items", lambda *a: found)
    one = scene()
    await find(ASSISTANT, one)
    assert one.entries[0].response == "utter_no_answer_maybe"  # type: ignore[union-attr]
    assert [c.label for c in one.entries[0].choices][:2] == ["身份证补领", "身份证换领"]  # type: ignore[union-attr]
    assert one.outcome is not None and one.outcome.code == "no_answer"
