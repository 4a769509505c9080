"""Many citizens at once: what they write is stored by few transactions, each is acknowledged when his is committed, and nobody waits for one
who cannot be written to. On real PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from common.database import Database
from common.vault import Vault
from services.conversations.errors import EmptyMessage
from services.conversations.model import Incoming
from services.conversations.tables import conversation, turn
from services.deliveries import bulk, store
from services.deliveries.arriving import Arriving
from services.deliveries.service import Allowance
from services.deliveries.tables import address
from tests.fakes.post import FIVE, MovableClock, Post


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many messages each transaction was asked to store; comes before what it watches."""
    real, sizes = Arriving.store, []

    async def counted(self: Arriving, messages: Sequence[Any]) -> Any:
        sizes.append(len(messages))
        return await real(self, messages)

    monkeypatch.setattr(Arriving, "store", counted)
    return sizes


async def test_a_crowd_is_stored_by_few_transactions_and_everybody_is_answered(batches: list[int], post: Post) -> None:
    people = [f"citizen-{k}" for k in range(60)]
    async with post.working():
        first = await asyncio.gather(*(post.writes(f"{who} 一", address=who) for who in people))
        assert all(a.new for a in first) and len({a.conversation_id for a in first}) == 60
        for arrival in first:
            await post.answered(arrival)
        again = await asyncio.gather(*(post.writes(f"{who} 二", address=who) for who in people))
        assert not any(a.new for a in again) and [a.conversation_id for a in again] == [a.conversation_id for a in first]
        assert sum(batches) == 120 and len(batches) < 20, batches
        for who in people:
            await post.until(f"echo {who} 一", f"echo {who} 二", address=who)


async def test_copies_within_a_crowd_are_one_message_and_one_stranger_is_made_once(batches: list[int], post: Post) -> None:
    post.engine.gate = asyncio.Event()
    opening = [asyncio.create_task(post.writes("先", address="other"))]
    while not batches:
        await asyncio.sleep(0)
    copies = [asyncio.create_task(post.writes(words, message_id=words)) for words in ("一", "一", "二", "一")]
    arrivals = await asyncio.gather(*opening, *copies)
    assert batches[1] == 4
    assert [a.duplicate for a in arrivals[1:]] == [False, True, False, True] and [a.new for a in arrivals[1:]] == [True, False, False, False]
    assert arrivals[1].turn_id == arrivals[2].turn_id == arrivals[4].turn_id != arrivals[3].turn_id
    async with post.database.begin() as conn:
        assert (await conn.execute(sa.select(sa.func.count()).select_from(address))).scalar_one() == 2
        said = sa.select(turn.c.seq).where(turn.c.conversation_id == arrivals[1].conversation_id).order_by(turn.c.seq)
        assert (await conn.execute(said)).scalars().all() == [1, 2]
    post.engine.gate.set()


async def test_he_whom_another_writes_to_is_waited_for_and_the_others_are_not_held_up(post: Post) -> None:
    await post.answered(await post.writes("你好"))
    async with post.database.begin() as holding:
        row = (await holding.execute(sa.select(address))).one()
        await store.by_id(holding, row.id, lock=True)
        waiting = asyncio.create_task(post.writes("还在吗"))
        async with asyncio.timeout(60):
            await asyncio.gather(*(post.writes("你好", address=f"citizen-{k}") for k in range(10)))
        assert not waiting.done()
    assert (await waiting).turn_id


async def test_what_is_no_message_is_refused_before_it_can_spoil_the_others(post: Post) -> None:
    found = await asyncio.gather(
        post.writes("一", address="a"), post.writes("   ", address="b"), post.writes("二", address="c"), return_exceptions=True
    )
    assert isinstance(found[1], EmptyMessage) and found[0].turn_id and found[2].turn_id


