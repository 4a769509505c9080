"""What editors see of all guides at once, and of the history of one; SQL in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge.workflow import drafts
from knowledge.workflow.diff import Difference, differences
from knowledge.workflow.states import OPEN
from knowledge.workflow.tables import revision

Conn = AsyncConnection
_DOC = revision.c.document
_SHOWN = (
    revision.c.guide_id, revision.c.number, revision.c.state, revision.c.version, revision.c.digest, revision.c.author, revision.c.effective_from,
    revision.c.created_at, revision.c.submitted_at, revision.c.reviewed_at, revision.c.published_at, revision.c.withdrawn_at,
    _DOC["name"].astext.label("name"), _DOC["region"]["name"].astext.label("region"), _DOC["domain"].astext.label("domain"),
    _DOC["department"].astext.label("department"), _DOC["aliases"].label("aliases"),
)  # fmt: skip


@dataclass(frozen=True)
class GuideLine:
    """One guide: the revision people work on and the one citizens read, either of which may be absent."""

    guide_id: str
    open: Row[Any] | None
    published: Row[Any] | None
    withdrawn: Row[Any] | None

    @property
    def head(self) -> Row[Any]:
        found = self.open or self.published or self.withdrawn
        assert found is not None
        return found

    @property
    def state(self) -> str:
        return self.head.state

    @property
    def updated_at(self) -> datetime:
        rows = [r for r in (self.open, self.published, self.withdrawn) if r is not None]
        return max(t for r in rows for t in (r.created_at, r.submitted_at, r.reviewed_at, r.published_at, r.withdrawn_at) if t is not None)

    def matches(self, state: str | None, words: str | None) -> bool:
        """``state``: of the open revision, or ``published`` for everything that citizens can read."""
        if state and state != self.state and not (state == "published" and self.published):
            return False
        head = self.head
        texts = (self.guide_id, head.name, head.department or "", *(head.aliases or []))
        return not words or any(words.lower() in text.lower() for text in texts)


async def lines(conn: Conn, *, state: str | None = None, words: str | None = None) -> list[GuideLine]:
    """Every guide there is, the one touched last first."""
    wanted = (*OPEN, "published", "withdrawn")
    rows = (await conn.execute(select(*_SHOWN).where(revision.c.state.in_(wanted)).order_by(revision.c.guide_id, revision.c.number))).all()
    found: dict[str, dict[str, Row[Any]]] = {}
    for row in rows:  # of several withdrawn versions the newest stays
        found.setdefault(row.guide_id, {})["open" if row.state in OPEN else row.state] = row
    made = [GuideLine(i, parts.get("open"), parts.get("published"), parts.get("withdrawn")) for i, parts in found.items()]
    return sorted((line for line in made if line.matches(state, words)), key=lambda line: (-line.updated_at.timestamp(), line.guide_id))


async def documents(conn: Conn, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], dict[str, Any]]:
    """Documents by (guide id, revision number)."""
    ids = {guide_id for guide_id, _ in keys}
    rows = await conn.execute(select(revision.c.guide_id, revision.c.number, _DOC).where(revision.c.guide_id.in_(ids)))
    return {key: row.document for row in rows if (key := (row.guide_id, row.number)) in set(keys)}


async def changes(conn: Conn, guide_id: str) -> list[tuple[Row[Any], list[Difference]]]:
    """Every revision, newest first, with what it changed: against the one it was made from, or the version before it.

    :raises GuideNotFound:
    """
    rows = await drafts.history(conn, guide_id)
    by_number = {r.number: r for r in rows}
    return [(row, differences(before.document, row.document) if (before := _before(row, by_number)) else []) for row in rows]


def _before(row: Row[Any], known: dict[int, Row[Any]]) -> Row[Any] | None:
    if row.origin == "rollback" or row.based_on is None:
        earlier = [r for r in known.values() if r.number < row.number and r.version is not None]
        return max(earlier, key=lambda r: r.number, default=None)
    return known.get(row.based_on)
