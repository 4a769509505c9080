"""Facts of one aspect: those that hold, those that may hold with their case in words, and the question that tells."""

from __future__ import annotations

from knowledge.guidance.aspects import aspect_facts, aspect_question, bears_on
from knowledge.guidance.situations import describe
from tests.fakes.guides import guide

WHO = {"id": "who", "ask": "谁去办？", "options": [{"id": "self", "label": "本人去办"}, {"id": "other", "label": "委托别人"}]}
AGE = {"id": "age", "ask": "满16岁了吗？", "options": [{"id": "minor", "label": "没满"}, {"id": "adult", "label": "已经满了"}]}
PROXY = guide(
    "x", situations=[WHO, AGE],
    proxy=[{"verdict": "no", "note": "本人到场", "when": {"age": "adult"}}, {"verdict": "yes", "note": "监护人代办", "when": {"age": "minor", "who": "other"}}],
    fees=[{"what": "工本费", "amount": "20元"}],
)  # fmt: skip


def test_a_fact_that_may_hold_is_told_with_its_case_and_one_that_does_not_is_left_out() -> None:
    facts = aspect_facts(PROXY, "proxy", {"who": "other"}).facts
    assert [f.only_if for f in facts] == [describe(PROXY, {"age": "adult"}), describe(PROXY, {"age": "minor"})]
    assert [f.value.note for f in aspect_facts(PROXY, "proxy", {"age": "minor", "who": "other"}).facts] == ["监护人代办"]


def test_the_case_in_words_says_and_or_and_not_and_leaves_out_what_is_known() -> None:
    both = describe(PROXY, {"age": "adult", "who": "other"})
    either = describe(PROXY, {"any": [{"age": "adult"}, {"who": "other"}]})
    contrary = describe(PROXY, {"not": {"who": "other"}})
    assert len({both, either, contrary, describe(PROXY, {"who": "other"})}) == 4
    assert all("委托别人" in said for said in (both, either, contrary))
    assert describe(PROXY, {"age": "adult", "who": "other"}, {"age": "adult"}) == "委托别人"


def test_a_label_too_short_to_stand_alone_comes_after_its_question() -> None:
    assert describe(PROXY, {"age": "minor"}) == "满16岁了吗？没满"


def test_only_what_decides_about_the_aspect_is_asked() -> None:
    asked = aspect_question(PROXY, ["proxy"], {})
    assert asked is not None and asked.id == "age"
    assert aspect_question(PROXY, ["fee"], {}) is None
    assert aspect_question(PROXY, ["proxy"], {"age": "adult"}) is None
    assert bears_on(PROXY, ["proxy"], {"age": "minor"}, "who")
    assert not bears_on(PROXY, ["fee"], {}, "who")
