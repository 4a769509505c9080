"""SQL of the guides' workflow; every function takes an open transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

import orjson
from sqlalchemy import Row, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge.workflow.tables import edition, revision

Conn = AsyncConnection
_LOCK = 0x6B6E6F77  # "know": one publication at a time


def digest(document: dict[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def lock(conn: Conn) -> None:
    """Held until the transaction ends."""
    await conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


async def published(conn: Conn) -> Sequence[Row[Any]]:
    return (await conn.execute(select(revision).where(revision.c.state == "published").order_by(revision.c.guide_id))).all()


async def newest_edition(conn: Conn) -> Row[Any] | None:
    return (await conn.execute(select(edition).order_by(edition.c.id.desc()).limit(1))).first()


async def publish(conn: Conn, *, guide_id: str, document: dict[str, Any], author: str, effective_from: date | None = None) -> int:
    """A new published version; the one before is superseded. Returns the version number."""
    await conn.execute(update(revision).where(revision.c.guide_id == guide_id, revision.c.state == "published").values(state="superseded"))
    numbers = (await conn.execute(select(func.max(revision.c.number), func.max(revision.c.version)).where(revision.c.guide_id == guide_id))).one()
    version = (numbers[1] or 0) + 1
    await conn.execute(
        insert(revision).values(
            guide_id=guide_id, number=(numbers[0] or 0) + 1, state="published", version=version, document=document, digest=digest(document),
            author=author, published_at=func.now(), effective_from=effective_from,
        )
    )  # fmt: skip
    return version


async def withdraw(conn: Conn, guide_id: str) -> bool:
    query = update(revision).where(revision.c.guide_id == guide_id, revision.c.state == "published").values(state="withdrawn")
    return (await conn.execute(query.returning(revision.c.guide_id))).first() is not None


async def add_edition(conn: Conn, *, reason: str) -> int:
    """Records what is published now as one set; returns its id."""
    rows = await published(conn)
    guides = {r.guide_id: r.version for r in rows}
    fingerprint = hashlib.sha256("".join(f"{r.guide_id}:{r.digest};" for r in rows).encode()).hexdigest()
    return (await conn.execute(insert(edition).values(fingerprint=fingerprint, guides=guides, reason=reason).returning(edition.c.id))).scalar_one()
