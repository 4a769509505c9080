"""Answers reach the citizen: in order, once, over failures, closed windows, used quotas and dead gateways. On real PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from common.database import Database
from common.vault import Vault
from services.deliveries.batches import Batches
from services.deliveries.errors import Gone, QuotaUsed, Refused, TryLater, WindowClosed
from services.deliveries.model import Allowance, Part, Place, TextPart
from services.deliveries.tables import address
from services.messages.model import Message
from tests.fakes.post import FIVE, MovableClock, Phone, Post


async def test_an_answer_reaches_the_one_who_asked(post: Post) -> None:
    async with post.working():
        await post.writes("你好")
        await post.until("echo 你好")


async def test_the_same_message_three_times_is_one_message_with_one_answer(post: Post) -> None:
    async with post.working():
        arrivals = await asyncio.gather(*(post.writes("你好", message_id="same") for _ in range(3)))
        assert len({a.turn_id for a in arrivals}) == 1 and sorted(a.duplicate for a in arrivals) == [False, True, True]
        assert sum(a.new for a in arrivals) == 1
        await post.until("echo 你好")
        await post.writes("你好", message_id="same")
        await post.quiet()
        assert post.phone.texts() == ["echo 你好"]


async def test_three_messages_in_a_row_are_answered_in_order(post: Post) -> None:
    async with post.working():
        for words in ("一", "二", "三"):
            await post.answered(await post.writes(words))
        await post.until("echo 一", "echo 二", "echo 三")


async def test_each_of_many_citizens_gets_his_own_answers_in_his_own_order(post: Post) -> None:
    people = [f"citizen-{k}" for k in range(12)]

    async def talk(who: str) -> None:
        for k in range(3):
            await post.answered(await post.writes(f"{who} {k}", address=who))

    async with post.working():
        await asyncio.gather(*map(talk, people))
        for who in people:
            await post.until(*(f"echo {who} {k}" for k in range(3)), address=who, seconds=20)


async def test_an_agents_messages_are_delivered_like_the_bots(post: Post) -> None:
    async with post.working():
        arrival = await post.writes("你好")
        await post.until("echo 你好")
        await post.says(arrival.conversation_id, "我是小王", "请稍等")
        await post.until("echo 你好", "我是小王", "请稍等")


async def test_what_passes_is_tried_again_with_the_same_key_and_nothing_overtakes_it(post: Post) -> None:
    post.phone.failures = [TryLater("busy"), TimeoutError()]
    async with post.working():
        arrival = await post.writes("你好")
        await post.answered(arrival)
        await post.says(arrival.conversation_id, "第二条")
        for _ in range(40):
            post.clock.ahead += timedelta(seconds=5)
            await asyncio.sleep(0.05)
            if len(post.phone.got) == 2:
                break
        assert post.phone.texts() == ["echo 你好", "第二条"]
    assert post.phone.keys[0] == post.phone.keys[1] == post.phone.keys[2] != post.phone.keys[3]


@pytest.mark.parametrize(("failure", "why"), [(WindowClosed("45015"), "window"), (QuotaUsed("45047"), "quota"), (Gone("43004"), "gone")])
async def test_what_cannot_be_sent_now_comes_when_he_writes_again(post: Post, failure: Exception, why: str) -> None:
    post.phone.failures = [failure]
    async with post.working():
        await post.answered(await post.writes("你好"))
        await post.quiet()
        assert post.phone.got == [] and post.phone.knocks == [why]
        post.clock.ahead += timedelta(days=3)
        await post.quiet()
        assert len(post.phone.keys) == 1, "a parked message is not tried again"
        await post.writes("在吗")
        await post.until("echo 你好", "echo 在吗")


async def test_no_more_is_sent_than_the_platform_allows_and_the_rest_follows_his_next_message(post: Post) -> None:
    async with post.working():
        arrival = await post.writes("你好")
        await post.until("echo 你好")
        await post.says(arrival.conversation_id, "1", "2", "3", "4", "5", "6")
        await post.until("echo 你好", "1", "2", "3", "4")
        await post.quiet()
        assert len(post.phone.keys) == 5, "the platform is not asked in vain"
        assert post.phone.knocks == ["quota"]
        await post.writes("嗯")
        await post.until("echo 你好", "1", "2", "3", "4", "5", "6", "echo 嗯")


class Hinting(Phone):
    """Marks the last message of each portion; ``rooms``: what it was told."""

    def plan(self, *, account: str, messages: Sequence[Message], room: int | None) -> list[Part]:
        self.rooms = [*getattr(self, "rooms", []), room]
        portion = max(room or 1, 1)
        return [
            TextPart(text=m.text + "…" * (k % portion == 0 and k < len(messages)), upto=m.seq) for k, m in enumerate(messages, start=1)
        ]  # fmt: skip


async def test_who_asks_for_the_rest_before_we_noted_the_last_is_told_again_that_there_is_more(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """What may be sent is counted anew in the middle of a batch: its hints would stand at wrong places."""
    post.phone = phone = Hinting()
    send = phone.send

    async def quick(*, place: Place, part: Part) -> None:
        await send(place=place, part=part)
        if len(phone.got) == 5:
            await post.deliveries.touched(place=place, allowance=FIVE)

    monkeypatch.setattr(phone, "send", quick)
    async with post.working():
        arrival = await post.writes("你好")
        await post.until("echo 你好")
        await post.quiet()
        await post.deliveries.touched(place=post.place(), allowance=FIVE)
        await post.says(arrival.conversation_id, *map(str, range(14)))
        while not phone.knocks:  # the test's own limit ends it
            await asyncio.sleep(0.02)
        assert phone.got[-1][1].endswith("…"), phone.got


async def test_what_was_rendered_for_no_room_is_rendered_anew_for_who_is_heard_of_that_moment(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.phone = phone = Hinting()
    keep = Batches._keep

    async def heard_of_meanwhile(batches: Batches, row: Any, batch: Any, number: int) -> None:
        await keep(batches, row, batch, number)
        if phone.rooms[-1] == 0:
            await post.deliveries.touched(place=post.place(), allowance=FIVE)

    monkeypatch.setattr(Batches, "_keep", heard_of_meanwhile)
    async with post.working():
        arrival = await post.writes("你好", allowance=Allowance(count=1, window=timedelta(hours=48)))
        await post.until("echo 你好")
        await post.says(arrival.conversation_id, "1", "2", "3")
        await post.until("echo 你好", "1", "2", "3")
    assert phone.rooms[-1] == 5, "nothing hints at more than there is"


async def test_a_closed_window_is_not_tried(post: Post) -> None:
    async with post.working():
        arrival = await post.writes("你好")
        await post.until("echo 你好")
        await post.quiet()  # else the leap ends a lease that is held
        post.clock.ahead += timedelta(hours=49)
        await post.says(arrival.conversation_id, "您的证办好了")
        await post.quiet()
        assert len(post.phone.keys) == 1 and post.phone.knocks == ["window"]
        await post.deliveries.touched(place=post.place(), allowance=Allowance(count=3, window=timedelta(minutes=1), kind="menu"))
        await post.until("echo 你好", "您的证办好了")


async def test_who_left_is_left_alone_until_he_is_back(post: Post) -> None:
    async with post.working():
        arrival = await post.writes("你好")
        await post.until("echo 你好")
        await post.deliveries.left(place=post.place())
        await post.says(arrival.conversation_id, "还在吗")
        await post.quiet()
        assert len(post.phone.keys) == 1
        await post.deliveries.touched(place=post.place(), allowance=FIVE)
        await post.until("echo 你好", "还在吗")


async def test_what_is_never_taken_is_skipped_and_the_rest_goes_on(post: Post) -> None:
    post.phone.failures = [Refused("87014")]
    async with post.working():
        arrival = await post.writes("你好")
        await post.answered(arrival)
        await post.says(arrival.conversation_id, "下一条")
        await post.until("下一条")


async def test_he_writes_at_the_very_moment_his_window_is_found_closed(post: Post) -> None:
    post.phone.failures, post.phone.gate = [WindowClosed("late")], asyncio.Event()
    async with post.working():
        await post.answered(await post.writes("一"))
        while not post.phone.keys:
            await asyncio.sleep(0.01)
        await post.answered(await post.writes("二"))
        post.phone.gate.set()
        await post.until("echo 一", "echo 二")


async def test_two_gateways_share_the_work_and_no_citizen_is_served_by_both_at_once(database: Database, vault: Vault, clock: MovableClock) -> None:
    phone = Phone()
    first, second = (Post(database, vault, clock, worker=f"gateway-{k}", phone=phone) for k in range(2))
    arrival = await first.writes("你好")
    async with first.working(), second.working():
        for k in range(20):
            await (first if k % 2 else second).says(arrival.conversation_id, str(k))
            await first.writes(".", message_id=f"m{k}", allowance=Allowance())
        async with asyncio.timeout(15):
            while len([t for t in phone.texts() if t.isdigit()]) < 20:
                await asyncio.sleep(0.05)
        assert [t for t in phone.texts() if t.isdigit()] == [str(k) for k in range(20)]
        assert phone.most_together["anna"] == 1
    await first.close()
    await second.close()


async def test_a_gateway_that_dies_while_sending_costs_nothing(database: Database, vault: Vault, clock: MovableClock) -> None:
    """Its successor of the same name takes up what it had in hand and sends the very same part, by the same key."""
    dying = Post(database, vault, clock)
    dying.phone.gate = asyncio.Event()
    arrival = await dying.writes("你好")
    await dying.answered(arrival)
    async with dying.working():
        while not dying.phone.keys:
            await asyncio.sleep(0.01)
        async with database.begin() as conn:  # as kill -9 leaves it: the lease stays
            lease = (await conn.execute(sa.select(address.c.busy_by, address.c.busy_until))).one()
    async with database.begin() as conn:
        await conn.execute(address.update().values(busy_by=lease.busy_by, busy_until=lease.busy_until))
    await dying.close()
    successor = Post(database, vault, clock)
    async with successor.working():
        await successor.until("echo 你好")
    assert successor.phone.keys == dying.phone.keys
    await successor.close()


async def test_another_gateway_takes_over_when_the_lease_of_a_dead_one_ends(database: Database, vault: Vault, clock: MovableClock) -> None:
    post = Post(database, vault, clock, worker="gateway-1")
    await post.answered(await post.writes("你好"))
    async with database.begin() as conn:
        await conn.execute(address.update().values(busy_by="gateway-0", busy_until=clock.now() + timedelta(seconds=60)))
    async with post.working():
        await post.quiet()
        assert post.phone.got == []
        clock.ahead += timedelta(seconds=61)
        await post.until("echo 你好")
    await post.close()


async def test_killed_between_acknowledgement_and_answer_nothing_is_lost(database: Database, vault: Vault, clock: MovableClock) -> None:
    dying = Post(database, vault, clock)
    dying.engine.gate = asyncio.Event()
    await dying.writes("你好")
    await dying.close()
    successor = Post(database, vault, clock)
    async with successor.working():
        await successor.conversations.recover(first=True)
        await successor.until("echo 你好")
        await successor.writes("你好吗")
        await successor.until("echo 你好", "echo 你好吗")
    await successor.close()


async def test_a_stopped_channel_sends_nothing_and_loses_nothing(post: Post) -> None:
    await post.deliveries.stops.stop(channel="post", by="st_admin")
    async with post.working():
        await post.writes("你好")
        await post.quiet(1)
        assert post.phone.got == [] and await post.deliveries.stops.all() == {"post"}
        assert await post.deliveries.stops.start(channel="post", by="st_admin")
        await post.until("echo 你好")
    assert not await post.deliveries.stops.start(channel="post", by="st_admin")


async def test_neither_the_address_nor_what_waits_can_be_read_in_the_database(post: Post) -> None:
    post.phone.failures = [WindowClosed()]
    async with post.working():
        await post.answered(await post.writes("我的秘密", address="openid-of-anna"))
        await post.quiet()
    async with post.database.begin() as conn:
        row = (await conn.execute(sa.select(address))).one()
    for value in row:
        assert "openid-of-anna" not in str(value) and "秘密" not in str(value)
    assert "anna" not in repr(post.place()) and (await post.deliveries.places_of(person_id=row.person_id))[0].address == "openid-of-anna"


async def test_erased_is_erased_and_who_writes_again_is_somebody_new(post: Post) -> None:
    async with post.working():
        before = await post.writes("你好")
        await post.until("echo 你好")
        person = await post.deliveries.person_at(place=post.place())
        assert await post.deliveries.erase(person_id=person) == 1
        await post.conversations.erase(person_id=person)
        assert await post.deliveries.conversation_of(place=post.place()) is None
        after = await post.writes("我又来了")
        assert after.new and after.conversation_id != before.conversation_id
        await post.until("echo 你好", "echo 我又来了")


async def test_who_comes_back_after_his_talk_was_forgotten_begins_anew_as_the_same_person(post: Post) -> None:
    async with post.working():
        before = await post.writes("你好")
        await post.until("echo 你好")
        person = await post.deliveries.person_at(place=post.place())
        await post.quiet()  # else the leap ends a lease that is held
        post.clock.ahead += timedelta(days=400)
        forgotten = await post.conversations.forget_old(keep=timedelta(days=365))
        assert forgotten == [before.conversation_id]
        after = await post.writes("我又来了")
        assert after.new and after.conversation_id != before.conversation_id
        assert await post.deliveries.person_at(place=post.place()) == person
        await post.until("echo 你好", "echo 我又来了")


async def test_a_visitor_who_proves_who_he_is_keeps_his_talk(post: Post) -> None:
    arrival = await post.writes("你好")
    await post.deliveries.recognised(place=post.place(), person_id="ct_zhang")
    conversation = await post.conversations.conversation(arrival.conversation_id)
    assert conversation.person_id == "ct_zhang" == await post.deliveries.person_at(place=post.place())


async def test_a_key_is_new_once_within_its_time(post: Post) -> None:
    seen = await asyncio.gather(*(post.deliveries.first_time(key="nonce", keep=timedelta(minutes=5)) for _ in range(5)))
    assert sorted(seen) == [False] * 4 + [True]
    post.clock.ahead += timedelta(minutes=6)
    assert await post.deliveries.first_time(key="nonce", keep=timedelta(minutes=5))
    post.clock.ahead += timedelta(minutes=6)
    assert await post.deliveries.forget(conversation_ids=[]) == 1
