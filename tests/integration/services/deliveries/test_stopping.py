"""The kill switch under haste."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from common.database import Database
from services.deliveries import store
from services.deliveries.stopping import Stops
from tests.fakes.post import MovableClock


async def test_a_stop_that_comes_while_somebody_looks_is_not_forgotten(
    database: Database, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stops, looked, go_on, real = Stops(database=database, clock=clock), asyncio.Event(), asyncio.Event(), store.stops

    async def slowly(conn: Any) -> Any:
        found = await real(conn)
        looked.set()
        await go_on.wait()
        return found

    monkeypatch.setattr(store, "stops", slowly)
    looking = asyncio.create_task(stops.all())
    await looked.wait()
    await stops.stop(channel="post", by="st_admin")
    go_on.set()
    assert await looking == {"post"}
    assert await stops.all() == {"post"}
