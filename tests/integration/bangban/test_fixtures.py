"""The fixtures every integration test stands on."""

from __future__ import annotations

from sqlalchemy import text

from common.database import Database


async def test_each_test_has_a_database_of_its_own(database: Database, fresh_database_url: str) -> None:
    async with database.begin() as connection:
        name = await connection.scalar(text("SELECT current_database()"))
    assert name in fresh_database_url and name != "bangban"


async def test_valkey_starts_empty(redis_client) -> None:
    assert await redis_client.dbsize() == 0
    await redis_client.set("a", "1")


async def test_valkey_starts_empty_after_another_test_wrote(redis_client) -> None:
    assert await redis_client.dbsize() == 0
