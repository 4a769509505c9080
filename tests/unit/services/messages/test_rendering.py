
"""Every type of message has a complete plain text."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from services.messages import model as m
from services.messages.rendering import with_text

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
HALL = m.Hall(id="h", name="某大厅", address="某路1号", district="天河区")
CHOICE = m.Choice(label="甲", payload="/human")
EXAMPLES: list[tuple[m.Message, list[str]]] = [
    (m.Choices(prompt="哪个？", choices=[CHOICE]), ["哪个？", "1. 甲"]),
    (m.ItemList(items=[m.Item(guide_id="g", name="某事项", region="广州市", why="因为", payload="/x")]), ["1. 某事项（广州市）", "因为"]),
    (m.GuideCard(guide_id="g", version=1, name="某事项", region="广州市", department="某局", summary=[m.LabelValue(label="收费", value="免费")], sections=[],
                 actions=[], reviewed=False, as_of="2026"), ["某事项", "收费：免费", "尚未经主管部门审核", "2026"]),
    (m.Materials(guide_id="g", version=1, situation=[m.SituationAnswer(ask="满16？", answer="已满16周岁")],
                 materials=[m.MaterialLine(name="户口簿", kind="原件", copies=1, required=True, waived_by="e_licence", note="带齐"),
                            m.MaterialLine(name="照片", kind="", copies=None, required=False)]),
     ["按您的情况：已满16周岁", "1. 户口簿（原件1份）", "免交", "带齐", "2. 照片", "需要时提供"]),
    (m.Form(form_id="f", guide_id="g", state="draft", url="/", missing=["b"], fields=[
        m.FormField(name="a", label="性别", type="select", value="male", source="identity", options=[m.LabelValue(label="男", value="male")]),
        m.FormField(name="b", label="手机", type="phone", error="号码不对"), m.FormField(name="c", label="姓名", type="name", value="张三")]),
     ["性别：男（身份信息）", "姓名：张三", "手机：号码不对", "还差：手机"]),
    (m.Slots(guide_id="g", hall=HALL, days=[m.Day(date=date(2026, 11, 24), weekday="周二", slots=[m.Slot(slot_id="s", start=AT, end=AT, left=2, payload="/p")])]),
     ["某大厅", "11月24日 周二", "09:00"]),
    (m.Appointment(appointment_id="a", code="ABCD2345", state="booked", guide_id="g", hall=HALL, start=AT, end=AT, bring=["户口簿"], ics_url="/", qr_url="/"),
     ["预约成功", "2026年11月24日 周二 09:00", "ABCD2345", "户口簿"]),
    (m.Case(case_id="c", number="4401", state="submitted", guide_id="g", form_pdf_url=None, timeline=[m.TimelineEntry(at=AT, state="submitted")]), ["4401", "已提交"]),
    (m.Handoff(state="queued", position=3, estimated_wait_s=61), ["转接", "第3位", "2分钟"]),
    (m.Handoff(state="ticket", ticket_number="GD1"), ["GD1"]),
    (m.Rating(episode_id="e", levels=[m.Level(value=5, label="非常满意", payload="/rate")]), ["5 非常满意"]),
]  # fmt: skip


@pytest.mark.parametrize(("message", "said"), EXAMPLES, ids=lambda x: getattr(x, "type", None))
def test_the_plain_text_says_it_all(message: m.Message, said: list[str]) -> None:
    text = with_text(message).text
    assert [words for words in said if words not in text] == [], text
    assert "None" not in text and "{" not in text


def test_every_type_has_an_example() -> None:
    types = {e.type for e, _ in EXAMPLES} | {"text", "notice", "answer"}
    import typing

    union = typing.get_args(typing.get_args(m.Message)[0])
    assert {t.model_fields["type"].default for t in union} == types
