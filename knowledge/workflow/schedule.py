"""Versions by number, and approved revisions that wait for their day; SQL in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge.errors import GuideNotFound, NoSuchVersion, NotThatState
from knowledge.workflow import drafts, store
from knowledge.workflow.states import PUBLISHABLE
from knowledge.workflow.tables import revision

Conn = AsyncConnection


async def version_of(conn: Conn, guide_id: str, version: int) -> Row[Any]:
    """:raises NoSuchVersion: :raises GuideNotFound: there is no such guide at all."""
    row = (await conn.execute(select(revision).where(revision.c.guide_id == guide_id, revision.c.version == version))).first()
    if row is None:
        raise NoSuchVersion(fields={"version": version}) if (await store.numbers(conn, guide_id))[0] else GuideNotFound
    return row


async def schedule(conn: Conn, row: Row[Any], *, day: date, by: str) -> None:
    """Waits for its day; saving a new draft cancels that. :raises NotThatState: it changed meanwhile."""
    await still(conn, row)
    values = {"state": "scheduled", "effective_from": day, "published_by": by}
    await conn.execute(update(revision).where(revision.c.guide_id == row.guide_id, revision.c.number == row.number).values(values))


async def due(conn: Conn, day: date) -> Sequence[Row[Any]]:
    query = select(revision).where(revision.c.state == "scheduled", revision.c.effective_from <= day)
    return (await conn.execute(query.order_by(revision.c.effective_from, revision.c.guide_id))).all()


async def still(conn: Conn, row: Row[Any]) -> None:
    """That a revision is what it was when it was read. :raises NotThatState: saved anew, or published by another."""
    now = await drafts.newest(conn, row.guide_id)
    if now is None or now.number != row.number or now.state not in PUBLISHABLE:
        raise NotThatState(now.state if now else "withdrawn")
