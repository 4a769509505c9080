"""Simulated citizens against an assistant made up of the guides' own guidance: those who are treated well succeed, and every fault is noticed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bench.dialogue.citizen import PATIENCE, Citizen, Move
from bench.dialogue.goals import Goal, make_goals, words
from bench.dialogue.judging import is_needless
from knowledge.evaluation.questions import Question, read_questions
from knowledge.guidance.bundles import assembled
from knowledge.guidance.materials import material_question, materials_for
from knowledge.schema.guide import Guide
from knowledge.schema.library import shipped_guides
from services.messages.payloads import AnswerSituation, ChooseItem, NoneOfThese, PickFacet, parse_payload
from tests.fakes.guides import guide

Messages = list[dict[str, Any]]
CARD = guide(
    "bu", name="身份证补领", aliases=["补身份证"], topic="居民身份证", facets={"action": "丢了要补"},
    situations=[
        {"id": "who", "ask": "谁去办？", "options": [{"id": "self", "label": "本人去", "words": ["我自己"]}, {"id": "other", "label": "委托别人", "words": ["家人去"]}]},
        {"id": "photo", "ask": "有相片吗？", "options": [{"id": "have", "label": "已经拍了"}, {"id": "none", "label": "还没有拍"}]},
    ],
    materials=[{"id": "a", "name": "申请表"}, {"id": "b", "name": "委托书", "when": {"who": "other"}}, {"id": "c", "name": "相片", "when": {"photo": "have"}}],
)  # fmt: skip


def goal(manner: str = "plain", **answers: str) -> Goal:
    return Goal(CARD, manner, "证件不见了", {"who": "other", "photo": "have", **answers}, frozenset(), ("身份证丢了",), ("补身份证",))


class Assistant:
    """Asks the separating question first if told to, then the guide's situations, then gives the list. Reads buttons and words alike."""

    def __init__(self, about: Guide = CARD, *, first: Messages | None = None, deaf: bool = False, spoil: bool = False):
        self.guide, self.first, self.deaf, self.spoil = about, first, deaf, spoil
        self.answers: dict[str, str] = {}

    def __call__(self, move: Move) -> Messages:
        if self.first:
            shown, self.first = self.first, None
            return shown
        question = material_question(self.guide, self.answers)
        self._read(move)
        asked = material_question(self.guide, self.answers)
        if asked is None:
            names = [n.material.name for n in materials_for(self.guide, self.answers)]
            return [{"type": "materials", "guide_id": self.guide.id, "text": "", "materials": [{"name": n} for n in (names[1:] if self.spoil else names)]}]
        card = [{"type": "guide", "guide_id": self.guide.id, "text": "", "actions": []}] if question == asked and not self.answers else []
        options = [{"label": o.label, "payload": str(AnswerSituation(guide_id=self.guide.id, situation=asked.id, option=o.id))} for o in asked.options]
        return [*card, {"type": "choices", "text": asked.ask, "choices": options}]

    def _read(self, move: Move) -> None:
        if move.payload and isinstance(payload := parse_payload(move.payload), AnswerSituation):
            self.answers[payload.situation] = payload.option
        elif not self.deaf:
            for situation in self.guide.situations:
                for option in situation.options:
                    if any(word in move.text for word in (option.label, *option.words)):
                        self.answers[situation.id] = option.id


def held(citizen: Citizen, assistant: Callable[[Move], Messages], outcome: str = "clarifying") -> list[Move]:
    """The whole talk; his moves."""
    moves = [citizen.first()]
    while (move := citizen.next(assistant(moves[-1]), outcome)) is not None:
        moves.append(move)
        assert len(moves) <= PATIENCE
    return moves


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("manner", list(words()["manners"]))
def test_whoever_is_treated_well_gets_his_list(manner: str, seed: int) -> None:
    citizen = Citizen(goal(manner), seed)
    held(citizen, Assistant())
    r = citizen.result
    assert (r.success, r.straight, r.missing, r.extra, r.problem) == (True, True, [], [], None)
    assert (r.situations, r.needless, r.misread, r.wrong_items) == (2, 0, 0, 0)


def test_some_answers_are_words_and_some_are_buttons_and_the_same_seed_says_the_same() -> None:
    talks = [held(Citizen(goal(), seed), Assistant()) for seed in range(20)]
    tapped = [move.payload is not None for moves in talks for move in moves[1:]]
    assert 0.2 < sum(tapped) / len(tapped) < 0.8
    assert talks == [held(Citizen(goal(), seed), Assistant()) for seed in range(20)]


def test_a_wrong_list_is_noticed_by_what_it_lacks_and_has_too_much() -> None:
    citizen = Citizen(goal(), 1)
    held(citizen, Assistant(spoil=True))
    assert (citizen.result.wrong_materials, citizen.result.success, citizen.result.missing) == (True, False, ["申请表"])
    other = Citizen(goal(), 1)
    held(other, lambda move: [{"type": "materials", "guide_id": "bu", "text": "", "materials": [{"name": n} for n in ("申请表", "委托书", "相片", "户口簿")]}])
    assert (other.result.missing, other.result.extra) == ([], ["户口簿"])


def test_words_that_are_not_understood_are_followed_by_the_button() -> None:
    citizens = [Citizen(goal(), seed) for seed in range(8)]
    for citizen in citizens:
        held(citizen, Assistant(deaf=True))
    assert all(c.result.success for c in citizens) and sum(c.result.misread for c in citizens) > 0
    assert all(c.result.situations == 2 for c in citizens)  # the same question again is no new one


