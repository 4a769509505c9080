"""Conditions put together mean what their parts mean, however short they are said."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from knowledge.schema.condition import holds
from knowledge.schema.logic import Logic, both, either, negated, rewritten, simplified

OPTIONS = {"a": ["x", "y", "z"], "b": ["x", "y"], "c": ["x", "y"]}
clauses = st.sampled_from(sorted(OPTIONS)).flatmap(
    lambda key: st.lists(st.sampled_from(OPTIONS[key]), min_size=1, unique=True).map(lambda found: {key: found if len(found) > 1 else found[0]})
)
conditions: st.SearchStrategy[Any] = st.recursive(
    clauses,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=6,
)
answered = st.fixed_dictionaries({key: st.sampled_from(options) for key, options in OPTIONS.items()})


def truth(part: Logic, answers: dict[str, str]) -> bool | None:
    return part if isinstance(part, bool) else holds(part, answers)


@given(conditions, conditions, answered)
def test_joined_conditions_mean_what_they_say(one: Any, other: Any, answers: dict[str, str]) -> None:
    a, b = holds(one, answers), holds(other, answers)
    assert truth(both(one, other), answers) == (a and b)
    assert truth(either(one, other), answers) == (a or b)
    assert truth(negated(one), answers) == (not a)
    assert truth(both(one, True), answers) == truth(either(one, False), answers) == a
    assert both(one, False) is False and either(one, True) is True


@given(conditions, answered)
def test_a_condition_said_shortly_holds_in_the_same_cases(condition: Any, answers: dict[str, str]) -> None:
    assert truth(simplified(condition, OPTIONS), answers) == holds(condition, answers)


@given(conditions, answered)
def test_rewriting_every_clause_as_it_is_changes_nothing(condition: Any, answers: dict[str, str]) -> None:
    assert truth(rewritten(condition, lambda key, options: {key: options}), answers) == holds(condition, answers)


def test_one_question_is_asked_about_once() -> None:
    assert simplified({"all": [{"a": ["x", "y"]}, {"not": {"a": "y"}}, {"b": "x"}]}, OPTIONS) == {"a": "x", "b": "x"}
    assert simplified({"all": [{"a": "x"}, {"a": "y"}]}, OPTIONS) is False
