"""Typed messages as parts: richest form first, plain text always possible, within limits and quota."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.base import Capabilities, CardPart, MenuPart, TextPart, TypedPart
from channels.rendering import plan
from channels.scripts import written
from common.clock import SHANGHAI
from services.conversations.service import Voice, worded
from services.messages.model import (
    Appointment,
    Case,
    Choice,
    Choices,
    Day,
    Form,
    FormField,
    GuideCard,
    Hall,
    Item,
    ItemList,
    LabelValue,
    Level,
    Rating,
    Slot,
    Slots,
    Text,
)  # fmt: skip
from services.messages.rendering import with_text

PLAIN = Capabilities(text_bytes=2048)
MENUS = Capabilities(text_bytes=2048, choices="menu", menu_choices=3, cards=True)
AT = datetime(2026, 3, 18, 9, 0, tzinfo=SHANGHAI)
WAYS = [Choice(label=w, payload="/greet") for w in ("第一次办", "换证", "丢了补办", "都不是")]
FIELDS = [
    FormField(name="id", label="身份证号", type="text", value="440106199001011237", source="identity"),
    FormField(name="phone", label="联系电话", type="phone"),
]
FORM = with_text(Form(seq=5, form_id="fm_1", guide_id="g", state="draft", url="/#/form/fm_1", fields=FIELDS, missing=["phone"]))
CHOICES = with_text(Choices(seq=5, prompt="您要办哪一种？", choices=WAYS))
ITEMS = with_text(
    ItemList(seq=5, items=[Item(guide_id=g, name=g, region="广州市", why="", payload="/greet") for g in ("护照", "通行证")], choices=WAYS[3:])
)
GUIDE = with_text(
    GuideCard(seq=5, guide_id="g", version=1, name="护照换发", region="广州市", department=None, summary=[LabelValue(label="收费", value="120元")],
              sections=[], actions=[Choice(label="材料清单", payload="/greet"), Choice(label="多少钱", payload="/greet")], reviewed=True, as_of=None)
)  # fmt: skip
SLOTS = with_text(
    Slots(seq=5, guide_id="g", hall=Hall(id="h", name="天河大厅"),
          days=[Day(date=AT.date(), weekday="周三", slots=[Slot(slot_id="s", start=AT, end=AT, left=2, payload="/pick"), Slot(slot_id="t", start=AT, end=AT, left=0, payload="/no")])])
)  # fmt: skip
RATING = with_text(Rating(seq=5, episode_id="ep", levels=[Level(value=v, label="满意", payload="/rate") for v in (5, 4, 3, 2, 1)]))
VISIT = with_text(
    Appointment(seq=5, appointment_id="ap", code="8888AAAA", state="booked", guide_id="g", hall=Hall(id="h", name="天河大厅"), start=AT, end=AT,
                bring=["身份证"], ics_url="/api/a.ics?key=1", qr_url="/api/a.svg?key=2")
)  # fmt: skip
CASE = with_text(Case(seq=5, case_id="c", number="GZ1", state="submitted", guide_id="g", timeline=[], form_pdf_url="/api/c.pdf?key=3"))
EVERY = [Text(seq=5, text="您好"), CHOICES, ITEMS, GUIDE, FORM, SLOTS, RATING, VISIT, CASE]


def texts(parts: list) -> str:
    return "\n".join(p.text if isinstance(p, TextPart | CardPart) else p.head for p in parts)


def test_without_buttons_a_list_is_chosen_from_by_number() -> None:
    (part,) = plan([CHOICES], capabilities=PLAIN, room=5)
    assert "3. 丢了补办" in part.text and "回复数字 1–4" in part.text
    assert [(c.number, c.key) for c in part.choices] == [(1, "5.0"), (2, "5.1"), (3, "5.2"), (4, "5.3")]
    (part,) = plan([ITEMS], capabilities=PLAIN, room=5)
    assert [c.label for c in part.choices] == ["护照", "通行证", "都不是"] and "3. 都不是" in part.text


def test_of_one_entry_no_range_is_named() -> None:
    alone = with_text(Choices(seq=1, prompt="转人工吗？", choices=[Choice(label="转人工", payload="/human")]))
    assert "回复 1 就能选" in texts(plan([alone], capabilities=Capabilities(), room=None))


def test_a_marks_number_is_the_mark() -> None:
    (part,) = plan([RATING], capabilities=PLAIN, room=5)
    assert {c.number: c.key for c in part.choices}[5] == "5.0" and "5 满意" in part.text


def test_without_buttons_actions_and_times_are_said_in_words() -> None:
    assert "您可以直接说：材料清单、多少钱" in plan([GUIDE], capabilities=PLAIN, room=5)[0].text
    text = plan([SLOTS], capabilities=PLAIN, room=5)[0].text
    assert "直接说日期和时间" in text and "上午09:00" in text
    assert plan([GUIDE], capabilities=PLAIN, room=5)[0].choices == []


@pytest.mark.parametrize("voice", ["hans", "hant"])
@pytest.mark.parametrize("before", [True, False])
def test_how_a_time_is_said_is_told_once(voice: Voice, before: bool) -> None:
    told, bare = (Text(seq=5, text=worded(t, voice)) for t in ("选一个方便的时间吧，也可以直接说“周三上午的”“最早的”。", "您想哪天去？点一个就行。"))
    with written(voice):
        for text, times in ((told, 0), (bare, 1)):
            shown = texts(plan([text, SLOTS] if before else [SLOTS, text], capabilities=PLAIN, room=5))
            assert shown.count(worded("直接说日期和时间", voice)) == times and "09:00" in shown


def test_with_menus_entries_are_tapped_and_those_beyond_can_still_be_said() -> None:
    (menu,) = plan([CHOICES], capabilities=MENUS, room=5)
    assert isinstance(menu, MenuPart) and menu.head == "您要办哪一种？"
    assert [(c.key, c.label, c.number) for c in menu.choices] == [("5.0", "第一次办", 1), ("5.1", "换证", 2), ("5.2", "丢了补办", 3)]
    assert "1–4" in menu.tail
    (menu,) = plan([SLOTS], capabilities=MENUS, room=5)
    assert [c.key for c in menu.choices] == ["5.0"], "what is full is not offered"


def test_words_too_long_for_a_menu_go_before_it() -> None:
    long = CHOICES.model_copy(update={"prompt": "说明。" * 300})
    parts = plan([long], capabilities=MENUS, room=5)
    assert [p.kind for p in parts] == ["text", "text", "menu"] and parts[-1].head == "请选一项："
    assert [p.whole for p in parts] == [False, False, True] and parts[-1].upto == 5


def test_long_labels_are_shortened_to_what_a_menu_takes() -> None:
    wide = CHOICES.model_copy(update={"choices": [Choice(label="很长" * 60, payload="/greet")]})
    assert all(len(c.label.encode()) <= 128 for c in plan([wide], capabilities=MENUS, room=5)[0].choices)


def test_a_forms_values_stay_on_our_own_page_where_there_is_a_card() -> None:
    (card,) = plan([FORM], capabilities=MENUS, room=5, public_url="https://h5.example/")
    assert isinstance(card, CardPart) and card.url == "https://h5.example/#/form/fm_1" and card.page == "/#/form/fm_1"
    assert "还差：联系电话" in card.text and "4401" not in card.model_dump_json()


def test_and_are_shortened_where_there_is_none() -> None:
    (part,) = plan([FORM], capabilities=PLAIN, room=5, public_url="https://h5.example")
    assert "440106199001011237" not in part.text and "4401**********1237" in part.text and "打开填写：https://h5.example/#/form/fm_1" in part.text


def test_what_belongs_to_a_visit_or_a_case_is_linked_where_links_can_be_opened() -> None:
    text = plan([VISIT], capabilities=PLAIN, room=5, public_url="https://h5.example")[0].text
    assert "8888AAAA" in text and "https://h5.example/api/a.svg?key=2" in text and "https://h5.example/api/a.ics?key=1" in text
    assert "https://h5.example/api/c.pdf?key=3" in plan([CASE], capabilities=PLAIN, room=5, public_url="https://h5.example")[0].text
    assert "http" not in plan([VISIT], capabilities=PLAIN, room=5)[0].text, "an address of our own that nobody can open is not shown"
    assert "http" not in texts(
        plan([VISIT, Text(text="见 https://x.cn/1 。")], capabilities=Capabilities(links=False), room=None, public_url="https://h")
    )


def test_an_agent_is_told_from_the_bot() -> None:
    assert plan([Text(sender="agent", text="我是小王")], capabilities=PLAIN, room=5)[0].text == "【帮办员】我是小王"


def test_a_program_is_handed_the_messages_themselves() -> None:
    (part,) = plan(EVERY, capabilities=Capabilities(typed=True), room=None)
    assert (
        isinstance(part, TypedPart)
        and [m["type"] for m in part.messages] == [m.type for m in EVERY]
        and part.messages[5]["days"][0]["slots"][0]["start"]
    )


def test_one_turns_messages_are_joined_when_the_quota_is_short() -> None:
    said = [Text(seq=k, text=f"第{k}段。") for k in range(1, 7)]
    assert len(plan(said, capabilities=PLAIN, room=None)) == 6
    parts = plan(said, capabilities=PLAIN, room=5)
    assert len(parts) == 3 and parts[-1].upto == 6 and texts(parts).count("段") == 6
    (one,) = plan(said, capabilities=PLAIN, room=1)
    assert one.text == "\n\n".join(f"第{k}段。" for k in range(1, 7)) and one.upto == 6 and one.whole


def test_two_numbered_lists_are_never_put_together() -> None:
    parts = plan([CHOICES, ITEMS.model_copy(update={"seq": 6})], capabilities=PLAIN, room=1)
    assert len(parts) == 2


def test_what_does_not_fit_the_quota_is_announced_and_waits() -> None:
    parts = plan([Text(seq=1, text="一句话。" * 500)], capabilities=PLAIN, room=2)
    assert len(parts) > 2 and all(len(p.text.encode()) <= 2048 for p in parts)
    assert [("继续" in p.text) for p in parts] == [(k + 1) % 2 == 0 and k + 1 < len(parts) for k in range(len(parts))]
    assert [p.whole for p in parts] == [False] * (len(parts) - 1) + [True]


@pytest.mark.parametrize("can", [PLAIN, MENUS, Capabilities(text_chars=100, links=False)])
@settings(deadline=None)
@given(chosen=st.lists(st.sampled_from(EVERY), max_size=6), room=st.sampled_from([None, 0, 1, 2, 5]))
def test_every_plan_keeps_the_limits_and_the_order(can: Capabilities, chosen: list, room: int | None) -> None:
    messages = [m.model_copy(update={"seq": k}) for k, m in enumerate(chosen, start=1)]
    parts = plan(messages, capabilities=can, room=room, public_url="https://h5.example")
    assert [p.upto for p in parts] == sorted(p.upto for p in parts)
    assert not messages or (parts[-1].upto == len(messages) and parts[-1].whole)
    for part in parts:
        if isinstance(part, TextPart):
            assert can.text_bytes is None or len(part.text.encode()) <= can.text_bytes
            assert can.text_chars is None or len(part.text) <= can.text_chars
        if isinstance(part, MenuPart):
            assert len(part.choices) <= can.menu_choices and len(part.head.encode()) <= can.menu_head_bytes
