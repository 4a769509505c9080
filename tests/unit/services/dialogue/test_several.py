"""A sentence with several matters: taken apart, the first taken up, the others waiting for their turn."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from knowledge.schema.library import shipped_guides
from knowledge.service import Hit, PublishedGuide, SearchResult
from services.conversations.model import Conversation, Turn, Utter
from services.conversations.state import DialogueState
from services.dialogue import several, waiting
from services.dialogue.parts import parted
from services.dialogue.scene import Scene, Understood

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
GUIDES = {g.id: PublishedGuide(id=g.id, guide=g, version=1) for g in shipped_guides()}
CARD, LICENCE, PASSPORT = "jumin-shenfenzheng-buling", "jiashizheng-yishi-buzheng", "putong-huzhao-bufa"
BIRTH, INSURANCE, NEWBORN = "chusheng-dengji", "chengxiang-jumin-yibao-canbao", "xinshenger-yijianshi"


@pytest.mark.parametrize(
    ("text", "things", "parts"),
    [
        ("身份证和户口本都丢了怎么补", ("身份证", "户口本"), ["身份证丢了怎么补", "户口本丢了怎么补"]),
        ("身份证、护照、驾照全都过期了", ("身份证", "护照", "驾照"), ["身份证过期了", "护照过期了", "驾照过期了"]),
        ("想办居住证，还有公积金怎么提取", ("居住证", "公积金"), ["想办居住证", "公积金怎么提取"]),
        ("身份证丢了驾照也丢了", ("身份证", "驾照"), ["身份证丢了", "驾照也丢了"]),
        ("孩子要上户口顺便办医保跟社保卡", ("上户口", "医保", "社保卡"), ["孩子要上户口", "办医保", "办社保卡"]),
        ("開店要辦營業執照同埋健康證", ("营业执照", "健康证"), ["开店要办营业执照", "开店要办健康证"]),
        ("老人卡，高龄津贴，怎么申请", ("老人卡", "高龄津贴"), ["老人卡", "高龄津贴", "怎么申请"]),
        ("补身份证", ("身份证",), []),
        ("我爸去世了，社保卡怎么注销", ("社保卡",), []),
        ("户口在湖南，身份证丢了怎么补", ("户口", "身份证"), []),
        ("户口本不见了，怎么补身份证", ("户口本", "身份证"), ["怎么补身份证", "户口本不见了"]),
        ("身份证丢了，公积金怎么取", ("身份证", "公积金"), ["公积金怎么取", "身份证丢了"]),
        ("身份证丢了，身份证怎么补", ("身份证",), []),
        ("给小孩上户口和申请残疾人补助", ("上户口",), ["给小孩上户口", "申请残疾人补助"]),
        ("带身份证和户口本可以办吗", ("身份证", "户口本"), []),
        ("没有房产证可以落户吗", ("房产证", "落户"), []),
        ("护照和港澳通行证有什么区别", ("护照", "港澳通行证"), []),
    ],
)
def test_the_parts_of_a_sentence(text: str, things: tuple[str, ...], parts: list[str]) -> None:
    assert [p.text for p in parted(text, things).parts] == parts


def test_what_is_told_beside_the_matters_is_kept_for_each_of_them() -> None:
    assert parted("我儿子8岁，身份证和护照都要办", ("身份证", "护照")).background == "我儿子8岁"


class _Knowledge:
    """Finds by a table of sentences; everything else is not answered."""

    def __init__(self, table: dict[str, list[tuple[str, float]]]):
        self.table = table

    def guide(self, guide_id: str) -> PublishedGuide:
        return GUIDES[guide_id]

    def guides(self) -> list[PublishedGuide]:
        return list(GUIDES.values())

    def search(self, query: str, *, region: str | None = None, top_k: int = 10) -> SearchResult:
        hits = [Hit.for_guide(GUIDES[g], score) for g, score in self.table.get(query, [(CARD, 0.1)])]
        return SearchResult(query in self.table, hits[:top_k], 0.0)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What was taken up: (the item, what was wanted of it)."""
    went: list[tuple[str, str]] = []

    async def narrow(_: Any, one: Scene, hits: list[Hit]) -> None:
        went.append((hits[0].guide_id, one.state.goal))
        one.update(guide_id=hits[0].guide_id)

    monkeypatch.setattr(several, "narrow", narrow)
    return went


def scene(text: str, objects: tuple[str, ...] = (), *, aspects: tuple[str, ...] = (), **state: Any) -> Scene:
    before = DialogueState(**state)
    turn = Turn("tn_1", Conversation("cv_1", "ct_1", "web", "bot", 1, None, before, NOW, NOW), "text", text, text)
    return Scene(turn, Understood(objects=objects, aspects=aspects), None, {}, frozenset(), before)


def said(one: Scene) -> list[str]:
    return [e.response for e in one.entries if isinstance(e, Utter)]


BOTH_LOST = {
    "身份证丢了怎么补": [(CARD, 0.9)],
    "驾驶证丢了怎么补": [(LICENCE, 0.9)],
    "身份证和驾驶证都丢了怎么补": [(LICENCE, 0.96), (CARD, 0.2)],
}


