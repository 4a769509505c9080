"""The estimate of a wait, and words that mean one will not wait."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.handoff.estimating import DeskLoad, estimated_wait, smoothed
from services.handoff.masking import masked_message
from services.messages.model import Appointment, Form, FormField, Hall, Notice, Text

seconds = st.floats(1, 7200)
loads = st.builds(DeskLoad, free=st.integers(0, 20), capacity=st.integers(0, 50), handling_s=seconds, pickup_s=seconds)


def test_who_finds_a_free_place_waits_for_the_pick_up_alone() -> None:
    assert estimated_wait(2, DeskLoad(free=2, capacity=4, handling_s=480, pickup_s=60)) == 60


def test_who_finds_none_waits_until_enough_conversations_have_ended() -> None:
    assert estimated_wait(3, DeskLoad(free=0, capacity=4, handling_s=480, pickup_s=60)) == 60 + 3 * 120


@given(st.integers(1, 200), loads)
def test_a_later_place_never_waits_shorter_and_nobody_waits_less_than_nothing(position: int, load: DeskLoad) -> None:
    assert 0 < estimated_wait(position, load) <= estimated_wait(position + 1, load)


@given(st.lists(seconds, max_size=30), seconds, st.floats(1, 50))
def test_a_smoothed_mean_lies_between_what_was_expected_and_what_was_seen(observed: list[float], prior: float, weight: float) -> None:
    mean = smoothed(observed, prior=prior, weight=weight)
    assert min([*observed, prior]) - 1e-6 <= mean <= max([*observed, prior]) + 1e-6


def test_many_figures_outweigh_the_prior() -> None:
    assert smoothed([1000.0] * 45, prior=480, weight=5) == pytest.approx(948)
    assert smoothed([], prior=480, weight=5) == 480


def test_masking_keeps_the_shape_of_every_message_and_hides_what_opens_something() -> None:
    form = Form(
        form_id="fm_1", guide_id="g", state="draft", url="/#/form/fm_1", missing=["b"],
        fields=[FormField(name="a", label="姓名", type="text", value="张伟", source="identity"), FormField(name="b", label="备注", type="text")],
    )  # fmt: skip
    visit = Appointment(
        appointment_id="ap_1", code="ABCD2345", state="booked", guide_id="g", hall=Hall(id="h", name="大厅"), bring=["身份证"],
        start="2026-03-18T09:00:00+08:00", end="2026-03-18T09:30:00+08:00", ics_url="/x?key=1", qr_url="/y?key=2",
    )  # fmt: skip
    seen = [masked_message(m) for m in (form, visit, Text(text="电话13800138000", sender="citizen"), Notice(code="emergency.120", text="先救人"))]
    assert [m.type for m in seen] == ["form", "appointment", "text", "notice"]
    assert seen[0].fields[0].value == "***" and seen[0].fields[1].value is None and seen[0].missing == ["b"]
    assert (seen[1].code, seen[1].ics_url, seen[1].bring) == ("***", "***", ["身份证"])
    assert seen[2].text == "电话[phone]" and seen[3].code == "emergency.120"
    assert "张伟" not in str(seen)
