"""Figures of a day for supervisors, from the episodes and assignments themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handoff.tables import assignment, episode


async def of_desk(conn: AsyncConnection, since: datetime) -> dict[str, Any]:
    """How many asked for a person and how it went on; medians in seconds, None without any."""
    e, ended = episode.c, lambda how: sa.func.count().filter(episode.c.ended_as == how)
    query = sa.select(
        sa.func.count().label("handoffs"),
        sa.func.count(e.claimed_at).label("claimed"),
        ended("closed").label("closed"),
        ended("bot").label("returned"),
        ended("cancelled").label("cancelled"),
        ended("ticket").label("tickets"),
        _median(e.claimed_at - e.queued_since).label("wait_s"),
        _median(e.first_reply_at - e.claimed_at).label("first_reply_s"),
        _median(e.ended_at - e.claimed_at).label("handling_s"),
    ).where(e.queued_since >= since)
    return _row((await conn.execute(query)).one())


async def of_agents(conn: AsyncConnection, since: datetime) -> dict[str, dict[str, Any]]:
    """By agent: conversations taken, finished, median seconds until his first answer and until he was done."""
    a = assignment.c
    query = sa.select(
        a.agent_id,
        sa.func.count().label("taken"),
        sa.func.count().filter(a.ended_as.in_(["closed", "bot"])).label("finished"),
        _median(a.first_reply_at - a.started_at).label("first_reply_s"),
        _median(a.ended_at - a.started_at).label("handling_s"),
    )
    rows = await conn.execute(query.where(a.started_at >= since).group_by(a.agent_id))
    return {row.agent_id: {k: v for k, v in _row(row).items() if k != "agent_id"} for row in rows}


def _median(span: Any) -> Any:
    return sa.func.percentile_cont(0.5).within_group(sa.extract("epoch", span))


def _row(row: sa.Row[Any]) -> dict[str, Any]:
    return {k: round(float(v)) if k.endswith("_s") and v is not None else v for k, v in row._mapping.items()}
