"""Single flows over stand-ins of the services they call."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from common.clock import FixedClock
from knowledge.schema.guide import Guide, Region
from knowledge.schema.library import shipped_guides
from knowledge.service import PublishedGuide
from services.conversations.model import Conversation, Turn
from services.conversations.state import DialogueState
from services.dialogue import drafts, form_talk, handing, holding, manners, submitting
from services.dialogue.people import turn_to
from services.dialogue.scene import Scene, Understood
from services.forms.errors import VerificationNeeded
from services.messages.model import Form, Text

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
GUIDES = {g.id: g for g in shipped_guides()}
LOST_CARD = GUIDES["jumin-shenfenzheng-buling"]


def scene(text: str, state: DialogueState, **understood: Any) -> Scene:
    conversation = Conversation("cv_1", "ct_1", "web", "bot", 1, None, state, NOW, NOW)
    turn = Turn("tn_2", conversation, "text", text, text)
    return Scene(turn, Understood(**understood), None, {}, frozenset(), state)


def said(one: Scene) -> list[str]:
    return [e.response for e in one.entries if hasattr(e, "response")]


def draft(id: str, guide: str, subject: str, *fields: str) -> Any:
    named = [SimpleNamespace(name=n) for n in fields]
    return SimpleNamespace(id=id, guide_id=guide, guide_name=f"普通{guide}换发", title=guide, subject=subject, fields=named)


OWN, CHILDS, CARD = draft("fm_own", "护照", "self"), draft("fm_child", "护照", "child"), draft("fm_card", "身份证", "self")


@pytest.mark.parametrize(
    ("text", "state", "objects", "meant"),
    [
        ("继续填孩子的表", {"guide_id": "护照"}, (), ["fm_child"]),
        ("继续填我自己的表", {"guide_id": "护照", "whom": "child"}, (), ["fm_own"]),
        ("继续填我自己的表", {"whom": "child"}, (), ["fm_own", "fm_card"]),
        ("继续填身份证的表", {"guide_id": "护照"}, ("身份证",), ["fm_card"]),
        ("继续填表", {"guide_id": "护照", "whom": "child"}, (), ["fm_child"]),
        ("继续填表", {"guide_id": "护照"}, (), ["fm_own"]),
        ("继续填表", {"form_id": "fm_card"}, (), ["fm_card"]),
        ("继续填表", {"pending": "field", "form_id": "fm_own", "guide_id": "护照", "whom": "child"}, (), ["fm_own"]),
        ("继续填表", {}, (), ["fm_own", "fm_child", "fm_card"]),
        ("继续填我妈的表", {}, (), []),
    ],
)
def test_the_draft_that_is_meant(text: str, state: dict[str, Any], objects: tuple[str, ...], meant: list[str]) -> None:
    found = drafts.fitting(scene(text, DialogueState(**state), objects=objects), [OWN, CHILDS, CARD])
    assert [d.id for d in found] == meant


def test_a_form_of_the_parents_that_names_the_child_is_the_childs_too() -> None:
    birth = draft("fm_birth", "出生登记", "self", "applicant_name", "child_name")
    assert drafts.fitting(scene("继续填孩子的表", DialogueState()), [OWN, birth]) == [birth]
    assert drafts.fitting(scene("继续填孩子的表", DialogueState()), [OWN]) == []


def test_of_several_drafts_it_is_asked_which_and_each_says_whose_it_is() -> None:
    one = scene("继续填表", DialogueState())
    drafts.ask_which_draft(one, [OWN, CHILDS])
    assert [o.label for o in one.state.offers] == ["我的普通护照换发", "孩子的普通护照换发"]


def test_turning_to_another_person_closes_the_form_of_the_one_before() -> None:
    one = scene("给孩子办护照", DialogueState(form_id="fm_own"))
    turn_to(one, "child")
    assert one.state.form_id is None and one.state.whom == "child"
    same = scene("护照", DialogueState(form_id="fm_own"))
    turn_to(same, "self")
    assert same.state.form_id == "fm_own"


class _Regions:
    """Knowledge with a variant of one item for Shenzhen."""

    def __init__(self, guide: Guide, other: Guide):
        self.all = {g.id: PublishedGuide(id=g.id, guide=g, version=1) for g in (guide, other)}
        self.ids = {"深圳": other.id}

    def guide(self, guide_id: str) -> PublishedGuide:
        return self.all[guide_id]

    def variant(self, guide_id: str, *, region: str) -> PublishedGuide:
        return self.all[self.ids.get(region, guide_id)]


async def test_another_place_brings_its_own_rule_and_keeps_the_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    there = LOST_CARD.model_copy(update={"id": "shenzhen-buling", "region": Region(level="city", code="440300", name="深圳市")})
    assistant: Any = SimpleNamespace(knowledge=_Regions(LOST_CARD, there))
    went: list[str | None] = []

    async def go_on(_: Any, one: Scene, **__: Any) -> None:
        went.append(one.state.guide_id)

    monkeypatch.setattr(manners, "go_on", go_on)
    own = next(s for s in LOST_CARD.situations if s.id not in ("age16", "age18", "hukou", "residency", "handler", "channel", "applicant_kind"))
    key = f"{LOST_CARD.id}:{own.id}"
    state = DialogueState(guide_id=LOST_CARD.id, answers={"age16": "adult", key: own.options[0].id}, history=[LOST_CARD.id])
    one = scene("我人在深圳", state)
    await manners.set_region(assistant, one, region="深圳")
    assert said(one) == ["utter_region_set", "utter_region_variant"] and went == [there.id]
    assert one.state.answers[f"{there.id}:{own.id}"] == own.options[0].id and one.state.history == [there.id]

    same = scene("我在番禺", state)
    await manners.set_region(assistant, same, region="番禺")
    assert said(same) == ["utter_region_set"] and same.state.guide_id == LOST_CARD.id


@pytest.mark.parametrize(
    ("text", "minutes", "joins"),
    [
        ("补充一下，是下午三点的事", 5, True),
        ("忘了说，是二号窗口", 5, True),
        ("補充一下，佢仲鬧人", 5, True),
        ("补充材料怎么交", 5, False),
        ("补充一下，是下午三点的事", 90, False),
    ],
)
def test_what_is_added_shortly_after_a_complaint_joins_it(text: str, minutes: int, joins: bool) -> None:
    assistant: Any = SimpleNamespace(clock=FixedClock(NOW))
    state = DialogueState(complained="tn_1", complained_at=NOW.timestamp() - 60 * minutes)
    assert handing.adds_on(assistant, scene(text, state)) is joins
    assert not handing.adds_on(assistant, scene(text, DialogueState()))


async def test_the_second_sentence_of_a_complaint_goes_to_its_ticket_and_a_new_complaint_does_not() -> None:
    assistant: Any = SimpleNamespace(clock=FixedClock(NOW))
    state = DialogueState(complained="tn_1", complained_at=NOW.timestamp())
    more = scene("工作人员还骂人", state)
    await handing.complaint(assistant, more)
    json.dumps(more.state.model_dump())  # as it is stored with the conversation
    assert more.effects[0].data["adds_to"] == "tn_1" and said(more) == ["utter_complaint_added"]
    another = scene("我要投诉黄埔区的大厅，没有人理", state)
    await handing.complaint(assistant, another)
    assert "adds_to" not in another.effects[0].data and another.state.complained == "tn_2"


@pytest.mark.parametrize(
    ("missing", "asked", "response"),
    [
        (["lost_date", "lost_how"], "lost_date", "utter_form_next"),
        (["lost_date"], "lost_date", "utter_form_next_last"),
        (["lost_date"], "phone", "utter_form_next_named"),
        (["photo"], "photo", "utter_form_next_image"),
    ],
)
def test_the_form_says_how_much_is_missing(missing: list[str], asked: str, response: str) -> None:
    field = SimpleNamespace(name=asked, label=asked, type="image" if asked == "photo" else "text", options=(), help=None)
    view: Any = SimpleNamespace(
        id="fm_1", guide_id="g", guide_version=1, state="draft", errors={}, missing=missing, asked=asked, field=lambda name: field
    )
    assistant: Any = SimpleNamespace(forms=SimpleNamespace(message=lambda view: Text(text="表")))
    one = scene("填表", DialogueState())
    form_talk.show_form(assistant, one, view)
    assert said(one) == [response] and one.entries[-1].values["count"] == len(missing)


def test_what_is_wrong_with_a_field_is_said_in_one_sentence() -> None:
    view: Any = SimpleNamespace(
        id="fm_1", guide_id="g", guide_version=1, state="draft", errors={"phone": "没有这样的手机号，请核对。"}, asked=None,
        field=lambda name: SimpleNamespace(label="手机号"),
    )  # fmt: skip
    one = scene("填表", DialogueState())
    form_talk.show_form(SimpleNamespace(forms=SimpleNamespace(message=lambda view: Text(text="表"))), one, view)  # type: ignore[arg-type]
    assert one.entries[1].values == {"label": "手机号", "error": "没有这样的手机号，请核对"}  # type: ignore[union-attr]


@pytest.mark.parametrize(("guide_id", "brought"), [("jumin-shenfenzheng-buling", []), ("geren-quanyi-jilu-chaxun-dayin", ["本人有效身份证件"])])
def test_nobody_is_asked_to_bring_the_card_he_has_lost(guide_id: str, brought: list[str]) -> None:
    one = scene("预约", DialogueState(answers={f"{guide_id}.photo": "have", "photo": "have", "age16": "adult", "hukou": "gz"}))
    one = Scene(one.turn, one.understood, None, {}, frozenset({"hukou_book", "id_card"}), one.state)
    assert holding.to_bring(one, PublishedGuide(id=guide_id, guide=GUIDES[guide_id], version=1)) == brought


async def test_who_has_yet_to_prove_who_he_is_is_given_the_form_where_he_can() -> None:
    async def found(**_: Any) -> Any:
        return SimpleNamespace(state="ready")

    async def refuse(**_: Any) -> Any:
        raise VerificationNeeded(days=30)

    form = Form(form_id="fm_1", guide_id="g", state="ready", url="/#/form/fm_1", fields=[], missing=[])
    assistant: Any = SimpleNamespace(forms=SimpleNamespace(get=found, submit=refuse, message=lambda view: form))
    one = scene("提交", DialogueState(form_id="fm_1", pending="confirm_form"))
    await submitting.submit_form(assistant, one, form_id="fm_1")
    shown = [e for e in one.entries if isinstance(e, Form)]
    assert said(one) == ["utter_refused"] and [m.url for m in shown] == ["/#/form/fm_1"] and "实名登录" in shown[0].text
    assert one.state.pending == "confirm_form", "once he has, he says it again"
