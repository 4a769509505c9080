"""A place on a map: the district is remembered, and the nearest hall is named where nothing else names it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from common.clock import FixedClock
from common.signing import Signer
from services.appointments.service import AppointmentService
from services.conversations.state import DialogueState
from services.dialogue import whereabouts
from services.messages.model import Text
from tests.unit.services.dialogue.test_flows import GUIDES, LOST_CARD, NOW, said, scene

UNBOOKED = next(guide for guide in GUIDES.values() if guide.booking is None)


class Knowledge:
    """Has the shipped guides, none of them done otherwise elsewhere."""

    def guide(self, guide_id: str) -> Any:
        return SimpleNamespace(id=guide_id, guide=GUIDES[guide_id], version=1)

    def variant(self, guide_id: str, *, region: str) -> Any:
        return self.guide(guide_id)


@pytest.fixture
def assistant() -> Any:
    provider: Any = None
    halls = AppointmentService(provider=provider, clock=FixedClock(NOW), signer=Signer(["test"]))
    return SimpleNamespace(knowledge=Knowledge(), appointments=halls)


async def shown(assistant: Any, state: DialogueState, region: str | None) -> str:
    one = scene("", state)
    await whereabouts.located(assistant, one, region=region)
    assert one.state.district == region and said(one)[0] == ("utter_region_set" if region else "utter_region_unknown")
    return "\n".join(entry.text for entry in one.entries if isinstance(entry, Text))


async def test_with_nothing_in_hand_it_is_the_hall_for_most_things(assistant: Any) -> None:
    told = await shown(assistant, DialogueState(), "天河区")
    assert "广州市政务服务中心（天河区）\n地址：天河区珠江新城华利路61号\n时间：" in told and "12345" not in told and "预约" not in told


async def test_with_an_item_in_hand_it_is_the_hall_where_that_is_done(assistant: Any) -> None:
    told = await shown(assistant, DialogueState(guide_id=LOST_CARD.id), "番禺区")
    assert told.startswith(f"办“{LOST_CARD.name}”") and "番禺区政务服务中心" in told and "详细地址没有公布" in told and told.endswith("就行。")


async def test_a_district_whose_halls_nobody_published_is_told_so(assistant: Any) -> None:
    assert "本区的大厅我这里没有资料" in await shown(assistant, DialogueState(), "从化区")


@pytest.mark.parametrize(
    ("state", "region"),
    [
        (DialogueState(), None), (DialogueState(guide_id=UNBOOKED.id), "天河区"),
    ],
    ids=["nowhere", "what is done elsewhere than in halls"],
)  # fmt: skip
async def test_no_hall_is_named(assistant: Any, state: DialogueState, region: str | None) -> None:
    assert await shown(assistant, state, region) == ""
