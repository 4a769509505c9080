"""Heartbeats in Valkey, and what remains when it is gone. On real PostgreSQL and Valkey."""

from __future__ import annotations

from datetime import timedelta

import pytest
from redis.asyncio import Redis

from bangban.stores.ports import free_port
from common.clock import FixedClock
from common.database import Database
from services.handoff.presence import PresenceBoard


async def online(board: PresenceBoard, database: Database) -> list[str]:
    async with database.begin() as conn:
        return [a.staff_id for a in await board.online(conn)]


@pytest.fixture
async def board(database: Database, clock: FixedClock, redis_url: str, redis_client: Redis):
    made = PresenceBoard(database=database, clock=clock, redis_url=redis_url)
    yield made
    await made.close()


async def test_a_heartbeat_in_valkey_counts_where_postgresql_has_not_heard_for_long(
    board: PresenceBoard, database: Database, clock: FixedClock, redis_client: Redis
) -> None:
    await board.put(staff_id="st_a", state="online", capacity=3)
    clock.moment += timedelta(seconds=100)
    assert await online(board, database) == ["st_a"]
    await redis_client.flushall()
    assert await online(board, database) == []


async def test_heartbeats_lapse_by_themselves(board: PresenceBoard, redis_client: Redis) -> None:
    await board.put(staff_id="st_a", state="online")
    assert 80 <= await redis_client.ttl("bangban:presence:st_a") <= 90


async def test_without_valkey_postgresql_alone_tells_who_is_there(database: Database, clock: FixedClock) -> None:
    board = PresenceBoard(database=database, clock=clock, redis_url=f"redis://127.0.0.1:{free_port()}")
    await board.put(staff_id="st_a", state="online")
    for _ in range(3):
        clock.moment += timedelta(seconds=60)
        await board.touch("st_a")
        assert await online(board, database) == ["st_a"]
    clock.moment += timedelta(seconds=91)
    assert await online(board, database) == []
    await board.close()


async def test_after_a_restart_everybody_gets_the_time_to_be_heard_again(database: Database, clock: FixedClock) -> None:
    await PresenceBoard(database=database, clock=clock).put(staff_id="st_a", state="online")
    clock.moment += timedelta(hours=1)
    restarted = PresenceBoard(database=database, clock=clock)
    assert await online(restarted, database) == ["st_a"]
    clock.moment += timedelta(seconds=91)
    assert await online(restarted, database) == []


async def test_away_is_not_online_and_the_capacity_is_remembered(board: PresenceBoard, database: Database) -> None:
    await board.put(staff_id="st_a", state="online", capacity=7)
    await board.put(staff_id="st_a", state="away")
    await board.touch("st_a")
    assert await online(board, database) == []
    assert (await board.put(staff_id="st_a", state="online")).capacity == 7
