"""What colleagues see of a conversation that is not theirs: everything public, nothing personal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import pytest

from common.ids import spoken_code
from services.cases.model import case_number
from services.handoff import masking
from services.handoff.masking import HIDDEN, masked_message, masked_package, masked_text
from services.messages.model import (
    Appointment,
    Case,
    Choice,
    Choices,
    Form,
    FormField,
    GuideCard,
    Hall,
    LabelValue,
    MaterialLine,
    Materials,
    Message,
    SituationAnswer,
    Text,
    TimelineEntry,
)
from services.messages.rendering import with_text

AT = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
HALL = Hall(id="h1", name="天河区政务服务中心", address="广州市天河区软件路13号", district="天河区")
NUMBER = case_number(day=AT.date(), sequence=7)


def test_every_type_of_message_has_a_rule() -> None:
    types = {get_args(t.model_fields["type"].annotation)[0] for t in get_args(get_args(Message)[0])}
    assert types == masking._PUBLIC | masking._BY_TYPE.keys()
    assert not masking._PUBLIC & masking._BY_TYPE.keys()


def test_what_a_guide_says_stays_whole() -> None:
    summary = [LabelValue(label="咨询电话", value="020-12345678"), LabelValue(label="办理地点", value="广州市天河区软件路13号")]
    card = GuideCard(
        guide_id="g", version=1, name="身份证补领", region="广州市", department="公安局", summary=summary, sections=[], actions=[], reviewed=True, as_of=None,
    )  # fmt: skip
    line = MaterialLine(name="户口簿", kind="原件", copies=1, required=True, note="可到广州市天河区软件路13号复印")
    materials = Materials(guide_id="g", version=1, situation=[SituationAnswer(ask="多大？", answer="已满16周岁")], materials=[line])
    for message in (with_text(card), with_text(materials)):
        assert masked_message(message) == message


def test_the_values_of_a_form_are_hidden_and_its_labels_and_options_are_not() -> None:
    options = [LabelValue(label="男", value="male"), LabelValue(label="女", value="female")]
    fields = [
        FormField(name="name", label="姓名", type="name", value="张伟", source="identity", locked=True),
        FormField(name="gender", label="性别", type="select", value="male", options=options),
        FormField(name="phone", label="手机号", type="phone", error="13800138是8位，不够"),
    ]
    form = with_text(Form(form_id="fm", guide_id="g", state="draft", url="/#/form/fm", fields=fields, missing=["phone"]))
    assert "张伟" in form.text and "男" in form.text
    seen = masked_message(form)
    assert [f.value for f in seen.fields] == [HIDDEN, HIDDEN, None]
    assert seen.fields[1].options == options and seen.missing == ["phone"] and seen.fields[0].source == "identity"
    assert "张伟" not in seen.model_dump_json() and "姓名" in seen.text
    assert "男" not in seen.text, "the text is written anew, not patched"


def test_an_appointment_shows_the_visit_and_neither_code_nor_links() -> None:
    code = spoken_code()
    visit = with_text(
        Appointment(
            appointment_id="ap", code=code, state="booked", guide_id="g", hall=HALL, start=AT, end=AT, bring=["户口簿"],
            ics_url="/api/a?key=1", qr_url="/api/q?key=1",
        )
    )  # fmt: skip
    seen = masked_message(visit)
    assert code not in seen.model_dump_json() and "key=" not in seen.model_dump_json()
    assert HALL.address in seen.text and "户口簿" in seen.text and seen.start == AT


def test_a_case_shows_its_state_and_not_its_number() -> None:
    entry = TimelineEntry(at=AT, state="supplement", note="请致电13800138000补交")
    seen = masked_message(with_text(Case(case_id="cs", number=NUMBER, state="supplement", guide_id="g", timeline=[entry], form_pdf_url="/pdf?key=1")))
    assert NUMBER not in seen.text and seen.number == HIDDEN and seen.form_pdf_url is None
    assert seen.timeline[0].note == "请致电[phone]补交" and "[phone]" in seen.text


def test_the_options_of_a_question_stay_and_its_prompt_is_masked() -> None:
    offered = [Choice(label="天河区软件路13号办事大厅", payload='/choose_hall{"hall_id": "h1"}')]
    question = with_text(Choices(prompt="短信发到13800138000。去哪里办？", choices=offered))
    seen = masked_message(question)
    assert seen.choices == offered and "天河区软件路13号办事大厅" in seen.text
    assert seen.prompt == "短信发到[phone]。去哪里办？" and "13800138000" not in seen.text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("电话13800138000", "电话[phone]"),
        (f"编号{NUMBER}到哪了", "编号[case]到哪了"),
        ("预约码是K7MPQ2XA", "预约码是[code]"),
        ("20260318那天", "20260318那天"),
        ("要带什么", "要带什么"),
    ],
)
def test_what_people_write_is_masked_where_it_is_personal(said: str, shown: str) -> None:
    assert masked_message(Text(text=said, sender="citizen")).text == masked_text(said) == shown


def test_the_package_keeps_what_helps_and_hides_what_is_his() -> None:
    field = FormField(name="phone", label="联系电话", type="phone", value="13800138000").model_dump(mode="json")
    package = {
        "summary": "想补领身份证", "guide_id": "g", "situation": [{"ask": "多大？", "answer": "已满16周岁"}],
        "form": {"type": "form", "fields": [field], "url": "/#/form/fm"},
        "appointment": {"code": "K7MPQ2XA", "ics_url": "/x", "qr_url": "/y", "hall": HALL.model_dump()},
        "sources": [{"guide_id": "g", "name": "身份证补领", "version": 1, "section": "fees"}],
        "failures": [{"text": "我电话13800138000", "outcome": "no_answer", "at": "x"}], "waited_s": 3,
    }  # fmt: skip
    seen = masked_package(package)
    assert seen["form"]["fields"][0] == {**field, "value": HIDDEN} and seen["appointment"]["code"] == HIDDEN
    assert seen["failures"][0]["text"] == "我电话[phone]"
    assert {k: seen[k] for k in ("summary", "situation", "sources", "waited_s")} == {k: package[k] for k in ("summary", "situation", "sources", "waited_s")}
    assert seen["appointment"]["hall"]["address"] == HALL.address
    assert masked_package({**package, "form": None, "appointment": None})["form"] is None
