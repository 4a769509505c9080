"""SQL of cases; every function runs in the caller's transaction."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.cases.model import Case, Entry
from services.cases.tables import cases, counters, timeline


async def next_sequence(connection: AsyncConnection, *, day: date) -> int:
    """The day's next number, without gaps: the row stays locked until the case it counts is committed."""
    statement = insert(counters).values(day=day, last=1)
    statement = statement.on_conflict_do_update(index_elements=[counters.c.day], set_={"last": counters.c.last + 1}).returning(counters.c.last)
    return (await connection.execute(statement)).scalar_one()


async def add(connection: AsyncConnection, *, case: Case, sealed: bytes) -> None:
    columns = ("id", "number", "person_id", "form_id", "guide_id", "guide_version", "guide_name", "state", "created_at")
    await connection.execute(cases.insert().values(sealed=sealed, **{c: getattr(case, c) for c in columns}))


async def add_entry(connection: AsyncConnection, *, case_id: str, at: datetime, state: str, note: str) -> None:
    await connection.execute(timeline.insert().values(case_id=case_id, at=at, state=state, note=note))


async def set_state(connection: AsyncConnection, *, case_id: str, state: str) -> None:
    await connection.execute(cases.update().where(cases.c.id == case_id).values(state=state))


async def find(connection: AsyncConnection, *where: sa.ColumnElement[bool], limit: int | None = None, lock: bool = False) -> list[Case]:
    """Cases, newest first, each with its timeline, oldest step first."""
    query = sa.select(cases).where(*where).order_by(cases.c.created_at.desc(), cases.c.number.desc()).limit(limit)
    rows = (await connection.execute(query.with_for_update() if lock else query)).mappings().all()
    steps = sa.select(timeline).where(timeline.c.case_id.in_([r["id"] for r in rows])).order_by(timeline.c.id)
    entries: dict[str, list[Entry]] = {}
    for step in (await connection.execute(steps)).mappings() if rows else ():
        entries.setdefault(step["case_id"], []).append(Entry(at=step["at"], state=step["state"], note=step["note"]))
    return [_case(row, entries.get(row["id"], [])) for row in rows]


async def sealed_application(connection: AsyncConnection, *, case_id: str) -> bytes | None:
    return await connection.scalar(sa.select(cases.c.sealed).where(cases.c.id == case_id))


def _case(row: sa.RowMapping, entries: list[Entry]) -> Case:
    data: dict[str, Any] = {key: value for key, value in row.items() if key != "sealed"}
    return Case(**data, timeline=entries)
