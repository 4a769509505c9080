"""SQL of tickets; every function runs in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from common.vault import Vault
from services.tickets.model import Step, Ticket
from services.tickets.tables import counter, step, ticket

_COLUMNS = [c.name for c in ticket.c if c.name not in ("detail", "source_key")]


async def next_sequence(conn: AsyncConnection, *, day: date) -> int:
    """The day's next number, without gaps: the row stays locked until the ticket it counts is committed."""
    statement = insert(counter).values(day=day, last=1)
    statement = statement.on_conflict_do_update(index_elements=[counter.c.day], set_={"last": counter.c.last + 1})
    return (await conn.execute(statement.returning(counter.c.last))).scalar_one()


async def lock_source(conn: AsyncConnection, source_key: str) -> None:
    """One opening per source at a time, until the transaction ends."""
    await conn.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"tickets:{source_key}", 0))))


async def by_source(conn: AsyncConnection, vault: Vault, source_key: str) -> Ticket | None:
    found = await find(conn, vault, ticket.c.source_key == source_key)
    return found[0] if found else None


async def add(conn: AsyncConnection, vault: Vault, new: Ticket, *, source_key: str | None) -> None:
    values = {c: getattr(new, c) for c in _COLUMNS}
    await conn.execute(ticket.insert().values(detail=vault.seal(new.detail), source_key=source_key, **values))
    for entry in new.history:
        await add_step(conn, vault, new.number, entry)


async def add_step(conn: AsyncConnection, vault: Vault, number: str, entry: Step) -> None:
    await conn.execute(step.insert().values(number=number, **{**vars(entry), "note": vault.seal(entry.note)}))


async def change(conn: AsyncConnection, number: str, **values: Any) -> None:
    await conn.execute(ticket.update().where(ticket.c.number == number).values(**values))


async def find(
    conn: AsyncConnection, vault: Vault, *where: sa.ColumnElement[bool], limit: int | None = None, lock: bool = False
) -> list[Ticket]:
    """The most pressing first: open ones by deadline, then the rest, newest first."""
    answered = sa.case((ticket.c.state.in_(["replied", "closed"]), 1), else_=0)
    pressing = sa.case((answered == 0, ticket.c.due_at))
    query = sa.select(ticket).where(*where).order_by(answered, pressing, ticket.c.created_at.desc(), ticket.c.number).limit(limit)
    rows = (await conn.execute(query.with_for_update() if lock else query)).all()
    steps = await _steps(conn, vault, [r.number for r in rows])
    return [
        Ticket(**{c: getattr(row, c) for c in _COLUMNS}, detail=vault.open(row.detail), history=steps.get(row.number, []))
        for row in rows
    ]


async def _steps(conn: AsyncConnection, vault: Vault, numbers: Sequence[str]) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = {}
    if numbers:
        for row in await conn.execute(sa.select(step).where(step.c.number.in_(numbers)).order_by(step.c.id)):
            entry = Step(row.at, row.actor, row.origin, row.state, vault.open(row.note), row.department)
            found.setdefault(row.number, []).append(entry)
    return found


async def count(conn: AsyncConnection, *where: sa.ColumnElement[bool]) -> int:
    return await conn.scalar(sa.select(sa.func.count()).select_from(ticket).where(*where)) or 0
