"""Leases of conversations: kept while turns wait, never taken twice, and what comes of a turn whose lease was lost. On real PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from common.database import Database
from common.vault import Vault
from services.conversations import bulk
from services.conversations.events import Events
from services.conversations.inbox import LEASE
from services.conversations.service import Conversations, DialogueState, Incoming, Wanted
from services.conversations.tables import conversation, turn
from tests.fakes.engine import ScriptedEngine
from tests.fakes.post import MovableClock

Make = Callable[..., Conversations]


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def make(database: Database, vault: Vault, clock: MovableClock) -> AsyncIterator[Make]:
    made: list[Conversations] = []

    def one(engine: ScriptedEngine, *, worker: str = "gateway-0", at_once: int = 32) -> Conversations:
        made.append(
            Conversations(
                database=database, vault=vault, clock=clock, events=Events(), engine=engine, worker=worker, turn_timeout_s=60, turns_at_once=at_once
            )
        )
        return made[-1]

    yield one
    for conversations in made:
        await conversations.close()


async def opened(conversations: Conversations) -> str:
    session, _ = await conversations.sessions.open(person_id="vs_test", channel="web", state=DialogueState())
    return session.conversation_id


async def says(conversations: Conversations, conversation_id: str, words: str) -> str:
    return await conversations.receive(conversation_id=conversation_id, incoming=Incoming("text", words, words))


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.02)


async def said(conversations: Conversations, conversation_id: str) -> list[tuple[int, str, str]]:
    return [(m.seq, m.sender, m.text) for m in await conversations.messages(conversation_id=conversation_id)]


async def test_a_turn_that_waits_in_line_for_longer_than_its_lease_is_not_taken_by_another(make: Make, clock: MovableClock) -> None:
    mine, others = ScriptedEngine(), ScriptedEngine()
    mine.gate = asyncio.Event()
    busy, idle = make(mine, at_once=1), make(others, worker="gateway-1")
    assert busy._turns is not None
    busy._turns._renew_s = 0.01
    first, second = await opened(busy), await opened(busy)
    await says(busy, first, "一")
    turn_id = await says(busy, second, "二")
    await until(lambda: len(mine.calls) == 1)
    for _ in range(5):  # three minutes by the clock; every lease would have ended four times
        clock.ahead += LEASE * 0.9
        async with busy._database.begin() as conn:
            before = (await conn.execute(sa.select(sa.func.min(conversation.c.busy_until)))).scalar_one()
        async with asyncio.timeout(60):
            while (await _ends(busy)) <= max(before, clock.now() + LEASE / 2):
                await asyncio.sleep(0.02)
        assert await idle.recover() == 0
    mine.gate.set()
    await busy.result(conversation_id=second, turn_id=turn_id, timeout_s=60)
    assert others.calls == [] and len(mine.calls) == 2


async def _ends(conversations: Conversations) -> datetime:
    async with conversations._database.begin() as conn:
        return (await conn.execute(sa.select(sa.func.min(conversation.c.busy_until)))).scalar_one()


async def test_two_gateways_that_look_at_once_never_take_up_the_same_conversation(make: Make, database: Database, clock: MovableClock) -> None:
    engines = [ScriptedEngine() for _ in range(3)]
    gateways = [make(engine, worker=f"gateway-{k}") for k, engine in enumerate(engines)]
    ids = [await opened(gateways[0]) for _ in range(12)]
    async with database.begin() as conn:
        wanted = [Wanted(cid, Incoming("text", f"问{cid}", cid)) for cid in ids]
        assert all(await gateways[0].received_together(conn, wanted))  # and gateway-0 dies before it begins one
    clock.ahead += LEASE + timedelta(seconds=1)
    counts = await asyncio.gather(*(gateway.recover() for gateway in gateways[1:]))
    assert sum(counts) == 12
    await until(lambda: sum(len(engine.calls) for engine in engines) >= 12)
    for cid in ids:
        async with asyncio.timeout(60):
            while [sender for _, sender, _ in await said(gateways[1], cid)] != ["citizen", "bot"]:
                await asyncio.sleep(0.02)
    assert sum(len(engine.calls) for engine in engines) == 12


async def test_a_turn_whose_lease_was_lost_while_it_ran_stores_nothing_a_second_time(make: Make, database: Database, clock: MovableClock) -> None:
    slow, quick = ScriptedEngine(), ScriptedEngine()
    slow.gate = asyncio.Event()
    stalled, other = make(slow), make(quick, worker="gateway-1")
    cid = await opened(stalled)
    turn_id = await says(stalled, cid, "你好")
    await until(lambda: len(slow.calls) == 1)
    clock.ahead += timedelta(seconds=200)  # it stood still for so long: nothing was kept
    assert await other.recover() == 1
    await other.result(conversation_id=cid, turn_id=turn_id, timeout_s=60)
    slow.gate.set()
    assert stalled._turns is not None
    await until(lambda: stalled._turns.running == 0)
    assert await said(other, cid) == [(1, "citizen", "你好"), (2, "bot", "echo 你好")]


async def test_the_lease_is_given_back_with_the_last_turn_and_the_next_message_takes_it_anew(make: Make, database: Database) -> None:
    engine = ScriptedEngine()
    gateway, other = make(engine), make(engine, worker="gateway-1")
    cid = await opened(gateway)
    for k in range(20):
        conversations = (gateway, other)[k % 2]
        turn_id = await says(conversations, cid, f"第{k}句")
        found = await conversations.result(conversation_id=cid, turn_id=turn_id, timeout_s=60)
        assert [m.text for m in found.messages] == [f"echo 第{k}句"]
    async with database.begin() as conn:
        assert (await conn.execute(sa.select(conversation.c.busy_by, conversation.c.busy_until))).one() == (None, None)


async def test_messages_stored_together_are_numbered_in_order_and_twice_is_once(make: Make, database: Database) -> None:
    engine = ScriptedEngine()
    gateway = make(engine)
    one, two = await opened(gateway), await opened(gateway)
    wanted = [
        Wanted(cid, Incoming("text", words, words)) for cid, words in ((one, "甲一"), (two, "乙一"), (one, "甲二"), (one, "甲一"), (two, "乙二"))
    ]
    async with database.begin() as conn:
        receipts = await gateway.received_together(conn, wanted)
        again = await gateway.received_together(conn, wanted[:2])
    assert [r.duplicate for r in receipts if r] == [False, False, False, True, False] and receipts[3].turn_id == receipts[0].turn_id
    assert [r.duplicate for r in again if r] == [True, True] and [r.turn_id for r in again] == [receipts[0].turn_id, receipts[1].turn_id]
    assert [(seq, text) for seq, _, text in await said(gateway, one)] == [(1, "甲一"), (2, "甲二")]
    assert [(seq, text) for seq, _, text in await said(gateway, two)] == [(1, "乙一"), (2, "乙二")]
    async with database.begin() as conn:
        assert (await conn.execute(sa.select(conversation.c.busy_by).distinct())).scalars().all() == ["gateway-0"]
    gateway.take_up(wanted, receipts)
    await until(lambda: len(engine.calls) == 2)
    assert sorted(t.original for t, _ in engine.calls) == ["乙一，乙二", "甲一，甲二"]


async def test_a_locked_conversation_is_left_out_and_waited_for_by_nobody(make: Make, database: Database) -> None:
    gateway = make(ScriptedEngine())
    one, two = await opened(gateway), await opened(gateway)
    wanted = [Wanted(cid, Incoming("text", "你好", cid)) for cid in (one, two, "cv_unknown")]
    async with database.begin() as holding:
        await bulk.lock(holding, [one])
        async with asyncio.timeout(60), database.begin() as conn:
            receipts = await gateway.received_together(conn, wanted)
    assert [r is None for r in receipts] == [True, False, True]
    async with database.begin() as conn:
        assert (await conn.execute(sa.select(turn.c.conversation_id))).scalars().all() == [two]
    assert await said(gateway, one) == []
