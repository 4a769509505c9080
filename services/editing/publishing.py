"""Putting versions in force: prepared beside what is in use, replayed, committed as a new edition, then taken up everywhere.

The commit succeeds only on the edition that the preparation started from; when somebody else published meanwhile, it is
prepared again. A process that dies before the commit leaves nothing behind but an index that nobody asks for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import structlog
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock, today
from common.database import Database
from common.errors import BangbanError
from knowledge.errors import AlreadyPublished, GuideNotFound, LastGuide, NotPublished, NotThatState, PublicationRaced
from knowledge.model import PublishedGuide
from knowledge.schema.guide import Guide
from knowledge.service import Knowledge, Prepared, Replay
from knowledge.workflow import drafts, schedule, store
from knowledge.workflow.checking import checked
from knowledge.workflow.states import PUBLISHABLE
from services.audit.service import Audit
from services.editing.writing import Writing

log = structlog.get_logger(__name__)
_TRIES = 4
_DUE_EVERY_S = 30.0
Past = Callable[[str], Awaitable[Sequence[str]]]
Commit = Callable[[AsyncConnection], Awaitable[None]]


@dataclass(frozen=True)
class Published:
    """``version`` is the one in force now, or, when ``scheduled``, the one it will be; none when withdrawn."""

    version: int | None
    index_version: int
    replay: Replay
    effective_from: date | None = None
    scheduled: bool = False


class Publishing:
    """``past``: guide id → masked questions that citizens asked of it lately."""

    def __init__(self, *, database: Database, clock: Clock, audit: Audit, knowledge: Knowledge, writing: Writing, past: Past):
        self._database, self._clock, self._audit = database, clock, audit
        self._knowledge, self._writing, self._past = knowledge, writing, past
        self._one_at_a_time = asyncio.Lock()

    async def publish(self, *, guide_id: str, by: str, effective_from: date | None = None) -> Published:
        """The approved draft becomes the next version, now or on its day.

        :raises NotThatState: it is not approved. :raises LintRefused: a rule broke since it was handed in. :raises PublicationRaced, GuideNotFound:
        """
        row = await self._publishable(guide_id)
        guide = Guide.model_validate(row.document)
        self._writing.refuse(await self._writing.problems(row.document))
        day = effective_from or row.effective_from or guide.effective_from
        if day is not None and day > today(self._clock):
            return await self._schedule(row, guide, day, by)
        return await self._go_live(row, guide, day, by=by, action="guide.publish")

    async def withdraw(self, *, guide_id: str, by: str) -> Published:
        """:raises NotPublished, LastGuide, PublicationRaced:"""

        async def commit(conn: AsyncConnection) -> None:
            if not await store.withdraw(conn, guide_id, by=by):
                raise NotPublished

        if guide_id not in {g.id for g in self._knowledge.guides()}:
            raise NotPublished if await self._known(guide_id) else GuideNotFound
        if len(self._knowledge.guides()) == 1:
            raise LastGuide
        return await self._change(guide_id, None, commit, by=by, action="guide.withdraw")

    async def rollback(self, *, guide_id: str, version: int, by: str) -> Published:
        """An earlier version's document as a new version. :raises NoSuchVersion, AlreadyPublished, BadDocument, PublicationRaced:"""
        async with self._database.begin() as conn:
            row = await schedule.version_of(conn, guide_id, version)
            before = (await store.numbers(conn, guide_id))[1]
        if row.state == "published":
            raise AlreadyPublished
        document = checked(row.document, guide_id=guide_id)
        put = PublishedGuide(guide_id, before + 1, Guide.model_validate(document))

        async def commit(conn: AsyncConnection) -> None:
            made = await store.publish(conn, guide_id=guide_id, document=document, author=by, based_on=row.number, origin="rollback")
            if made != put.version:
                raise PublicationRaced

        return await self._change(guide_id, put, commit, by=by, action="guide.rollback", back_to=version)

    async def preview(self, *, guide_id: str) -> Replay:
        """What publishing the open draft would change. :raises NotThatState, GuideNotFound, SearchUnavailable:"""
        async with self._database.begin() as conn:
            row = await drafts.open_revision(conn, guide_id)
            version = (await store.numbers(conn, guide_id))[1] + 1
        if row is None:
            raise NotThatState("published") if await self._known(guide_id) else GuideNotFound
        put = PublishedGuide(guide_id, version, Guide.model_validate(row.document))
        return await self._replay(await self._knowledge.prepare(self._database, put=put), guide_id)

    async def go_live_when_due(self) -> int:
        """Publishes what was scheduled for today or before; how many. One that fails does not keep the others."""
        async with self._database.begin() as conn:
            due = await schedule.due(conn, today(self._clock))
        done = 0
        for row in due:
            try:
                await self._go_live(row, Guide.model_validate(row.document), row.effective_from, by="system", action="guide.live")
                done += 1
            except BangbanError as error:
                log.warning("editing.due.failed", guide=row.guide_id, code=error.code)
        return done

    async def run(self) -> None:
        """Runs for ever beside the gateway."""
        while True:
            try:
                await self.go_live_when_due()
            except Exception:
                log.exception("editing.due.broken")
            await asyncio.sleep(_DUE_EVERY_S)

    # — inside —

    async def _publishable(self, guide_id: str) -> Row[Any]:
        async with self._database.begin() as conn:
            row = await drafts.newest(conn, guide_id)
        if row is None:
            raise GuideNotFound
        if row.state not in PUBLISHABLE:
            raise NotThatState(row.state)
        return row

    async def _known(self, guide_id: str) -> bool:
        async with self._database.begin() as conn:
            return (await store.numbers(conn, guide_id))[0] > 0

    async def _schedule(self, row: Row[Any], guide: Guide, day: date, by: str) -> Published:
        """The replay shows what the day will change, as far as is known today."""
        async with self._database.begin() as conn:
            version = (await store.numbers(conn, row.guide_id))[1] + 1
        prepared = await self._knowledge.prepare(self._database, put=PublishedGuide(row.guide_id, version, guide, day))
        replayed = await self._replay(prepared, row.guide_id)
        async with self._database.begin() as conn:
            await drafts.lock(conn, row.guide_id)
            await schedule.schedule(conn, row, day=day, by=by)
            await self._audit.record(
                conn=conn, actor=by, action="guide.schedule", subject=f"guide:{row.guide_id}", revision=row.number, effective_from=day.isoformat()
            )
        return Published(version, self._knowledge.edition(), replayed, day, scheduled=True)

    async def _go_live(self, row: Row[Any], guide: Guide, day: date | None, *, by: str, action: str) -> Published:
        async with self._database.begin() as conn:
            version = (await store.numbers(conn, row.guide_id))[1] + 1
        put = PublishedGuide(row.guide_id, version, guide, day)

        async def commit(conn: AsyncConnection) -> None:
            await schedule.still(conn, row)
            by_whom = row.published_by or by
            if await store.publish_open(conn, guide_id=row.guide_id, number=row.number, by=by_whom, effective_from=day) != version:
                raise PublicationRaced

        return await self._change(row.guide_id, put, commit, by=by, action=action, revision=row.number)

    async def _change(
        self, guide_id: str, put: PublishedGuide | None, commit: Commit, *, by: str, action: str, **data: Any
    ) -> Published:  # fmt: skip
        async with self._one_at_a_time:
            for _ in range(_TRIES):
                prepared = await self._knowledge.prepare(self._database, put=put, drop=None if put else guide_id)
                replayed = await self._replay(prepared, guide_id)
                version = put.version if put else None
                edition = await self._commit(prepared, guide_id, commit, by, action, {**data, "version": version})
                if edition is not None:
                    self._knowledge.adopt(prepared, edition=edition)
                    return Published(version, edition, replayed, put.effective_from if put else None)
        raise PublicationRaced

    async def _commit(
        self, prepared: Prepared, guide_id: str, commit: Commit, by: str, action: str, data: dict[str, Any]
    ) -> int | None:  # fmt: skip
        """The new edition's id; None when the preparation started from an edition that is no longer the newest."""
        async with self._database.begin() as conn:
            await store.lock(conn)
            await drafts.lock(conn, guide_id)
            newest = await store.newest_edition(conn)
            if newest is None or newest.id != prepared.base:
                return None
            await commit(conn)
            edition = await store.add_edition(conn, reason=f"{action} {guide_id}")
            await self._audit.record(conn=conn, actor=by, action=action, subject=f"guide:{guide_id}", edition=edition, **data)
        return edition

    async def _replay(self, prepared: Prepared, guide_id: str) -> Replay:
        return await self._knowledge.replay(prepared, guides=[guide_id], past=await self._past(guide_id))
