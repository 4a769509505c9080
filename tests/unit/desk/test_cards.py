"""The card an agent sends is the one the bot would send for this citizen's case. On every shipped guide."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from types import SimpleNamespace

import pytest

from common.clock import FixedClock
from common.errors import InvalidInput
from desk.agents.cards import card
from knowledge.guidance.aspects import sections_of
from knowledge.schema.guide import Guide
from knowledge.schema.library import resolve, shipped_guides
from services.citizens.model import Citizen, Identity
from services.conversations.model import Conversation
from services.conversations.state import DialogueState

IDENTITY = Identity(name="张伟", id_number="440106199001011230", birth_date=date(1990, 1, 1), hukou_code="440106", live_code="440106")


@cache
def guides() -> dict[str, Guide]:
    return {g.id: resolve(g) for g in shipped_guides()}


def services(*licences: str) -> SimpleNamespace:
    async def get(*, person_id: str) -> Citizen:
        return Citizen(person_id, "张伟", identity=IDENTITY if person_id.startswith("ct_") else None)

    async def list_for(*, person_id: str) -> list[SimpleNamespace]:
        return [SimpleNamespace(kind=kind) for kind in licences]

    return SimpleNamespace(
        clock=FixedClock(datetime(2026, 3, 18, 10)), knowledge=SimpleNamespace(guide=lambda i: SimpleNamespace(id=i, version=3, guide=guides()[i])),
        citizens=SimpleNamespace(get=get), licences=SimpleNamespace(list_for=list_for),
    )  # fmt: skip


def conversation(person_id: str = "ct_zhang-wei", **state: object) -> Conversation:
    now = datetime.now(UTC)
    return Conversation("cv_1", person_id, "web", "agent", 3, "st_agent1", DialogueState(**state), now, now)


async def test_every_guide_and_every_section_it_has_can_be_sent() -> None:
    assert len(guides()) > 60
    for guide in guides().values():
        whole = await card(services(), conversation(), guide_id=guide.id, section=None)
        assert whole.type == "guide" and whole.text and whole.version == 3
        for aspect in sections_of(guide):
            sent = await card(services(), conversation("vs_1"), guide_id=guide.id, section=aspect)
            assert (sent.type, bool(sent.text)) == ("materials" if aspect == "materials" else "answer", True), (guide.id, aspect)


async def test_a_section_is_known_by_its_own_name_too() -> None:
    guide = next(g for g in guides().values() if g.fees)
    by_aspect, by_section = [await card(services(), conversation(), guide_id=guide.id, section=s) for s in ("fee", "fees")]
    assert by_aspect == by_section


async def test_an_e_licence_of_the_citizen_spares_him_the_paper() -> None:
    guide = next(g for g in guides().values() if any(m.licence and not m.when for m in g.materials))
    kinds = [m.licence for m in guide.materials if m.licence]
    without = await card(services(), conversation(), guide_id=guide.id, section="materials")
    with_all = await card(services(*kinds), conversation(), guide_id=guide.id, section="materials")
    waived = [sum(m.waived_by == "e_licence" for m in c.materials) for c in (without, with_all)]
    assert waived[0] < waived[1]


@pytest.mark.parametrize("section", ["nonsense", "name", ""])
async def test_a_section_the_guide_has_not_is_refused(section: str) -> None:
    with pytest.raises(InvalidInput):
        await card(services(), conversation(), guide_id=next(iter(guides())), section=section)
