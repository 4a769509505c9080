"""Tomorrow's visits are found by their time, not by reading all that there ever were. On real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from common.database import Database
from services.appointments.adapters.local.store import Store, booked_between

pytestmark = pytest.mark.timeout(900)
VISITS = 100_000
DAY = datetime(2026, 3, 18, 16, tzinfo=UTC)  # midnight of 19 March in Guangzhou
# Four hundred days, so that a day is a part in four hundred; every seventh is cancelled; fifty halls.
FILL = """
    INSERT INTO appointments.appointment (id, code, person_id, guide_id, hall_id, line, lines, slot_id, starts_at, ends_at, state, bring,
                                          created_at, updated_at)
    SELECT 'ap_' || n, 'C' || n, 'ct_' || n % 20000, 'g', 'h' || n % 53, 'l', '[]', 's', at, at + interval '15 minutes',
           CASE n % 7 WHEN 0 THEN 'cancelled' ELSE 'booked' END, '[]', at, at
    FROM (SELECT n, :first + make_interval(days => n % 400, mins => n % 480) AS at FROM generate_series(1, :visits) n) made
"""


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from _nodes(below)


async def test_a_day_of_a_hundred_thousand_visits_is_found_by_the_index(database: Database) -> None:
    end = DAY + timedelta(days=1)
    query = str(booked_between(DAY, end).compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))
    async with database.begin() as conn:
        await conn.execute(sa.text("SET LOCAL session_replication_role = replica"))  # no look-up of a slot for each of them
        await conn.execute(sa.text(FILL), {"first": DAY - timedelta(days=200), "visits": VISITS})
        await conn.execute(sa.text("ANALYZE appointments.appointment"))
        [plan] = (await conn.execute(sa.text(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}"))).scalar_one()
        found = await Store().booked(conn, start=DAY, end=end)
    nodes = list(_nodes(plan["Plan"]))
    assert "appointment_expected" in {node.get("Index Name") for node in nodes}
    assert "Seq Scan" not in {node["Node Type"] for node in nodes}
    assert len(found) == sum(n % 400 == 200 and n % 7 > 0 for n in range(1, VISITS + 1))
    assert {visit.state for visit in found} == {"booked"} and all(DAY <= visit.start < end for visit in found)
