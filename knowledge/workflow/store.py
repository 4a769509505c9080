"""SQL of what is published; every function takes an open transaction. Drafts: :mod:`knowledge.workflow.drafts`."""

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


async def numbers(conn: Conn, guide_id: str) -> tuple[int, int]:
    """The highest revision number and the highest version of a guide; 0 where there is none."""
    found = (await conn.execute(select(func.max(revision.c.number), func.max(revision.c.version)).where(revision.c.guide_id == guide_id))).one()
    return found[0] or 0, found[1] or 0


async def publish(
    conn: Conn, *, guide_id: str, document: dict[str, Any], author: str, effective_from: date | None = None, by: str | None = None,
    based_on: int | None = None, origin: str | None = None,
) -> int:  # fmt: skip
    """A new revision, published at once; the one before is superseded. Returns the version number."""
    await _supersede(conn, guide_id)
    number, version = await numbers(conn, guide_id)
    await conn.execute(
        insert(revision).values(
            guide_id=guide_id, number=number + 1, state="published", version=version + 1, document=document, digest=digest(document),
            author=author, published_at=func.now(), published_by=by or author, effective_from=effective_from, based_on=based_on, origin=origin,
        )
    )  # fmt: skip
    return version + 1


async def publish_open(conn: Conn, *, guide_id: str, number: int, by: str, effective_from: date | None) -> int:
    """An approved revision becomes the published one. Returns the version number."""
    await _supersede(conn, guide_id)
    version = (await numbers(conn, guide_id))[1] + 1
    values = {"state": "published", "version": version, "published_at": func.now(), "published_by": by, "effective_from": effective_from}
    await conn.execute(update(revision).where(revision.c.guide_id == guide_id, revision.c.number == number).values(values))
    return version


async def _supersede(conn: Conn, guide_id: str) -> None:
    await conn.execute(update(revision).where(revision.c.guide_id == guide_id, revision.c.state == "published").values(state="superseded"))


async def withdraw(conn: Conn, guide_id: str, *, by: str | None = None) -> bool:
    """``by`` is whoever decided it; nobody when it is only no longer shipped. Whether it was published."""
    query = update(revision).where(revision.c.guide_id == guide_id, revision.c.state == "published")
    query = query.values(state="withdrawn", withdrawn_by=by, withdrawn_at=func.now())
    return (await conn.execute(query.returning(revision.c.guide_id))).first() is not None


async def withdrawn_by_editors(conn: Conn) -> set[str]:
    """Guides that a person withdrew and nobody has published again; shipping them anew must not bring them back."""
    last = select(revision.c.guide_id, func.max(revision.c.version).label("version")).group_by(revision.c.guide_id).subquery()
    query = select(revision.c.guide_id).join(last, (revision.c.guide_id == last.c.guide_id) & (revision.c.version == last.c.version))
    return set((await conn.execute(query.where(revision.c.state == "withdrawn", revision.c.withdrawn_by.is_not(None)))).scalars())


async def add_edition(conn: Conn, *, reason: str) -> int:
    """Records what is published now as one set; returns its id."""
    rows = await published(conn)
    guides = {r.guide_id: r.version for r in rows}
    fingerprint = hashlib.sha256("".join(f"{r.guide_id}:{r.digest};" for r in rows).encode()).hexdigest()
    return (await conn.execute(insert(edition).values(fingerprint=fingerprint, guides=guides, reason=reason).returning(edition.c.id))).scalar_one()
