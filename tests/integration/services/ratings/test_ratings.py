"""Ratings of episodes, on real PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common.clock import FixedClock
from common.database import Database
from common.vault import Vault
from tests.fakes.help_desk import HelpDesk


@pytest.fixture
async def desk(database: Database, clock: FixedClock, vault: Vault):
    made = await HelpDesk(database, clock, vault).open()
    yield made
    await made.close()


async def closed(desk: HelpDesk) -> tuple[str, dict[int, str]]:
    """A closed conversation and the payloads of its rating, by value."""
    [agent] = await desk.online("agent1")
    cid = await desk.served(agent)
    await desk.handoff.serving.release(staff=agent, conversation_id=cid, to="closed")
    rating = (await desk.told(cid))[-1]
    return cid, {level.value: level.payload for level in rating.levels}


async def figures(desk: HelpDesk) -> dict:
    return await desk.ratings.figures(since=desk.clock.now() - timedelta(days=30))


async def test_a_rating_counts_for_the_agent_who_served(desk: HelpDesk) -> None:
    cid, payloads = await closed(desk)
    await desk.say(cid, payloads[5])
    assert await figures(desk) == {"st_agent1": {"count": 1, "mean": 5.0, "low": 0}}
    assert await desk.tickets.list() == []


async def test_a_low_mark_is_followed_up_once(desk: HelpDesk) -> None:
    cid, payloads = await closed(desk)
    await desk.say(cid, payloads[2])
    await desk.say(cid, payloads[1])
    [ticket] = await desk.tickets.list()
    assert (ticket.kind, ticket.origin, ticket.conversation_id) == ("follow_up", "rating", cid)
    assert await figures(desk) == {"st_agent1": {"count": 1, "mean": 1.0, "low": 1}}


async def test_a_mark_may_be_changed_for_a_day(desk: HelpDesk) -> None:
    cid, payloads = await closed(desk)
    await desk.say(cid, payloads[3])
    desk.clock.moment += timedelta(hours=23)
    await desk.say(cid, payloads[4])
    assert (await figures(desk))["st_agent1"]["mean"] == 4.0
    desk.clock.moment += timedelta(hours=2)
    await desk.say(cid, payloads[1])
    assert (await figures(desk))["st_agent1"]["mean"] == 4.0
    assert await desk.tickets.list() == []


async def test_nobody_rates_for_another_or_what_is_not_over(desk: HelpDesk) -> None:
    _, payloads = await closed(desk)
    stranger = await desk.citizen()
    await desk.say(stranger, payloads[1])
    await desk.say(stranger, '/rate{"episode_id": "ep_none", "value": 1}')
    assert await figures(desk) == {}
    assert await desk.tickets.list() == []
