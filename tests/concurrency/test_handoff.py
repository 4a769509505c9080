"""Many hands on one conversation: whatever happens at once ends as if it had happened one after the other. On real PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter

import pytest

from common.clock import FixedClock
from common.database import Database
from common.errors import BangbanError
from common.vault import Vault
from services.handoff.errors import AlreadyClaimed, NotYours
from services.messages.model import Text
from tests.fakes.help_desk import PASSWORD, HelpDesk


@pytest.fixture
async def desk(fresh_database_url: str, clock: FixedClock, vault: Vault):
    database = Database(fresh_database_url, pool_size=30)
    made = await HelpDesk(database, clock, vault).open()
    yield made
    await made.close()
    await database.close()


async def agents(desk: HelpDesk, count: int):
    made = [await desk.staff.add(username=f"a{n}", name=f"帮办{n}", roles=["agent"], password=PASSWORD, by="st_admin1") for n in range(count)]
    for agent in made:
        await desk.handoff.set_presence(staff_id=agent.id, state="online", capacity=3)
    return made


def check_chain(desk: HelpDesk):
    return desk.audit.broken_at()


async def test_of_twenty_claims_at_once_exactly_one_wins_and_all_others_hear_who(desk: HelpDesk) -> None:
    team = await agents(desk, 20)
    for _ in range(3):
        cid = await desk.waiting()
        results = await asyncio.gather(*(desk.claim(a, cid, 2) for a in team), return_exceptions=True)
        [winner] = [a for a, r in zip(team, results, strict=True) if not isinstance(r, Exception)]
        assert all(isinstance(r, AlreadyClaimed) and r.fields == {"owner": winner.id} for r in results if isinstance(r, Exception)), results
        assert await desk.owner(cid) == ("agent", winner.id)
        assert [m.agent for m in await desk.told(cid) if getattr(m, "state", "") == "connected"] == [winner.name]
    assert await check_chain(desk) is None


async def test_one_agent_claiming_many_at_once_never_gets_more_than_he_takes(desk: HelpDesk) -> None:
    [agent] = await agents(desk, 1)
    waiting = [await desk.waiting() for _ in range(8)]
    results = await asyncio.gather(*(desk.claim(agent, cid, 2) for cid in waiting), return_exceptions=True)
    assert sum(not isinstance(r, Exception) for r in results) == 3
    assert len(await desk.handoff.reading.connected(agent_id=agent.id)) == 3


async def test_a_bot_turn_that_ends_after_a_claim_is_dropped(desk: HelpDesk) -> None:
    supervisor, cid = await desk.person("supervisor1"), await desk.citizen()
    desk.engine.gate = asyncio.Event()
    thinking = asyncio.create_task(desk.say(cid, "慢慢想"))
    while not desk.engine.calls:
        await asyncio.sleep(0.01)
    await desk.handoff.serving.take_over(staff=supervisor, conversation_id=cid, reason="复核")
    desk.engine.gate.set()
    result = await thinking
    assert result.messages == [] and result.owner == "agent"
    assert [m.sender for m in await desk.conversations.messages(conversation_id=cid)] == ["citizen", "system"]


async def test_a_handoff_that_ends_after_a_takeover_leaves_nobody_in_the_queue(desk: HelpDesk) -> None:
    await desk.online("agent1")
    supervisor, cid = await desk.person("supervisor1"), await desk.citizen()
    desk.engine.gate = asyncio.Event()
    asking = asyncio.create_task(desk.say(cid, "转人工"))
    while not desk.engine.calls:
        await asyncio.sleep(0.01)
    await desk.handoff.serving.take_over(staff=supervisor, conversation_id=cid, reason="复核")
    desk.engine.gate.set()
    await asking
    assert await desk.handoff.reading.queue() == []
    assert await desk.owner(cid) == ("agent", "st_supervisor1")


async def test_words_that_race_a_release_are_said_before_it_or_refused(desk: HelpDesk) -> None:
    [agent] = await agents(desk, 1)
    outcomes: Counter[bool] = Counter()
    for round_ in range(12):
        cid = await desk.served(agent)

        async def send(cid: str = cid, wait_s: float = 0.05 * (round_ % 3 == 2)) -> bool:
            await asyncio.sleep(wait_s)
            try:
                await desk.handoff.serving.send(staff=agent, conversation_id=cid, message=Text(text="还有一句"))
            except NotYours:
                return False
            return True

        async def release(cid: str = cid, wait_s: float = 0.05 * (round_ % 3 == 1)) -> None:
            await asyncio.sleep(wait_s)  # in turn: at the same moment, well after the words, well before them
            await desk.handoff.serving.release(staff=agent, conversation_id=cid, to="closed")

        order = [release(), send()] if round_ % 2 else [send(), release()]
        said = next(r for r in await asyncio.gather(*order) if isinstance(r, bool))
        outcomes[said] += 1
        told = await desk.told(cid)
        assert told[-1].type == "rating", "nothing is ever said after goodbye"
        assert any(m.text == "还有一句" for m in told) is said
        seqs = [m.seq for m in await desk.conversations.messages(conversation_id=cid)]
        assert seqs == list(range(1, len(seqs) + 1))
    assert set(outcomes) == {True, False}, f"the race was not a race: {outcomes}"


async def test_leaving_the_queue_and_being_claimed_at_once_have_one_outcome(desk: HelpDesk) -> None:
    [agent] = await agents(desk, 1)
    for _ in range(8):
        cid = await desk.waiting()
        left, _ = await asyncio.gather(desk.say(cid, "不等了"), desk.claim(agent, cid, 2), return_exceptions=True)
        owner, holder = await desk.owner(cid)
        episode_open = cid in {e.conversation_id for e in await desk.handoff.reading.connected()}
        assert (owner, holder, episode_open) in [("agent", agent.id, True), ("bot", None, False)]
        if owner == "agent":
            await desk.handoff.serving.release(staff=agent, conversation_id=cid, to="closed")
        else:
            assert [m.sender for m in left.messages] == ["bot"]


async def test_a_message_that_crosses_a_handing_back_is_answered_by_the_bot_and_not_lost(desk: HelpDesk) -> None:
    [agent] = await agents(desk, 1)
    for n in range(8):
        cid = await desk.served(agent)
        release = desk.handoff.serving.release(staff=agent, conversation_id=cid, to="bot")
        await asyncio.gather(desk.say(cid, f"要多少钱{n}"), release)
        found = await desk.conversations.messages(conversation_id=cid)
        assert sum(m.text == f"要多少钱{n}" for m in found if m.sender == "citizen") == 1
        answered = sum(m.text == f"bot：要多少钱{n}" for m in found)
        asked_at = next(m.seq for m in found if m.text == f"要多少钱{n}")
        returned_at = next(m.seq for m in found if getattr(m, "state", "") == "closed")
        assert answered <= 1 and (answered == 1 or asked_at < returned_at), "what comes after the agent has gone gets an answer"


async def test_any_mixture_of_hands_leaves_one_owner_and_one_story(desk: HelpDesk) -> None:
    team, supervisor, serving = await agents(desk, 4), await desk.person("supervisor1"), desk.handoff.serving
    chance = random.Random(7)
    cids = [await desk.waiting() for _ in range(3)]

    async def hand() -> None:
        for _ in range(12):
            cid, who = chance.choice(cids), chance.choice(team)
            now = await desk.conversations.conversation(cid)
            todo = [
                lambda c=cid, w=who, v=now.version: serving.claim(staff=w, conversation_id=c, version=v),
                lambda c=cid, w=who: serving.send(staff=w, conversation_id=c, message=Text(text="好")),
                lambda c=cid, w=who: serving.release(staff=w, conversation_id=c, to=chance.choice(["bot", "queue", "closed"])),
                lambda c=cid: serving.take_over(staff=supervisor, conversation_id=c, reason="抽查"),
                lambda c=cid: desk.say(c, chance.choice(["转人工", "不等了", "要多少钱"])),
                lambda w=who: desk.handoff.set_presence(staff_id=w.id, state=chance.choice(["online", "online", "away"])),
                lambda: desk.handoff.tidy(),
            ]
            with contextlib.suppress(BangbanError):
                await chance.choice(todo)()

    await asyncio.gather(*(hand() for _ in range(5)))
    open_ones = {e.conversation_id: e for e in await desk.handoff.reading.connected()}
    queued = {i.episode.conversation_id: i.episode for i in await desk.handoff.reading.queue()}
    for cid in cids:
        now = await desk.conversations.conversation(cid)
        episode = {"agent": open_ones, "queue": queued}.get(now.owner, {}).get(cid)
        assert (cid in open_ones, cid in queued) == (now.owner == "agent", now.owner == "queue")
        assert episode is None or (episode.version, episode.agent_id) == (now.version, now.agent_id)
        seqs = [m.seq for m in await desk.conversations.messages(conversation_id=cid)]
        assert seqs == list(range(1, len(seqs) + 1))
    assert await check_chain(desk) is None


async def test_the_same_tap_arriving_many_times_at_once_writes_one_message_one_note_and_one_ticket(desk: HelpDesk) -> None:
    [agent] = await agents(desk, 1)
    cid = await desk.served(agent)
    serving, tap = desk.handoff.serving, {"staff": agent, "conversation_id": cid, "client_message_id": "tap"}
    sent = await asyncio.gather(*(serving.send(message=Text(text="您好"), **tap) for _ in range(8)))
    notes = await asyncio.gather(*(serving.note(text="已核对", **tap) for _ in range(8)))
    tickets = await asyncio.gather(*(desk.tickets.open_by_staff(kind="question", text="社保", by=agent.id, client_message_id="tap") for _ in range(8)))
    assert len({m.id for m in sent}) == len({n.id for n in notes}) == len({t.number for t in tickets}) == 1
    assert [m.text for m in await desk.told(cid) if m.sender == "agent"] == ["您好"]
    assert len((await desk.handoff.reading.view(staff=agent, conversation_id=cid)).notes) == len(await desk.tickets.list()) == 1
    apart = await asyncio.gather(*(serving.send(staff=agent, conversation_id=cid, message=Text(text="您好"), client_message_id=f"t{n}") for n in range(4)))
    assert len({m.id for m in apart}) == 4, "what makes them one is the id, not the words"
