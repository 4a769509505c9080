"""Drafts: written, judged, handed in, reviewed. Each step is in the audit trail, in the same transaction."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock, today
from common.database import Database
from knowledge.errors import GuideNotFound, LintRefused
from knowledge.schema.guide import Guide
from knowledge.service import Knowledge
from knowledge.workflow import drafts
from knowledge.workflow.checking import checked
from knowledge.workflow.lint import Problem, lint, lint_document
from knowledge.workflow.rules import Neighbour
from services.audit.service import Audit


class Writing:
    """Documents come in as somebody typed them; what is stored is always whole."""

    def __init__(self, *, database: Database, clock: Clock, audit: Audit, knowledge: Knowledge):
        self._database, self._clock, self._audit, self._knowledge = database, clock, audit, knowledge

    async def create(self, *, document: Any, by: str) -> tuple[str, int]:
        """(guide id, revision). :raises BadDocument, GuideExists:"""
        whole = checked(document)
        async with self._database.begin() as conn:
            number = await drafts.create(conn, guide_id=whole["id"], document=whole, author=by)
            await self._record(conn, by, "guide.create", whole["id"], revision=number)
        return whole["id"], number

    async def save(self, *, guide_id: str, document: Any, base_revision: int, by: str) -> int:
        """The new revision. :raises BadDocument, StaleDraft, GuideNotFound:"""
        whole = checked(document, guide_id=guide_id)
        async with self._database.begin() as conn:
            number = await drafts.save(conn, guide_id=guide_id, document=whole, author=by, base_revision=base_revision)
            await self._record(conn, by, "guide.save", guide_id, revision=number, base=base_revision)
        return number

    async def discard(self, *, guide_id: str, by: str) -> None:
        """:raises NotThatState: there is nothing open. :raises GuideNotFound:"""
        async with self._database.begin() as conn:
            laid = await drafts.discard(conn, guide_id=guide_id)
            await self._record(conn, by, "guide.discard", guide_id, revision=laid.number)

    async def lint(self, *, guide_id: str, document: Any = None) -> list[Problem]:
        """Problems of what is open, or else published; or of a document not saved yet. :raises GuideNotFound:"""
        if document is None:
            async with self._database.begin() as conn:
                current = await drafts.newest(conn, guide_id)
            if current is None:
                raise GuideNotFound
            document = current.document
        return await self.problems(document)

    async def problems(self, document: Any) -> list[Problem]:
        neighbours = [Neighbour.of(g.guide) for g in self._knowledge.guides()]
        return await asyncio.to_thread(lint_document, document, neighbours=neighbours, today=today(self._clock))

    async def submit(self, *, guide_id: str, by: str) -> int:
        """The revision handed in. :raises LintRefused: with the problems. :raises NotThatState, GuideNotFound:"""
        async with self._database.begin() as conn:
            current = await drafts.submit(conn, guide_id=guide_id, by=by)
            self.refuse(await self.problems(current.document))
            await self._record(conn, by, "guide.submit", guide_id, revision=current.number)
        return current.number

    async def review(self, *, guide_id: str, approve: bool, comment: str | None, by: str) -> int:
        """The revision judged. :raises OwnWork, NotThatState, GuideNotFound:"""
        async with self._database.begin() as conn:
            current = await drafts.review(conn, guide_id=guide_id, by=by, approve=approve, comment=comment)
            await self._record(conn, by, "guide.approve" if approve else "guide.reject", guide_id, revision=current.number, comment=comment)
        return current.number

    @staticmethod
    def refuse(problems: list[Problem]) -> None:
        """:raises LintRefused: one of the problems is an error."""
        if any(p.severity == "error" for p in problems):
            raise LintRefused(fields={"problems": [vars(p) for p in problems]})

    async def _record(self, conn: AsyncConnection, by: str, action: str, guide_id: str, **data: Any) -> None:
        await self._audit.record(conn=conn, actor=by, action=action, subject=f"guide:{guide_id}", **data)


def counts(guide: Guide, neighbours: list[Neighbour]) -> tuple[int, int]:
    """(errors, warnings) of a stored guide."""
    problems = lint(guide, neighbours=neighbours)
    errors = sum(p.severity == "error" for p in problems)
    return errors, len(problems) - errors