async def test_a_transaction_that_fails_harms_only_him_who_made_it_fail(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """No database takes half a character, which JSON can write: no channel lets it through, and if one did, only that message would fail."""
    post.engine.gate = asyncio.Event()
    writing = [post.writes(words, address=who) for who, words in (("a", "一"), ("b", "二\ud800"), ("c", "三"), ("d", "四"))]
    found = await asyncio.gather(*writing, return_exceptions=True)
    assert [isinstance(f, Exception) for f in found] == [False, True, False, False]
    async with post.database.begin() as conn:
        assert sorted((await conn.execute(sa.select(turn.c.masked))).scalars()) == ["一", "三", "四"]
    post.engine.gate.set()


async def test_nobody_is_acknowledged_before_the_commit(
    database: Database, vault: Vault, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen from another connection, every message whose writer was told it is safe is there."""
    post, missing = Post(database, vault, clock), []

    async def writes(who: str) -> None:
        arrival = await post.writes("你好", address=who)
        async with database.begin() as conn:
            if (await conn.execute(sa.select(turn.c.id).where(turn.c.id == arrival.turn_id))).first() is None:
                missing.append(who)

    await asyncio.gather(*(writes(f"citizen-{k}") for k in range(40)))
    await post.close()
    assert missing == []


async def test_two_gateways_take_in_the_same_strangers_without_waiting_for_each_other(database: Database, vault: Vault, clock: MovableClock) -> None:
    gateways = [Post(database, vault, clock, worker=f"gateway-{k}") for k in range(2)]
    people = [f"citizen-{k}" for k in range(30)]
    async with asyncio.timeout(100):
        both = await asyncio.gather(
            *(gateway.writes(f"{n}", address=who, message_id=f"{who}-{n}") for n, gateway in enumerate(gateways) for who in people[:: 1 - 2 * n])
        )
    assert len({a.conversation_id for a in both}) == 30 and sum(a.new for a in both) == 30 and not any(a.duplicate for a in both)
    for gateway in gateways:
        await gateway.close()


async def test_what_he_may_be_sent_is_counted_anew_for_a_crowd_as_for_one(post: Post) -> None:
    await post.answered(await post.writes("一", allowance=Allowance(count=2, window=FIVE.window, kind="menu")))
    async with post.database.begin() as conn:
        row = (await conn.execute(sa.select(address))).one()
        await store.change(conn, row.id, parked="window", attempts=7)
    await asyncio.gather(post.writes("二"), post.writes("三"), post.writes("四", address="other"))
    async with post.database.begin() as conn:
        after = (await conn.execute(sa.select(address).where(address.c.id == row.id))).one()
    assert {a["kind"]: a["left"] for a in after.allowances} == {"menu": 2, "message": 5}
    assert (after.parked, after.attempts) == (None, 0) and after.heard_at > row.heard_at


async def test_who_was_found_by_an_older_key_is_not_made_twice(database: Database, vault: Vault, clock: MovableClock) -> None:
    before = Post(database, vault, clock)
    old = await before.writes("一")
    await before.close()
    after = Post(database, vault, clock)
    after.deliveries._addresses._keys = [b"new" * 8, *after.deliveries._addresses._keys]
    new = await after.writes("二")
    assert new.conversation_id == old.conversation_id and not new.new
    async with database.begin() as holding:  # and while he is written to he does not seem to be a stranger
        await bulk.lock(holding, after.deliveries._addresses.keys(after.place()))
        waiting = asyncio.create_task(after.writes("三"))
        await asyncio.sleep(0.1)
        assert not waiting.done()
    assert (await waiting).conversation_id == old.conversation_id
    await after.close()


async def test_whose_talk_was_forgotten_begins_anew_in_a_crowd_too(post: Post) -> None:
    before = await post.writes("一")
    await post.answered(before)
    async with post.database.begin() as conn:
        await conn.execute(sa.delete(conversation).where(conversation.c.id == before.conversation_id))
    one, other = await asyncio.gather(post.writes("二"), post.writes("三", address="other"))
    assert one.new and one.conversation_id != before.conversation_id and other.new


async def test_a_number_still_means_what_he_was_shown(post: Post) -> None:
    async with post.working():
        arrival = await post.deliveries.arrived(place=post.place(), incoming=Incoming("text", "3", "post:n"), allowance=FIVE)
        await post.answered(arrival)
        await post.until("echo 3")
