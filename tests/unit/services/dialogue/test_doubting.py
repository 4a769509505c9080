"""A free answer that is plainly another matter's name is asked about; real names and places pass."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from knowledge.schema.library import shipped_guides
from knowledge.service import Hit, PublishedGuide, SearchResult
from services.conversations.model import Conversation, Turn, Utter
from services.conversations.state import DialogueState
from services.dialogue.doubting import doubted, named_instead
from services.dialogue.family import of_the_family
from services.dialogue.scene import Scene, Understood
from services.forms.model import Reading

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
GUIDES = {g.id: PublishedGuide(id=g.id, guide=g, version=1) for g in shipped_guides()}
FUND, PASSPORT = "zufang-tiqu-gongjijin", "putong-huzhao-huanfa"


class _Knowledge:
    """Finds the housing fund whatever is said, as sure as told."""

    def __init__(self, *, answerable: bool = True, score: float = 0.9, guide: str = FUND):
        self.answerable, self.score, self.found = answerable, score, guide

    def guide(self, guide_id: str) -> PublishedGuide:
        return GUIDES[guide_id]

    def guides(self) -> list[PublishedGuide]:
        return list(GUIDES.values())

    def search(self, query: str, *, region: str | None = None, top_k: int = 10) -> SearchResult:
        return SearchResult(self.answerable, [Hit.for_guide(GUIDES[self.found], self.score)], 0.0)


def scene(text: str, **state: Any) -> Scene:
    before = DialogueState(pending="field", form_id="fm_1", **state)
    turn = Turn("tn_1", Conversation("cv_1", "ct_1", "web", "bot", 1, None, before, NOW, NOW), "text", text, text)
    return Scene(turn, Understood(), None, {}, frozenset(), before)


def form(type: str) -> Any:
    field = SimpleNamespace(name="asked", label="紧急联系人姓名", type=type)
    return SimpleNamespace(id="fm_1", guide_id=PASSPORT, asked="asked", field=lambda name: field if name == "asked" else None)


def assistant(**found: Any) -> Any:
    return SimpleNamespace(knowledge=_Knowledge(**found))


def said(one: Scene) -> list[str]:
    return [e.response for e in one.entries if isinstance(e, Utter)]


@pytest.mark.parametrize(("text", "type"), [("公积金", "name"), ("公積金", "name"), ("租房提取公积金", "text"), ("我想提取公积金", "text")])
def test_a_matter_said_where_a_value_is_asked_is_asked_about(text: str, type: str) -> None:
    one = scene(text)
    assert doubted(assistant(), one, form(type), Reading({"asked": text}))
    assert said(one) == ["utter_form_or_matter"] and one.state.pending == "field"
    assert [o.payload.partition("{")[0] for o in one.state.offers] == ["/choose_item", "/fill_field"]


@pytest.mark.parametrize("text", ["欧阳锋", "买买提·艾山", "Maria", "李公", "金泽", "高兴国"])
def test_a_real_name_passes_however_sure_the_search_is(text: str) -> None:
    assert not doubted(assistant(), scene(text), form("name"), Reading({"asked": text}))


@pytest.mark.parametrize(
    ("text", "type", "values", "found"),
    [
        ("租房提取公积金", "text", {"asked": "租房提取公积金"}, {"answerable": False}),
        ("名字就叫公积金", "name", {"asked": "公积金"}, {}),
        ("我想提取公积金", "long_text", {"asked": "我想提取公积金"}, {}),
        ("公积金", "name", {"asked": "公积金", "other": "1"}, {}),
        ("广州市第一中学", "text", {"asked": "广州市第一中学"}, {}),
        ("护照换发", "text", {"asked": "护照换发"}, {"guide": PASSPORT}),
    ],
)
def test_nothing_is_asked_where_the_value_is_meant(text: str, type: str, values: dict[str, str], found: dict[str, Any]) -> None:
    assert not doubted(assistant(**found), scene(text), form(type), Reading(values))


def test_a_matter_that_fills_nothing_is_offered_beside_the_form() -> None:
    one = scene("公积金")
    assert named_instead(assistant(), one, form("name")) and said(one) == ["utter_matter_or_form"]
    assert not named_instead(assistant(), scene("随便啦"), form("name"))


@pytest.mark.parametrize(
    ("text", "guide", "others"),
    [
        ("几天能拿到新的", "shehui-baozhangka-guashi-jiegua", ["shehui-baozhangka-buling-huanling"]),
        ("幾時攞到新嘅", "shehui-baozhangka-guashi-jiegua", ["shehui-baozhangka-buling-huanling"]),
        ("几天能拿到新的", "shehui-baozhangka-buling-huanling", []),
        ("要多少钱", "shehui-baozhangka-guashi-jiegua", []),
        ("注销要几天", "shipin-jingying-xuke-xinban", ["shipin-jingying-xuke-zhuxiao"]),
        ("材料不齐要补吗", "jumin-shenfenzheng-huanling", []),
        ("有效期多久", "putong-huzhao-shouci-shenling", []),
    ],
)
def test_a_question_that_belongs_to_a_neighbour_of_the_item_in_hand(text: str, guide: str, others: list[str]) -> None:
    one = scene(text, guide_id=guide)
    assert [h.guide_id for h in of_the_family(assistant(), one, guide)] == others
