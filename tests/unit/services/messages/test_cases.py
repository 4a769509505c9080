"""Which case something holds for, in words that are clear without their question."""

from __future__ import annotations

import pytest

from services.messages.cases import asked, chosen
from services.messages.model import Form, FormField
from services.messages.rendering import render_template, with_text

ASKS = ["要不要临时证？", "您想怎么办，到窗口，还是用“粤省事”？", "是什么车？"]


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("外省户籍", "外省户籍"),
        ("要不要临时证？要", "“要不要临时证？”选“要”"),
        ("外省户籍；并且要不要临时证？要", "外省户籍；并且“要不要临时证？”选“要”"),
        ("是什么车？轿车，或者货车；并且已满16周岁", "“是什么车？”选“轿车”或“货车”；并且已满16周岁"),
        ("要不要临时证？要，或者是什么车？轿车", "“要不要临时证？”选“要”，或者“是什么车？”选“轿车”"),
        ("您想怎么办，到窗口，还是用“粤省事”？到窗口", "“您想怎么办，到窗口，还是用‘粤省事’？”选“到窗口”"),
    ],
)
def test_questions_and_their_answers_are_told_apart(case: str, said: str) -> None:
    assert asked(case, ASKS) == said
    assert asked(case, []) == case


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("已满16周岁", "已满16周岁"), ("不是，两年内拍过", "两年内拍过"), ("是，需要重新拍", "需要重新拍"), ("要", "“要不要？”选“要”"),
        ("不是，但在广州去世火化", "不是，但在广州去世火化"), ("没有，自己办", "没有，自己办"),
    ],
)  # fmt: skip
def test_an_answer_stands_without_its_question_or_with_it(answer: str, said: str) -> None:
    assert chosen(answer, "要不要？") == said


def test_the_dates_of_a_form_are_written_as_people_write_them() -> None:
    fields = [FormField(name=str(k), label=f"第{k}项", type="date", value=value) for k, value in enumerate(("1990-03-07", "昨天"))]
    text = with_text(Form(form_id="f", guide_id="g", state="draft", url="/", fields=fields, missing=[], title="补领申请表")).text
    assert text.splitlines() == ["补领申请表：填写中", "第0项：1990年3月7日", "第1项：昨天"]


def test_the_agent_reads_the_case_so_too() -> None:
    situation = [{"ask": "要不要临时证？", "answer": "要"}, {"ask": "重拍吗？", "answer": "不是，两年内拍过"}]
    summary = render_template("handoff_summary", name="补领", situation=situation, said="转人工", misses=0, form=False, appointment=False)
    assert "情况：“要不要临时证？”选“要”、两年内拍过。" in summary
