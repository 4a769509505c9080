"""A bundle put together: one list, one form, steps in order, ways shared — whatever the citizen answers."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from knowledge.guidance.bundles import assemble
from knowledge.guidance.bundles.order import before, in_order, visits
from knowledge.guidance.materials import materials_for
from knowledge.schema.bundle import Asked, Member
from knowledge.schema.documents import bare_name
from knowledge.schema.guide import Guide, Situation
from tests.fakes.guides import guide

YES_NO = [{"id": "yes", "label": "要"}, {"id": "no", "label": "不要"}]
NAMES = ["身份证", "户口簿", "结婚证", "照片"]


def question(name: str) -> dict[str, Any]:
    return {"id": name, "ask": f"{name}？", "options": YES_NO}


def item(name: str, materials: list[dict[str, Any]], **more: Any) -> Guide:
    return guide(name, name=f"事项{name}", **{"situations": [], "materials": materials, "time_limit": None, **more})


def bundle(items: list[Guide], *, joint: bool = False, situations: Any = (), materials: Any = (), form: Any = None, **each: Any) -> Guide:
    """Of these items in their order; ``each``: what is said of one of them, by its id."""
    members = [{"guide": g.id, "key": g.id, **each.get(g.id, {})} for g in items]
    said = {"name": "一件事", "aliases": ["一起办"], "situations": list(situations), "materials": list(materials), "time_limit": None}
    return assemble(guide("yi", bundle={"joint": joint, "members": members}, form=form, **said), {g.id: g for g in items})


def test_a_document_two_items_ask_for_stands_there_once_and_names_both() -> None:
    whole = bundle([item("a", [{"id": "card", "name": "居民身份证", "copies": 1}]), item("b", [{"id": "x", "name": "身份证（原件）", "copies": 3}])])
    assert [(m.name, m.copies, m.serves) for m in whole.materials] == [("居民身份证", 3, ["a", "b"])]


def test_what_one_item_waives_and_another_wants_is_brought_along() -> None:
    waived, wanted = {"id": "m", "name": "户口簿", "data_sharing": True}, {"id": "m", "name": "户口簿"}
    assert [m.data_sharing for m in bundle([item("a", [waived]), item("b", [wanted])]).materials] == [False]
    assert [m.data_sharing for m in bundle([item("a", [waived]), item("b", [waived])]).materials] == [True]


def test_what_is_waived_in_every_item_that_applies_stays_waived() -> None:
    items = [item("a", [{"id": "m", "name": "户口簿", "data_sharing": True}]), item("b", [{"id": "m", "name": "户口簿"}])]
    whole = bundle(items, situations=[question("more")], b={"when": {"more": "yes"}})
    assert [n.waived_by for n in materials_for(whole, {"more": "no"})] == ["data_sharing"]
    assert [n.waived_by for n in materials_for(whole, {"more": "yes"})] == [None]


def test_a_paper_an_earlier_item_hands_out_need_not_be_prepared() -> None:
    items = [item("a", [], results=[{"name": "营业执照"}]), item("b", [{"id": "licence", "name": "营业执照"}])]
    after = {"b": {"after": ["a"]}}
    assert [m.made_by for m in bundle(items, **after).materials] == ["a"]
    assert bundle(items, joint=True, **after).materials == []
    assert [m.made_by for m in bundle(items).materials] == [None]  # nobody says that a comes first


def test_a_question_the_bundle_answers_is_not_asked_again() -> None:
    asked = item("a", [{"id": "m", "name": "委托书", "when": {"proxy": "yes"}}], situations=[question("proxy")])
    assert [s.id for s in bundle([asked, item("b", [])]).situations] == ["a_proxy"]
    settled = bundle([asked, item("b", [])], a={"answers": {"proxy": "no"}})
    assert (settled.situations, settled.materials) == ([], [])
    assert settled.bundle is not None and settled.bundle.members[0].assumes == ["proxy？按“不要”算"]


def test_a_question_of_the_bundle_stands_for_one_of_an_item() -> None:
    asked = item("a", [{"id": "m", "name": "委托书", "when": {"proxy": "yes"}}], situations=[question("proxy")])
    answers = {"proxy": {"situation": "alone", "options": {"yes": "no", "no": "yes"}}}
    whole = bundle([asked, item("b", [])], situations=[question("alone")], a={"answers": answers})
    assert [s.id for s in whole.situations] == ["alone"]
    assert [n.material.name for n in materials_for(whole, {"alone": "no"})] == ["委托书"]


def test_one_form_asks_each_thing_once_and_keeps_apart_what_is_not_the_same() -> None:
    one = {"title": "甲", "fields": [{"use": "gender"}, {"name": "kind", "label": "种类", "type": "text"}]}
    two = {"title": "乙", "fields": [{"use": "gender"}, {"name": "kind", "label": "种类", "type": "number"}]}
    whole = bundle([item("a", [], form=one), item("b", [], form=two)])
    assert whole.form is not None
    names = [f.name for f in whole.form.fields]
    assert names == ["applicant_name", "applicant_id", "phone", "gender", "kind", "b_kind"]
    assert [f.serves for f in whole.form.fields if f.name == "gender"] == [["a", "b"]]


def test_what_the_author_wrote_covers_the_items_and_is_kept_as_it_is() -> None:
    own = {"id": "id_card", "name": "身份证", "kind": "原件", "note": "写好的话"}
    whole = bundle([item("a", [{"id": "x", "name": "居民身份证", "copies": 5}]), item("b", [])], materials=[own])
    assert [(m.note, m.copies, m.serves) for m in whole.materials] == [("写好的话", None, ["a"])]


def test_a_member_that_is_not_published_is_left_out_and_named() -> None:
    there = item("a", [{"id": "m", "name": "户口簿"}])
    both = guide("yi", bundle={"joint": False, "members": [{"guide": "a", "key": "a"}, {"guide": "gone", "key": "b"}]}, materials=[])
    whole = assemble(both, {"a": there})
    assert whole.bundle is not None and whole.bundle.missing == ["gone"] and [m.id for m in whole.materials] == ["m"]


def test_putting_together_does_not_change_what_was_written() -> None:
    items = [item("a", [{"id": "m", "name": "户口簿"}]), item("b", [])]
    written = guide("yi", bundle={"joint": False, "members": [{"guide": g.id, "key": g.id} for g in items]})
    before_it = written.document()
    assert assemble(written, {g.id: g for g in items}) == assemble(written, {g.id: g for g in items})
    assert written.document() == before_it


def member(name: str, at: str | None = None, after: tuple[str, ...] = (), **more: Any) -> Member:
    return Member(guide=name, key=name, at=at, after=list(after), **more)


def test_items_of_one_place_share_a_visit_unless_something_lies_between() -> None:
    together = [member("a", "窗口"), member("b", "银行"), member("c", "窗口")]
    assert [v.items for v in visits(together)] == [["a", "c"], ["b"]]
    between = [member("a", "窗口"), member("b", "银行", ("a",)), member("c", "窗口", ("b",))]
    assert [v.items for v in visits(between)] == [["a"], ["b"], ["c"]]


def test_one_waits_for_a_result_elsewhere_unless_it_is_handed_over_at_once() -> None:
    assert len(visits([member("a", "窗口"), member("b", "窗口", ("a",))])) == 2
    assert len(visits([member("a", "窗口", at_once=True), member("b", "窗口", ("a",))])) == 1


places = st.sampled_from(["窗口", "银行", "医院", None])
orders = st.integers(2, 6).flatmap(
    lambda n: st.tuples(
        st.lists(places, min_size=n, max_size=n),
        st.lists(st.booleans(), min_size=n, max_size=n),
        st.sets(st.sampled_from(list(combinations(range(n), 2))), max_size=5),
        st.permutations(range(n)),
    )
)


@given(orders)
def test_no_item_comes_before_one_it_waits_for(drawn: Any) -> None:
    where, at_once, edges, shuffle = drawn
    members = [member(f"g{i}", where[i], tuple(f"g{a}" for a, b in sorted(edges) if b == i), at_once=at_once[i]) for i in shuffle]
    place = {m.guide: at for at, m in enumerate(in_order(members))}
    assert all(place[i] < place[m.guide] for m in members for i in m.after)
    assert all(set(m.after) <= before(members)[m.guide] for m in members)
    trip = {i: at for at, v in enumerate(visits(members)) for i in v.items}
    assert sorted(trip) == sorted(m.guide for m in members if m.at)
    for later in members:
        for earlier in (m for m in members if m.guide in later.after and m.guide in trip and later.guide in trip):
            same = trip[earlier.guide] == trip[later.guide]
            assert trip[earlier.guide] < trip[later.guide] or (same and earlier.at_once)


whens = st.sampled_from([None, {"q": "yes"}, {"q": "no"}, {"not": {"q": "yes"}}, {"any": [{"q": "yes"}, {"r": "no"}]}, {"q": "yes", "r": "yes"}])
rows = st.builds(
    lambda at, name, when, required, shared, licence, copies: {
        "id": f"m{at}", "name": name, "when": when, "required": required, "data_sharing": shared, "licence": licence, "copies": copies,
    },
    st.integers(0, 99), st.sampled_from(NAMES), whens, st.booleans(), st.booleans(), st.sampled_from([None, "id_card"]), st.integers(1, 4),
)  # fmt: skip
items = st.lists(rows, max_size=4, unique_by=lambda row: row["id"])
memberships = st.fixed_dictionaries(
    {},
    optional={
        "when": st.sampled_from([{"own": "yes"}, {"own": "no"}]),
        "answers": st.sampled_from([{"q": "yes"}, {"q": {"situation": "own", "options": {"yes": "no", "no": "yes"}}}]),
    },
)
ANSWERS = st.fixed_dictionaries({name: st.sampled_from(["yes", "no"]) for name in ("own", "a_q", "a_r", "b_q", "b_r", "c_q", "c_r")})


def theirs(member: Member, guide: Guide, answers: dict[str, str]) -> dict[str, str]:
    """What the citizen's answers to the bundle mean for one of its items."""
    said = {}
    for situation in (s for s in guide.situations if isinstance(s, Situation)):
        answer = member.answers.get(situation.id)
        if isinstance(answer, Asked):
            said[situation.id] = answer.options[answers[answer.situation]]
        else:
            said[situation.id] = answer or answers[f"{member.key}_{situation.id}"]
    return said


