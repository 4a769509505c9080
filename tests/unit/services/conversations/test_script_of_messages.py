"""A message in traditional characters: words change, keys do not."""

from __future__ import annotations

from services.conversations.script import in_script
from services.messages.model import Form, FormField, GuideCard, LabelValue


def test_the_facts_of_a_guide_card_are_words_and_change() -> None:
    card = GuideCard(
        guide_id="g", version=1, name="居住证申领", region="广州市", department="公安机关", summary=[LabelValue(label="办理部门", value="公安机关")],
        sections=[], actions=[], reviewed=False, as_of=None,
    )  # fmt: skip
    shown = in_script(card, "hant")
    assert shown.summary == [LabelValue(label="辦理部門", value="公安機關")]


def test_the_value_of_an_option_is_a_key_and_stays() -> None:
    field = FormField(name="how", label="丢失原因", type="select", value="遗失", options=[LabelValue(label="遗失", value="遗失")])
    form = Form(form_id="f", guide_id="g", state="draft", url="/", fields=[field], missing=[])
    shown = in_script(form, "hant").fields[0]
    assert (shown.value, shown.options) == ("遗失", [LabelValue(label="遺失", value="遗失")])
