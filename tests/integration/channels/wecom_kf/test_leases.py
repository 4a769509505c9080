"""Leases on customers and accounts: whoever gives one back overlooks nothing that comes that moment, and gives it back though the database
was away."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from channels.wecom_kf import leaving, store
from channels.wecom_kf.tables import customer as customers
from common.database import Database
from tests.integration.channels.wecom_kf.conftest import PATIENT_S, Corp, Open

pytestmark = pytest.mark.timeout(600)
WORKER, KEY = "gateway-0", ("wkBangban0000001", "a" * 32)
_BLOCKED = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


async def _waits_for_a_lock(database: Database) -> None:
    async with asyncio.timeout(PATIENT_S):
        while True:
            async with database.begin() as conn:
                if await conn.scalar(_BLOCKED):
                    return
            await asyncio.sleep(0.02)


async def _leaves(database: Database) -> None:
    async with database.begin() as conn:
        await store.leave_customer(conn, KEY, worker=WORKER)


async def test_what_is_stored_the_moment_a_customer_is_left_still_waits_for_him(database: Database) -> None:
    now = datetime.now(UTC)
    async with database.begin() as conn:
        await store.expect(conn, [KEY], now)
        await store.claim_customers(conn, worker=WORKER, now=now, until=now + timedelta(minutes=1), limit=1)
    async with database.begin() as conn:  # a page is stored, and not committed yet
        row = {"open_kfid": KEY[0], "msgid": "m1", "customer": KEY[1], "sealed": b"sealed", "pulled_at": now}
        assert await store.add_items(conn, [row]) == [KEY]
        await store.expect(conn, [KEY], now)
        leaving_him = asyncio.create_task(_leaves(database))
        await _waits_for_a_lock(database)
    await leaving_him
    async with database.begin() as conn:
        left = (await conn.execute(customers.select())).one()
    assert left.busy_by is None and left.waiting


@pytest.mark.parametrize("name", ["leave_account", "leave_customer"])
async def test_a_lease_is_given_back_though_the_database_was_away(
    open_corp: Open, numbers: dict[str, Any], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    numbers["lease_s"] = 36_000  # nobody waits for its end
    monkeypatch.setattr(leaving, "PAUSE_S", 0.05)
    real, failed = getattr(store, name), []

    async def away_at_first(*args: Any, **values: Any) -> None:
        if len(failed) < 2:
            failed.append(name)
            raise OperationalError(name, {}, Exception("the database is away"))
        await real(*args, **values)

    monkeypatch.setattr(store, name, away_at_first)
    corp: Corp = await open_corp()
    citizen = corp.customer()
    for words in ("第一句", "第二句"):
        await citizen.text(words)
        await citizen.sees(f"bot：{words}")
    assert len(failed) == 2