async def test_the_first_matter_is_taken_up_and_the_other_waits(taken: list[tuple[str, str]]) -> None:
    assistant: Any = SimpleNamespace(knowledge=_Knowledge(BOTH_LOST))
    one = scene("身份证和驾驶证都丢了怎么补", ("身份证", "驾驶证"), aspects=("steps",))
    assert await several.take_several(assistant, one, goal="aspect")
    assert taken == [(CARD, "aspect")] and [w.guides for w in one.state.waiting] == [[LICENCE]]
    waiting.offer_waiting(one)
    assert said(one) == ["utter_others_wait"] and one.entries[-1].choices[0].label == GUIDES[LICENCE].guide.name  # type: ignore[union-attr]


async def test_what_is_asked_of_one_matter_is_not_asked_of_the_other(taken: list[tuple[str, str]]) -> None:
    table = {"想补身份证": [(CARD, 0.9)], "驾驶证丢了怎么补": [(LICENCE, 0.9)], "想补身份证，还有驾驶证丢了怎么补": [(LICENCE, 0.9)]}
    one = scene("想补身份证，还有驾驶证丢了怎么补", ("身份证", "驾驶证"), aspects=("steps",))
    assert await several.take_several(SimpleNamespace(knowledge=_Knowledge(table)), one, goal="aspect")  # type: ignore[arg-type]
    assert taken == [(CARD, "overview")] and [(w.goal, w.aspects) for w in one.state.waiting] == [("aspect", ["steps"])]


async def test_a_bundle_stands_for_the_matters_it_gathers(taken: list[tuple[str, str]]) -> None:
    text = "生了小孩要上户口顺便办医保和驾驶证"
    table = {
        "生了小孩要上户口": [(BIRTH, 0.9)],
        "办医保": [(INSURANCE, 0.9)],
        "办驾驶证": [(LICENCE, 0.9)],
        text: [(BIRTH, 0.5), (NEWBORN, 0.3)],
    }
    one = scene(text, ("上户口", "医保", "驾驶证"))
    assert await several.take_several(SimpleNamespace(knowledge=_Knowledge(table)), one, goal="overview")  # type: ignore[arg-type]
    assert taken == [(NEWBORN, "overview")] and [w.guides for w in one.state.waiting] == [[LICENCE]]


@pytest.mark.parametrize(
    ("table", "state"),
    [
        ({k: v for k, v in BOTH_LOST.items() if "驾驶证丢" not in k}, {}),  # one part finds nothing
        (BOTH_LOST | {"驾驶证丢了怎么补": [(CARD, 0.9)]}, {}),  # both find the same item
        (BOTH_LOST | {"驾驶证丢了怎么补": [(PASSPORT, 0.7)]}, {}),  # what is found is called otherwise, and without certainty
    ],
)
async def test_without_certainty_nothing_is_taken_apart(table: dict[str, Any], state: dict[str, Any], taken: list[tuple[str, str]]) -> None:
    one = scene("身份证和驾驶证都丢了怎么补", ("身份证", "驾驶证"), **state)
    assert not await several.take_several(SimpleNamespace(knowledge=_Knowledge(table)), one, goal="aspect")  # type: ignore[arg-type]
    assert not taken and not one.state.waiting


async def test_papers_for_the_item_in_hand_are_no_matters(taken: list[tuple[str, str]]) -> None:
    guide = GUIDES["jiehun-dengji"].guide
    assert any("身份证" in m.name for m in guide.materials)
    one = scene("户口簿和身份证要原件吗", ("户口簿", "身份证"), guide_id=guide.id)
    table = {"户口簿要原件吗": [(BIRTH, 0.99)], "身份证要原件吗": [(CARD, 0.99)], one.text: [(CARD, 0.9)]}
    assert not await several.take_several(SimpleNamespace(knowledge=_Knowledge(table)), one, goal="aspect")  # type: ignore[arg-type]


WAITS = {"label": "驾驶证", "query": "驾驶证丢了", "guides": [LICENCE], "goal": "aspect", "aspects": ["fee"]}


@pytest.mark.parametrize(
    ("response", "pending", "offered"),
    [("utter_what_next", "none", True), ("utter_booked", "none", True), ("utter_ask_situation", "situation", False)],
)
def test_what_waits_is_offered_again_when_the_matter_in_hand_is_done(response: str, pending: str, offered: bool) -> None:
    one = scene("好", guide_id=CARD, pending=pending, waiting=[WAITS])
    one.say(response)
    waiting.offer_waiting(one)
    assert ("utter_next_matter" in said(one)) is offered
    assert bool(one.state.offers) is offered


async def test_what_waits_is_taken_up_as_it_was_asked_for(taken: list[tuple[str, str]]) -> None:
    assistant: Any = SimpleNamespace(knowledge=_Knowledge({}))
    for text in ("接着说下一件", "另外一件事呢"):
        one = scene(text, guide_id=CARD, waiting=[WAITS])
        assert await waiting.next_matter(assistant, one)
        assert one.state.aspects == ["fee"] and not one.state.waiting and one.state.query == "驾驶证丢了"
    tapped = scene("", guide_id=CARD, waiting=[WAITS])
    assert await waiting.chosen_waiting(assistant, tapped, LICENCE) and not await waiting.chosen_waiting(assistant, tapped, PASSPORT)
    assert taken == [(LICENCE, "aspect")] * 3


def test_what_was_found_otherwise_waits_no_longer() -> None:
    one = scene("驾驶证呢", guide_id=LICENCE, waiting=[WAITS])
    waiting.offer_waiting(one)
    assert not one.state.waiting and not one.entries
