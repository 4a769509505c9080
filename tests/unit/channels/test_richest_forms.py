"""Each kind of message on channels that can show more and less: the richest form there is, the whole of what it says in any, and in quota."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.base import Allowance, Capabilities, CardPart, MenuPart, Part, PicturePart, TextPart
from channels.outlets import plainer
from channels.rendering import plan
from channels.scripts import written
from channels.splitting import told_apart
from services.messages.model import Answer, Choices, GuideCard, ItemList, Message, Rating, Slots
from services.messages.rendering import ways_on, with_text
from tests.fakes.messages import CODE, EVERY, HALL, choices, days, guide, visit, with_nearby

SITE = "https://bangban.example"
MENU = Capabilities(text_bytes=2048, text_chars=600, choices="menu", allowance=Allowance(5, timedelta(hours=48)))
CARDS = replace(MENU, cards=True)
CAN = {
    "text": Capabilities(text_bytes=2048, text_chars=600),
    "voice": Capabilities(text_chars=400, links=False),
    "menu": MENU,
    "cards": CARDS,
    "cards without menus": replace(CARDS, choices="numbers", own_pages=True),
    "pictures": replace(CARDS, pictures=True),
    "mini-program": replace(CARDS, pictures=True, mini_program=True),
    "lines in menus": replace(MENU, menu_lines=True),
}


def rendered(name: str, can: Capabilities = CAN["mini-program"], *, room: int | None = 5, site: str | None = SITE) -> list[Part]:
    return plan([EVERY[name]], capabilities=can, room=room, public_url=site)


def kinds(parts: list[Part]) -> list[str]:
    return [part.kind for part in parts]


def said(parts: list[Part]) -> str:
    """All words of texts and menus: what is said without opening anything."""
    menus = [p for p in parts if isinstance(p, MenuPart)]
    entries = ["\n".join([*(c.under for c in menu.choices), "、".join(c.label for c in menu.choices)]) for menu in menus]
    return "\n".join(
        [*(p.text for p in parts if isinstance(p, TextPart)), *(f"{p.head}\n{said}\n{p.tail}" for p, said in zip(menus, entries, strict=True))]
    )


def unsaid(message: Message, parts: list[Part], can: Capabilities) -> list[str]:
    """Lines of the message that nobody is told; over a menu, what its entries say is not said twice."""
    flat = said(parts).replace("\n", "")
    lines = [line.strip() for line in message.text.splitlines()]
    if can.choices == "menu" and ways_on(message):
        match message:
            case GuideCard() | Answer() if message.nearby:
                lines = [*lines[:-1], lines[-1].split("：")[0], *(choice.label for choice in message.nearby)]
            case Slots() if len(ways_on(message)) <= can.menu_choices:
                lines = [lines[0], *(way.label for way in ways_on(message))]
            case Choices() | ItemList() | Rating():
                lines = [lines[0], *(way.label for way in ways_on(message))]
    if isinstance(message, Slots) and len(ways_on(message)) > 12:  # as spans
        lines = [lines[0], *(line.rpartition("：")[0] for line in lines[1:]), "：09:00–16:00"]
    return [line for line in lines if line not in flat]


# — every type on every channel —


@pytest.mark.parametrize("site", [SITE, None])
@pytest.mark.parametrize("can", CAN.values(), ids=list(CAN))
@pytest.mark.parametrize("name", EVERY)
def test_whatever_the_channel_everything_is_said_within_its_limits(name: str, can: Capabilities, site: str | None) -> None:
    message, parts = EVERY[name], rendered(name, can, site=site)
    assert parts and parts[-1].upto == message.seq and parts[-1].whole
    for part in parts:
        match part:
            case TextPart():
                assert len(part.text.encode()) <= (can.text_bytes or 10**6) and len(part.text) <= (can.text_chars or 10**6)
            case MenuPart():
                assert can.choices == "menu" and 1 <= len(part.choices) <= can.menu_choices
                assert 0 < len(part.head.encode()) <= can.menu_head_bytes and len(part.tail.encode()) <= can.menu_head_bytes
                assert all(0 < len(c.label.encode()) <= can.menu_label_bytes for c in part.choices)
                assert len({c.key for c in part.choices}) == len(part.choices)
            case CardPart():
                assert can.cards and len(part.title) <= can.card_title_chars and len(part.text) <= can.card_text_chars
                assert part.url or part.mini or can.own_pages, "a card that opens nothing"
            case PicturePart():
                assert can.pictures
    if name.startswith("form"):
        assert "440106199001011237" not in "".join(part.model_dump_json() for part in parts)
    else:
        assert unsaid(message, parts, can) == [], "the answer does not hang on a card"


@pytest.mark.parametrize("can", CAN.values(), ids=list(CAN))
@pytest.mark.parametrize("name", [name for name, message in EVERY.items() if ways_on(message)])
def test_what_is_tapped_is_what_was_shown(name: str, can: Capabilities) -> None:
    """An entry's key is its place among the ways on; no label says another's words."""
    ways = ways_on(EVERY[name])
    for part in rendered(name, can):
        for entry in getattr(part, "choices", []):
            seq, _, index = entry.key.partition(".")
            assert seq == "5" and entry.label.endswith(ways[int(index)].label)


def test_no_check_in_code_and_no_value_of_a_form_is_on_a_card() -> None:
    for name in EVERY:
        for part in rendered(name):
            if isinstance(part, CardPart | PicturePart):
                assert CODE not in part.model_dump_json() and "44010619" not in part.model_dump_json()


# — the forms there are —


def test_a_guide_is_a_card_to_its_page_over_what_can_be_done_next() -> None:
    card, menu = rendered("guide")
    assert isinstance(card, CardPart) and isinstance(menu, MenuPart)
    assert (card.title, card.url) == ("居民身份证丢失补领·办事指南", f"{SITE}/#/guide/id-card-reissue")
    assert card.mini == "pages/guide/guide?id=id-card-reissue" and "办理流程" in card.text
    assert [c.label for c in menu.choices] == ["材料清单", "多少钱", "在哪办", "帮我填表", "预约办理"] and "40元" in menu.head


def test_and_degrades_from_the_mini_program_to_a_page_to_a_link_to_words() -> None:
    assert rendered("guide", CAN["cards"])[0].mini == ""  # type: ignore[union-attr]
    (menu,) = rendered("guide", CAN["menu"])
    assert f"完整指南：{SITE}/#/guide/id-card-reissue" in menu.head  # type: ignore[union-attr]
    (text,) = rendered("guide", CAN["text"])
    assert f"{SITE}/#/guide/" in text.text and "您可以直接说：材料清单、多少钱" in text.text  # type: ignore[union-attr]
    (text,) = rendered("guide", CAN["text"], site=None)
    assert "http" not in text.text and "您可以直接说" in text.text  # type: ignore[union-attr]
    assert kinds(rendered("guide", CAN["cards"], site=None)) == ["menu"]
    assert rendered("guide", CAN["mini-program"], site=None)[0].url == ""  # type: ignore[union-attr]


def test_words_are_links_where_the_platform_reads_them() -> None:
    can = replace(CAN["text"], anchors=True)
    (text,) = rendered("guide", can)
    assert isinstance(text, TextPart) and f'<a href="{SITE}/#/guide/id-card-reissue">完整指南</a>' in text.text.splitlines()
    (text,) = rendered("form", can)
    assert text.text.endswith(f'<a href="{SITE}/#/form/fm_1">打开填写</a>')  # type: ignore[union-attr]
    *_, card, picture = rendered("visit", replace(CAN["mini-program"], anchors=True))
    assert card.instead.startswith("<a ") and picture.instead.endswith(">预约码二维码</a>")  # type: ignore[union-attr]


def test_a_long_address_stands_behind_the_name_of_its_site_and_a_short_one_as_it_is() -> None:
    long, short = "https://www.gdzwfw.gov.cn/portal/v2/guide/11440100696909141F244011200000", "https://gz.gov.cn/a"
    message = EVERY["answer"].model_copy(update={"text": f"网上办理：{long}。也可以看{short}，或者去大厅。"})
    (part,) = plan([message], capabilities=replace(CAN["text"], anchors=True), room=5)
    assert part.text == f'网上办理：<a href="{long}">www.gdzwfw.gov.cn</a>。也可以看{short}，或者去大厅。'  # type: ignore[union-attr]
    (part,) = plan([message], capabilities=CAN["text"], room=5)
    assert part.text == message.text  # type: ignore[union-attr]


def test_few_times_are_a_menu_and_many_have_a_page_and_some_of_every_day() -> None:
    (menu,) = rendered("slots_few")
    assert len(menu.choices) == 6 and menu.head == f"{HALL.name}（{HALL.address}）", "its entries are the times"  # type: ignore[union-attr]
    card, menu = rendered("slots_many")
    assert isinstance(card, CardPart) and isinstance(menu, MenuPart)
    assert card.url == f"{SITE}/" and "70个时间" in card.text and HALL.name in card.title
    assert len(menu.choices) == 10 and len({c.label.split()[0] for c in menu.choices}) == 5, "two of each day"
    assert "直接说日期和时间" in menu.tail and [c.key for c in menu.choices] == sorted((c.key for c in menu.choices), key=lambda k: int(k[2:]))


def test_over_few_times_a_day_is_named_that_has_none_or_has_a_note() -> None:
    message = EVERY["slots_few"]
    assert isinstance(message, Slots)
    first, second = message.days
    full = first.model_copy(update={"slots": [s.model_copy(update={"left": 0}) for s in first.slots]})
    noted = second.model_copy(update={"note": "节假日安排还没有公布"})
    (menu,) = plan([with_text(message.model_copy(update={"days": [full, noted], "text": ""}))], capabilities=MENU, room=5)
    assert isinstance(menu, MenuPart)
    assert menu.head.splitlines()[1:] == ["3月18日 周三：已约满", "3月19日 周三（节假日安排还没有公布）：09:00、09:30、10:00"]


def test_a_full_time_has_no_place_in_the_menu() -> None:
    message = EVERY["slots_many"]
    assert isinstance(message, Slots)
    full = [
        day.model_copy(update={"slots": [s.model_copy(update={"left": 0 if k < 13 else 1}) for k, s in enumerate(day.slots)]}) for day in message.days
    ]
    *_, menu = plan([with_text(message.model_copy(update={"days": full, "text": ""}))], capabilities=CAN["mini-program"], room=5, public_url=SITE)
    assert isinstance(menu, MenuPart) and all("15:30" in c.label for c in menu.choices) and len(menu.choices) == 5


def test_a_visit_has_its_page_and_its_code_as_a_picture_for_whoever_booked_it() -> None:
    text, card, picture = rendered("visit")
    assert isinstance(text, TextPart) and isinstance(card, CardPart) and isinstance(picture, PicturePart)
    assert CODE in text.text and "qr.svg" not in text.text and "http" not in text.text, "no long address below a card"
    linked, *_ = rendered("visit", replace(CAN["mini-program"], anchors=True))
    assert isinstance(linked, TextPart) and "visit.ics" in linked.text
    assert card.url == f"{SITE}/#/appointment/ap_1" and card.mini == "pages/appointment/appointment?id=ap_1" and "3月18日" in card.title
    assert picture.page == "/api/appointments/ap_1/qr.svg?key=k1" and picture.instead.endswith(f"{SITE}{picture.page}")
    for state in ("visit_held", "visit_cancelled"):
        assert kinds(rendered(state)) == ["text"] and "http" not in said(rendered(state)), "nothing to show or to note down yet"
    assert "qr.svg" in said(rendered("visit", CAN["text"]))


def test_a_case_has_its_page_and_its_link_to_the_filled_form() -> None:
    text, card = rendered("case")
    assert "form.pdf" in text.text and card.url == f"{SITE}/#/me" and "GZ20260318001" in card.title  # type: ignore[union-attr]


def test_a_long_list_is_cut_between_materials_and_leads_to_the_guide() -> None:
    *texts, card = rendered("materials_long", room=None)
    assert isinstance(card, CardPart) and "40项" in card.text and len(texts) > 2
    assert all(p.text.startswith(("按您的情况", *(f"{k}." for k in range(1, 41)))) for p in texts if isinstance(p, TextPart))
    assert kinds(rendered("materials")) == ["text"]
    assert said(rendered("materials_long", CAN["text"], room=None)).endswith(f"{SITE}/#/guide/id-card-reissue")


def test_five_marks_are_five_entries() -> None:
    (menu,) = rendered("rating")
    assert [(c.number, c.label) for c in menu.choices] == [(5, "非常满意"), (4, "满意"), (3, "基本满意"), (2, "不满意"), (1, "非常不满意")]  # type: ignore[union-attr]


# — what else may have been meant —


def test_it_stands_in_a_menu_of_its_own_under_its_own_words() -> None:
    card, main, near = rendered("guide_nearby")
    assert isinstance(main, MenuPart) and isinstance(near, MenuPart) and card.kind == "card"
    assert len(main.choices) == 5 and "如果不是这件事" not in main.head
    assert near.head == "如果不是这件事，也可能是：", "its entries are the names"
    assert [c.key for c in near.choices] == ["5.5", "5.6"]
    (answer,) = rendered("answer_nearby")
    assert isinstance(answer, MenuPart) and "40元" in answer.head and answer.head.endswith("也可能是：")
    assert [c.label for c in answer.choices] == ["居民身份证到期换领"]


def test_in_traditional_characters_too() -> None:
    message = EVERY["guide_nearby"].model_copy(update={
        "text": "【居民身份證丟失補領】\n收費：40元\n如果不是這件事，也可能是：居民身份證到期換領。", "nearby": choices("居民身份證到期換領"),
    })  # fmt: skip
    _card, main, near = plan([message], capabilities=CAN["mini-program"], room=5, public_url=SITE)
    assert isinstance(main, MenuPart) and isinstance(near, MenuPart)
    assert main.head.endswith("收費：40元") and near.head == "如果不是這件事，也可能是："


def test_what_is_on_a_card_and_in_a_menu_is_in_the_characters_of_the_text() -> None:
    with written("hant"):
        card, _menu = rendered("guide")
        *_, items = rendered("item_list")
        form, *_ = rendered("form")
    assert form.title == "申請表·填寫中"  # type: ignore[union-attr]
    assert card.title == "居民身份證丟失補領·辦事指南"  # type: ignore[union-attr]
    assert [c.label for c in items.choices] == ["第1件事", "第2件事", "第3件事", "都不是"]  # type: ignore[union-attr]


def test_where_messages_are_dear_below_the_rest_with_its_words_behind() -> None:
    (menu,) = rendered("guide_nearby", room=1)
    assert isinstance(menu, MenuPart) and menu.tail.startswith("如果不是这件事") and "如果不是" not in menu.head
    assert [c.label for c in menu.choices][-2:] == ["或者：居民身份证到期换领", "或者：临时居民身份证办理"]


def test_and_between_the_entries_where_a_menu_has_lines() -> None:
    (menu,) = rendered("guide_nearby", CAN["lines in menus"])
    assert isinstance(menu, MenuPart) and [bool(c.under) for c in menu.choices] == [False] * 5 + [True, False]


def test_a_full_menu_leaves_room_for_it() -> None:
    many = with_nearby(with_text(guide().model_copy(update={"actions": choices(*(f"第{k}步" for k in range(14)))})), "另一件")
    (menu,) = plan([many], capabilities=CAN["mini-program"], room=1, public_url=SITE)
    assert isinstance(menu, MenuPart) and len(menu.choices) == 10 and menu.choices[-1].key == "5.14"


def test_a_long_answer_comes_whole_before_it() -> None:
    long = with_nearby(EVERY["answer_long"], "居民身份证到期换领")  # type: ignore[arg-type]
    *texts, menu = plan([long], capabilities=CAN["mini-program"], room=None, public_url=SITE)
    assert (
        isinstance(menu, MenuPart) and menu.head.startswith("如果不是这件事") and "89号" in said(list(texts)) and "如果不是" not in said(list(texts))
    )


def test_long_labels_keep_apart() -> None:
    same = "广东省居民委员会出具的关于申请人及其共同生活家庭成员实际居住情况的证明材料办理"
    short = told_apart([f"{same}（本人）", f"{same}（代办）", "短的"], bytes=90)
    assert len(set(short)) == 3 and short[0].endswith("（本人）") and short[2] == "短的" and all(len(s.encode()) <= 90 for s in short)
    assert told_apart(["长" * 50, "短"], bytes=30)[0] == "长" * 9 + "…"


# — the quota —


def turn(*names: str) -> list[Message]:
    return [EVERY[name].model_copy(update={"seq": seq}) for seq, name in enumerate(names, start=1)]


@pytest.mark.parametrize("room", [1, 2, 3, 4, 5])
@pytest.mark.parametrize(
    "names", [("text", "guide"), ("text", "visit"), ("text", "guide_nearby", "choices"), ("text", "materials", "form"), ("case", "text")]
)
def test_a_card_never_pushes_an_answer_out(names: tuple[str, ...], room: int) -> None:
    """Whatever fits without cards fits with them."""
    with_cards = plan(turn(*names), capabilities=CAN["mini-program"], room=room, public_url=SITE)
    without = plan(turn(*names), capabilities=CAN["menu"], room=room, public_url=SITE)
    assert len(with_cards) <= room or len(with_cards) <= len(without)


def test_pictures_are_left_out_before_cards_and_both_before_words() -> None:
    assert kinds(plan(turn("visit"), capabilities=CAN["pictures"], room=5, public_url=SITE)) == ["text", "card", "picture"]
    assert kinds(plan(turn("visit"), capabilities=CAN["pictures"], room=4, public_url=SITE)) == ["text", "card"]
    (text,) = plan(turn("visit"), capabilities=CAN["pictures"], room=2, public_url=SITE)
    assert isinstance(text, TextPart) and "qr.svg" in text.text, "then its link is there"


def test_words_go_over_the_menu_that_follows_them() -> None:
    (menu,) = plan(turn("text", "choices"), capabilities=CAN["mini-program"], room=1, public_url=SITE)
    assert isinstance(menu, MenuPart) and menu.head == "您好，请问要办什么事？\n\n您要办哪一种？" and menu.upto == 2


def test_a_form_is_a_card_as_long_as_there_is_room_and_then_a_link_without_its_values() -> None:
    assert kinds(plan(turn("text", "form"), capabilities=CAN["mini-program"], room=2, public_url=SITE)) == ["text", "card"]
    (text,) = plan(turn("text", "form"), capabilities=CAN["mini-program"], room=1, public_url=SITE)
    assert isinstance(text, TextPart) and f"打开填写：{SITE}/#/form/fm_1" in text.text and "4401" not in text.text


def test_the_word_that_more_waits_is_said_before_a_card() -> None:
    long = turn("text", "form", "materials_long")
    parts = plan(long, capabilities=CAN["mini-program"], room=2, public_url=SITE)
    assert kinds(parts)[:2] == ["text", "card"] and "继续" in said(parts[:1])


@settings(deadline=None)
@given(names=st.lists(st.sampled_from(sorted(EVERY)), max_size=5), room=st.integers(0, 6), can=st.sampled_from(sorted(CAN)))
def test_nothing_of_a_turn_is_lost_by_fitting_it(names: list[str], room: int, can: str) -> None:
    messages = turn(*names)
    parts = plan(messages, capabilities=CAN[can], room=room, public_url=SITE)
    assert [p.upto for p in parts] == sorted(p.upto for p in parts) and (not messages or parts[-1].upto == len(messages))
    assert [line for name in names if name not in ("form", "form_ready") for line in unsaid(EVERY[name], parts, CAN[can])] == []


# — refused —


@pytest.mark.parametrize("name", ["guide", "form", "visit", "case", "slots_many", "rating", "choices"])
def test_what_is_refused_has_a_text_that_says_as_much(name: str) -> None:
    for part in rendered(name):
        plain = plainer(part.model_copy(update={"key": "k" * 32}), CAN["mini-program"])
        if isinstance(part, TextPart):
            assert plain is None
            continue
        assert plain is not None and plain.key not in ("", "k" * 32) and (plain.upto, plain.whole) == (part.upto, part.whole)
        if isinstance(part, CardPart):
            assert part.url in plain.text and part.title in plain.text
        if isinstance(part, MenuPart):
            assert [c.key for c in plain.choices] == [c.key for c in part.choices], "its numbers mean what the menu's meant"
            assert all(c.number is None or f"{c.number}. {c.label}" in plain.text for c in part.choices)


def test_a_form_nobody_can_open_is_told_without_its_numbers() -> None:
    (card,) = rendered("form", CAN["cards without menus"], site=None)
    assert isinstance(card, CardPart) and card.mini and "4401**********1237" in card.instead


def test_a_visits_card_opens_the_page_as_the_channel_leads_there() -> None:
    parts = plan([with_text(visit())], capabilities=CAN["cards"], room=5, public_url=SITE, page_url=lambda page: f"{SITE}/enter?{page}")
    assert parts[1].url == f"{SITE}/enter?/#/appointment/ap_1", "and what needs no session keeps its own address"  # type: ignore[union-attr]


def test_days_of_one_time_each_fill_a_menu_in_their_order() -> None:
    message = with_text(Slots(seq=5, guide_id="g", hall=HALL, days=days(12, 1)))
    *_, menu = plan([message], capabilities=CAN["menu"], room=5)
    assert isinstance(menu, MenuPart) and [c.key for c in menu.choices] == [f"5.{k}" for k in range(10)]


def test_neighbouring_days_with_the_same_times_are_one_line() -> None:
    (text, *_) = plan([with_text(Slots(seq=5, guide_id="g", hall=HALL, days=days(3, 14)))], capabilities=CAN["text"], room=5)
    lines = text.text.splitlines()  # type: ignore[union-attr]
    assert lines[1] == "3月18日 周三、3月19日 周三、3月20日 周三：09:00–16:00" and lines[2] == ""


def test_an_answers_cases_and_source_are_in_the_marks_people_use() -> None:
    text = "身份证·收费\n2. [外省户籍]加收：10元\n（依据：《证法》、某指南（某网站））"
    (part,) = plan([EVERY["answer"].model_copy(update={"text": text})], capabilities=CAN["text"], room=5)
    assert part.text.splitlines()[1:] == ["2. 【外省户籍】加收：10元", "依据：《证法》、某指南（某网站）"]  # type: ignore[union-attr]
