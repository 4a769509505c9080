"""The trail cannot be changed without showing it. On real PostgreSQL."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from common.clock import FixedClock
from common.database import Database
from common.signing import Signer
from services.audit.service import Audit


@pytest.fixture
async def audit(database: Database, clock: FixedClock) -> Audit:
    made = Audit(database=database, clock=clock, signer=Signer(["k"]))
    for n in range(3):
        await made.record(actor="st_a", action="conversation.read", subject=f"cv_{n}", reason="投诉复核", number=n)
    return made


async def tamper(database: Database, statement: str) -> None:
    """As somebody with every right in the database would."""
    async with database.begin() as conn:
        await conn.execute(text("SET LOCAL session_replication_role = replica"))
        await conn.execute(text(statement))


async def test_an_untouched_trail_holds(audit: Audit) -> None:
    assert await audit.broken_at() is None
    assert [(e.seq, e.subject) for e in await audit.entries()] == [(3, "cv_2"), (2, "cv_1"), (1, "cv_0")]
    assert [e.seq for e in await audit.entries(subject="cv_1")] == [2]


@pytest.mark.parametrize("statement", ["UPDATE audit.entry SET actor = 'x'", "DELETE FROM audit.entry", "TRUNCATE audit.entry"])
async def test_the_database_itself_refuses_changes(audit: Audit, database: Database, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.begin() as conn:
            await conn.execute(text(statement))
    assert await audit.broken_at() is None


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit.entry SET actor = 'st_b' WHERE seq = 2", 2),
        ("UPDATE audit.entry SET data = '{}' WHERE seq = 1", 1),
        ("UPDATE audit.entry SET at = at - interval '1 day' WHERE seq = 3", 3),
        ("DELETE FROM audit.entry WHERE seq = 2", 2),
        ("DELETE FROM audit.entry WHERE seq = 3", 3),
    ],
)
async def test_changes_behind_its_back_are_found(audit: Audit, database: Database, statement: str, broken: int) -> None:
    await tamper(database, statement)
    assert await audit.broken_at() == broken


async def test_entries_written_at_once_make_one_chain(audit: Audit) -> None:
    await asyncio.gather(*(audit.record(actor="st_a", action="x", subject=f"s{n}") for n in range(30)))
    assert [e.seq for e in await audit.entries()] == list(range(33, 0, -1))
    assert await audit.broken_at() is None


async def test_personal_values_in_a_reason_are_masked(audit: Audit) -> None:
    await audit.record(actor="st_a", action="takeover", subject="cv_1", reason="市民13800138000要求")
    assert (await audit.entries())[0].data["reason"] == "市民[phone]要求"


async def test_an_entry_of_a_failed_transaction_was_never_there(audit: Audit, database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.begin() as conn:
            await audit.record(conn=conn, actor="st_a", action="x", subject="y")
            raise ZeroDivisionError
    assert await audit.record(actor="st_a", action="x", subject="z") == 4
    assert await audit.broken_at() is None