def test_who_corrects_himself_gets_the_list_of_the_corrected_case() -> None:
    citizen = Citizen(goal("correcting"), 3)
    moves = held(citizen, Assistant())
    assert any(move.text.startswith(("不对", "说错了")) for move in moves) and citizen.result.success


def test_who_drifts_asks_something_else_once_before_he_answers() -> None:
    moves = held(Citizen(goal("drifting"), 2), Assistant())
    assert [move.text in words()["manners"]["drifting"]["aside"].values() for move in moves].count(True) == 1


@pytest.mark.parametrize(("aspect", "guide_id", "outcome", "answered"), [(None, "bu", "answered", True), ("basis", "bu", "answered", False), (None, "x", "answered", False), ("basis", "bu", "partial", True)])
def test_whether_the_aside_was_answered_is_noted(aspect: str | None, guide_id: str, outcome: str, answered: bool) -> None:
    citizen, assistant = Citizen(goal("drifting"), 2), Assistant()
    aside = citizen.next(assistant(citizen.first()), "clarifying")
    asked = next(a for a, text in words()["manners"]["drifting"]["aside"].items() if aside and text == aside.text)
    citizen.next([{"type": "answer", "guide_id": guide_id, "aspect": aspect or asked, "text": ""}], outcome)
    assert citizen.result.aside is answered


def facets(*values: str, topic: str = "居民身份证") -> Messages:
    options = [{"label": v, "payload": str(PickFacet(key="action", value=v))} for v in values]
    return [{"type": "choices", "text": f"“{topic}”是哪一种情况？", "choices": [*options, {"label": "都不是", "payload": str(NoneOfThese())}]}]


def test_the_separating_question_is_answered_with_his_own_facet_and_counted() -> None:
    citizen = Citizen(goal(), 1)
    moves = held(citizen, Assistant(first=facets("到期要换", "丢了要补")))
    assert "丢了要补" in moves[1].text
    assert citizen.result.clarifying == 1 and citizen.result.success


def test_a_facet_of_another_topic_is_not_his_even_if_the_words_are() -> None:
    moves = held(Citizen(goal(), 1), Assistant(first=facets("到期要换", "丢了要补", topic="护照")))
    assert parse_payload(moves[1].payload or "") == NoneOfThese()


def test_where_his_item_is_not_among_them_he_says_so() -> None:
    lists = [{"type": "item_list", "text": "", "items": [{"name": "结婚登记", "payload": str(ChooseItem(guide_id="hunyin"))}], "choices": facets()[0]["choices"]}]
    moves = held(Citizen(goal(), 1), Assistant(first=lists))
    assert parse_payload(moves[1].payload or "") == NoneOfThese()


def test_another_item_is_refused_and_counted() -> None:
    citizen = Citizen(goal(), 1)
    moves = held(citizen, Assistant(first=[{"type": "guide", "guide_id": "hunyin", "text": "", "actions": []}]))
    assert "补身份证" in moves[1].text
    assert citizen.result.wrong_items == 1 and citizen.result.success and not citizen.result.straight


def test_nobody_talks_for_ever() -> None:
    deaf = Citizen(goal(), 1)
    held(deaf, lambda move: [{"type": "text", "text": "没有听懂"}], outcome="no_answer")
    assert (deaf.result.problem, deaf.result.success) == ("not understood", False)
    asked = Citizen(goal(), 1)
    held(asked, lambda move: facets("丢了要补"))
    assert asked.result.problem == "patience" and asked.result.turns == PATIENCE


def test_a_question_is_needless_when_told_already_or_when_nothing_hangs_on_it() -> None:
    same = CARD.model_copy(update={"materials": CARD.materials[:2]})
    assert is_needless(CARD, "who", {}) is False and is_needless(CARD, "who", {"who": "self"}) is True
    assert is_needless(same, "photo", {}) is True


def test_goals_are_enough_and_the_same_each_time() -> None:
    guides, dev = assembled({g.id: g for g in shipped_guides()}), [q for q in read_questions() if q.split == "dev"]
    goals = make_goals(guides, dev, per_manner=8, seed=1)
    assert len(goals) == 48 and {g.manner for g in goals} == set(words()["manners"])
    assert goals == make_goals(guides, dev, per_manner=8, seed=1) != make_goals(guides, dev, per_manner=8, seed=2)
    assert len({g.guide.id for g in goals}) >= 40
    assert all(g.answers.items() >= {k: g.answers[k] for k in g.told}.items() for g in goals)
    assert all(material_question(g.guide, g.answers) is None for g in goals), "every case has an exact list"


def test_what_the_opening_tells_belongs_to_the_case() -> None:
    [only] = make_goals({"bu": CARD}, [Question("委托别人去补", "身份证补领", "plain", "dev")], per_manner=1, seed=1)[:1]
    assert only.answers["who"] == "other" and only.told == {"who"}
    named = CARD.model_copy(update={"aliases": ["还没有拍相片补证", "补身份证"]})
    [named_goal] = make_goals({"bu": named}, [Question("委托别人去补，已经拍了", "身份证补领", "plain", "dev")], per_manner=1, seed=1)[:1]
    assert named_goal.names == ("补身份证", "身份证补领"), "a name that says another case is not his"
    assert only.materials == sorted(n.material.name for n in materials_for(CARD, only.answers))