@given(st.tuples(items, items, items), st.tuples(memberships, memberships, memberships), ANSWERS)
def test_the_merged_list_asks_for_what_the_items_ask_for_and_no_more(drawn: Any, said: Any, answers: dict[str, str]) -> None:
    guides = [item(name, rows, situations=[question("q"), question("r")]) for name, rows in zip("abc", drawn, strict=True)]
    whole = bundle(guides, situations=[question("own")], **dict(zip("abc", said, strict=True)))
    assert whole.bundle is not None
    wanted: dict[str, list[Any]] = {}
    for one, each in zip(guides, whole.bundle.members, strict=True):
        if each.when is None or each.when == {"own": answers["own"]}:
            for needed in materials_for(one, theirs(each, one, answers)):
                wanted.setdefault(bare_name(needed.material.name), []).append(needed.material)
    merged = {bare_name(n.material.name): n.material for n in materials_for(whole, answers)}
    assert len(merged) == len(materials_for(whole, answers)), "the same document twice"
    assert merged.keys() == wanted.keys()
    for name, asked in wanted.items():
        required = [m for m in asked if m.required]
        assert merged[name].required == bool(required)
        assert (merged[name].copies or 0) >= max(m.copies or 0 for m in asked)
        if required:
            waived = all(m.data_sharing or m.licence for m in required)
            assert bool(merged[name].data_sharing or merged[name].licence) == waived
            assert merged[name].data_sharing == all(m.data_sharing for m in required)
