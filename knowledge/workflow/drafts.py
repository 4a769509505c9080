"""Drafts and their way to approval, as SQL in the caller's transaction. Who may do a step is asked by the caller, what may be done here.

Every function locks the guide first, so two people on the same guide take turns and the second learns what the first did.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge.errors import GuideExists, GuideNotFound, NotThatState, OwnWork, StaleDraft
from knowledge.workflow import store
from knowledge.workflow.states import OPEN, SUBMITTABLE
from knowledge.workflow.tables import revision

Conn = AsyncConnection


async def lock(conn: Conn, guide_id: str) -> None:
    """Held until the transaction ends."""
    await conn.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"guide:{guide_id}"})


async def open_revision(conn: Conn, guide_id: str) -> Row[Any] | None:
    query = select(revision).where(revision.c.guide_id == guide_id, revision.c.state.in_(OPEN))
    return (await conn.execute(query)).first()


async def published_revision(conn: Conn, guide_id: str) -> Row[Any] | None:
    query = select(revision).where(revision.c.guide_id == guide_id, revision.c.state == "published")
    return (await conn.execute(query)).first()


async def newest(conn: Conn, guide_id: str) -> Row[Any] | None:
    """What the next change starts from: the open revision, or else the last version there was."""
    if found := await open_revision(conn, guide_id):
        return found
    query = select(revision).where(revision.c.guide_id == guide_id, revision.c.version.is_not(None)).order_by(revision.c.version.desc())
    return (await conn.execute(query.limit(1))).first()


async def history(conn: Conn, guide_id: str) -> Sequence[Row[Any]]:
    """Every revision, newest first. :raises GuideNotFound: there is none."""
    rows = (await conn.execute(select(revision).where(revision.c.guide_id == guide_id).order_by(revision.c.number.desc()))).all()
    if not rows:
        raise GuideNotFound
    return rows


async def create(conn: Conn, *, guide_id: str, document: dict[str, Any], author: str, origin: str = "edit") -> int:
    """The first revision of a guide. :raises GuideExists: also when it was withdrawn; a draft of it is then saved instead."""
    await lock(conn, guide_id)
    if await newest(conn, guide_id) is not None:
        raise GuideExists(fields={"id": guide_id})
    return await _add(conn, guide_id=guide_id, document=document, author=author, based_on=None, origin=origin)


async def save(conn: Conn, *, guide_id: str, document: dict[str, Any], author: str, base_revision: int, origin: str = "edit") -> int:
    """The new draft's revision number; what was approved or scheduled before has to be reviewed again.

    :raises StaleDraft: somebody saved meanwhile. :raises GuideNotFound:
    """
    await lock(conn, guide_id)
    current = await newest(conn, guide_id)
    if current is None:
        raise GuideNotFound
    if current.number != base_revision:
        raise StaleDraft(fields={"revision": current.number, "author": current.author})
    if current.state in OPEN:
        await _set(conn, current, state="replaced")
    return await _add(conn, guide_id=guide_id, document=document, author=author, based_on=current.number, origin=origin)


async def submit(conn: Conn, *, guide_id: str, by: str) -> Row[Any]:
    """:raises NotThatState: there is no draft to hand in."""
    current = await _in_state(conn, guide_id, SUBMITTABLE)
    await _set(conn, current, state="submitted", submitted_by=by, submitted_at=func.now(), reviewer=None, comment=None, reviewed_at=None)
    return current


async def review(conn: Conn, *, guide_id: str, by: str, approve: bool, comment: str | None) -> Row[Any]:
    """:raises OwnWork: he wrote a part of it, or handed it in. :raises NotThatState: it is not waiting for a review."""
    current = await _in_state(conn, guide_id, ("submitted",))
    if by in {current.submitted_by, *await contributors(conn, current)}:
        raise OwnWork
    await _set(conn, current, state="approved" if approve else "rejected", reviewer=by, comment=comment, reviewed_at=func.now())
    return current


async def contributors(conn: Conn, current: Row[Any]) -> set[str]:
    """Everybody who changed the guide since what is published: the open revision and the replaced ones it grew from."""
    columns = (revision.c.number, revision.c.based_on, revision.c.author, revision.c.state)
    rows = {r.number: r for r in await conn.execute(select(*columns).where(revision.c.guide_id == current.guide_id))}
    found, at = {current.author}, current.based_on
    while at in rows and rows[at].state == "replaced":
        found.add(rows[at].author)
        at = rows[at].based_on
    return found


async def discard(conn: Conn, *, guide_id: str) -> Row[Any]:
    """The open revision is laid aside; history keeps it. :raises NotThatState: there is none."""
    current = await _in_state(conn, guide_id, OPEN)
    await _set(conn, current, state="replaced")
    return current


async def _in_state(conn: Conn, guide_id: str, wanted: tuple[str, ...]) -> Row[Any]:
    await lock(conn, guide_id)
    current = await newest(conn, guide_id)
    if current is None:
        raise GuideNotFound
    if current.state not in wanted:
        raise NotThatState(current.state)
    return current


async def _set(conn: Conn, row: Row[Any], **values: Any) -> None:
    await conn.execute(update(revision).where(revision.c.guide_id == row.guide_id, revision.c.number == row.number).values(values))


async def _add(conn: Conn, *, guide_id: str, document: dict[str, Any], author: str, based_on: int | None, origin: str) -> int:
    number = (await store.numbers(conn, guide_id))[0] + 1
    values = {"guide_id": guide_id, "number": number, "state": "draft", "document": document, "digest": store.digest(document)}
    await conn.execute(insert(revision).values(author=author, based_on=based_on, origin=origin, **values))
    return number
