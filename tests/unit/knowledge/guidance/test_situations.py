"""Which question is asked, and what is never asked."""

from __future__ import annotations

import itertools

import pytest

from knowledge.guidance.materials import material_question, materials_for
from knowledge.guidance.situations import next_question, settle
from knowledge.schema.condition import holds
from knowledge.schema.guide import Guide, Material, Option, Situation
from knowledge.schema.library import shipped_guides

BASE = dict(name="某事项", aliases=["某事"], domain="gongan", topic="某物", facets={}, audience=["person"], summary="一句话。", as_of="2026",
            region={"level": "national", "code": "000000", "name": "全国"}, sources=[{"id": "s", "title": "某法", "kind": "law", "law": "某法"}])  # fmt: skip


def situation(id: str, *options: str, when=None) -> Situation:
    return Situation(id=id, ask=f"{id}？", options=[Option(id=o, label=o) for o in options], when=when)


def guide(situations: list[Situation], materials: list[Material]) -> Guide:
    return Guide(id="x", situations=situations, materials=materials, **BASE)


def test_the_question_that_settles_most_is_asked_first() -> None:
    g = guide(
        [situation("minor", "a", "b"), situation("major", "a", "b")],
        [
            Material(id="m1", name="一", when={"minor": "a"}),
            Material(id="m2", name="二", when={"major": "a"}),
            Material(id="m3", name="三", when={"major": "b"}),
        ],
    )
    assert material_question(g, {}).id == "major"


def test_a_question_that_changes_nothing_any_more_is_not_asked() -> None:
    g = guide(
        [situation("age", "adult", "minor"), situation("proxy", "self", "other")],
        [Material(id="m", name="委托书", when={"age": "adult", "proxy": "other"})],
    )
    assert material_question(g, {"age": "minor"}) is None


def test_a_question_waits_for_the_one_that_decides_whether_it_arises() -> None:
    g = guide(
        [situation("married", "yes", "no"), situation("spouse", "here", "away", when={"married": "yes"})],
        [Material(id="m", name="配偶材料", when={"spouse": "away"})],
    )
    assert material_question(g, {}).id == "married"
    assert material_question(g, {"married": "no"}) is None
    assert material_question(g, {"married": "yes"}).id == "spouse"


def test_an_answer_of_another_guide_that_fits_no_option_here_is_no_answer() -> None:
    g = guide([situation("hukou", "gz", "out")], [Material(id="m", name="一", when={"hukou": "out"})])
    assert material_question(g, {"hukou": "elsewhere"}).id == "hukou"


@pytest.mark.parametrize("shipped", shipped_guides(), ids=lambda g: g.id)
def test_every_way_through_a_shipped_guide_ends_in_an_exact_list(shipped: Guide) -> None:
    """Walks every combination of answers: at most as many questions as there are, and then nothing is undecided."""
    seen_lists = set()

    def walk(answers: dict[str, str], depth: int) -> None:
        assert depth <= len(shipped.situations)
        question = material_question(shipped, answers)
        if question is None:
            known = settle(shipped, answers)
            undecided = [m.id for m in shipped.materials if holds(m.when, known) is None]
            assert undecided == []
            seen_lists.add(tuple(n.material.id for n in materials_for(shipped, answers)))
            return
        assert question.id not in answers
        for option in question.options:
            walk({**answers, question.id: option.id}, depth + 1)

    walk({}, 0)
    conditional = [m for m in shipped.materials if m.when]
    assert not conditional or len(seen_lists) > 1, "conditions that never change the list"


def test_unknown_is_neither_true_nor_false() -> None:
    values = {"t": "a", "f": "b"}
    when = {"any": [{"t": "a"}, {"u": "a"}]}
    assert holds(when, values) is True
    assert holds({"any": [{"f": "a"}, {"u": "a"}]}, values) is None
    assert holds({"f": "a", "u": "a"}, values) is False
    assert holds({"not": {"u": "a"}}, values) is None


@pytest.mark.parametrize("answers", [dict(zip(("p", "q"), c, strict=True)) for c in itertools.product("ab", repeat=2)])
def test_conditions_obey_de_morgan(answers: dict[str, str]) -> None:
    p, q = {"p": "a"}, {"q": "a"}
    assert holds({"not": {"any": [p, q]}}, answers) == holds({"all": [{"not": p}, {"not": q}]}, answers)


def test_no_conditions_no_question() -> None:
    assert next_question(guide([situation("age", "adult", "minor")], []), {}, [None]) is None
