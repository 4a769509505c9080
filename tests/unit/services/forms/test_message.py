"""The form message says what the form is called and how a field is filled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from services.forms.message import message
from services.forms.model import FieldView, FormView

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def test_the_message_carries_the_title_and_the_help_of_a_field() -> None:
    field = FieldView(
        name="lost_how", label="丢失原因", type="text", value=None, display=None, source=None, locked=False, required=True, error=None, options=(),
        help="写被盗的，要先报案",
    )  # fmt: skip
    view = FormView(
        id="fm_1", person_id="ct_1", conversation_id="cv_1", guide_id="g", guide_version=1, guide_name="补领", title="补领申请表", state="draft",
        subject="self", revision=1, answers={}, fields=[field], missing=["lost_how"], asked="lost_how", case_id=None, updated_at=NOW, expires_at=NOW,
    )  # fmt: skip
    shown = message(view, url="/#/form/fm_1")
    assert (shown.title, shown.fields[0].help) == ("补领申请表", "写被盗的，要先报案")
    assert message(replace(view, subject="child"), url="").title == "孩子的补领申请表"
