"""What editors look at: all guides with how sound they are, one guide, its history."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from common.database import Database
from knowledge.errors import GuideNotFound
from knowledge.schema.guide import Guide
from knowledge.service import Knowledge
from knowledge.workflow import drafts, overview
from knowledge.workflow.diff import Difference
from knowledge.workflow.overview import GuideLine
from knowledge.workflow.rules import Neighbour
from services.editing.writing import counts


@dataclass(frozen=True)
class Listed:
    """``errors`` and ``warnings`` of what the line shows first: the draft, or else what is published."""

    line: GuideLine
    errors: int
    warnings: int


@dataclass(frozen=True)
class Opened:
    """``newest``: what the next change starts from; its number is the ``base_revision`` of a save."""

    newest: Row[Any]
    open: Row[Any] | None
    published: Row[Any] | None


class Reading:
    def __init__(self, *, database: Database, knowledge: Knowledge):
        self._database, self._knowledge = database, knowledge
        # By digest: neighbours change the counts a little too, but a list is a hint, and `lint` says exactly.
        self._counted: dict[str, tuple[int, int]] = {}

    async def list(self, *, state: str | None = None, words: str | None = None) -> Sequence[Listed]:
        async with self._database.begin() as conn:
            found = await overview.lines(conn, state=state, words=words)
            todo = [(line.head.guide_id, line.head.number) for line in found if line.head.digest not in self._counted]
            documents = await overview.documents(conn, todo) if todo else {}
        if todo:
            digests = {(line.head.guide_id, line.head.number): line.head.digest for line in found}
            neighbours = [Neighbour.of(g.guide) for g in self._knowledge.guides()]
            self._counted |= await asyncio.to_thread(_count, ((digests[key], documents[key]) for key in todo), neighbours)
        return [Listed(line, *self._counted[line.head.digest]) for line in found]

    async def open(self, *, guide_id: str) -> Opened:
        """:raises GuideNotFound:"""
        async with self._database.begin() as conn:
            newest = await drafts.newest(conn, guide_id)
            if newest is None:
                raise GuideNotFound
            return Opened(newest, await drafts.open_revision(conn, guide_id), await drafts.published_revision(conn, guide_id))

    async def revisions(self, *, guide_id: str) -> Sequence[tuple[Row[Any], list[Difference]]]:
        """Newest first. :raises GuideNotFound:"""
        async with self._database.begin() as conn:
            return await overview.changes(conn, guide_id)


def _count(documents: Iterable[tuple[str, dict[str, Any]]], neighbours: list[Neighbour]) -> dict[str, tuple[int, int]]:
    return {digest: counts(Guide.model_validate(document), neighbours) for digest, document in documents}
