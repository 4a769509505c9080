"""Door of the knowledge package: published guides and search, usable without any chat.

Guides can be read before their index is there; until then :meth:`Knowledge.search` raises :class:`SearchUnavailable`. When a
later edition cannot be indexed, the one before stays in use. A publication is prepared beside the edition in use
(:meth:`Knowledge.prepare`), committed by :mod:`knowledge.workflow.publishing`, and taken up by every process that watches.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any

import structlog

from common.database import Database
from common.settings import Settings
from knowledge.errors import GuideNotFound, SearchUnavailable
from knowledge.evaluation.replay import Replay, replay
from knowledge.guidance.variants import nearest
from knowledge.index.encoder import Vectors
from knowledge.index.opening import Opener
from knowledge.model import Hit, Passage, PublishedGuide, SearchResult, put_together
from knowledge.schema.guide import Guide
from knowledge.schema.regions import region_code
from knowledge.search.engine import Searcher
from knowledge.workflow import store
from knowledge.workflow.shipping import load_shipped

__all__ = ["GuideNotFound", "Hit", "Knowledge", "Passage", "Prepared", "PublishedGuide", "Replay", "SearchResult", "SearchUnavailable"]
log = structlog.get_logger(__name__)
RETRY_S = 30.0  # after an edition could not be opened


@dataclass(frozen=True)
class _Edition:
    """Everything that changes together: which guides are in force and the search over them (``None`` while it is being made)."""

    id: int
    guides: dict[str, PublishedGuide]
    searcher: Searcher | None = None
    written: dict[str, PublishedGuide] = field(default_factory=dict)  # as their authors wrote them: bundles not put together


@dataclass(frozen=True)
class Prepared:
    """A next edition that could be used now: every guide of it and the search over them, made beside edition ``base``."""

    base: int
    guides: dict[str, PublishedGuide]
    before: Searcher
    after: Searcher
    written: dict[str, PublishedGuide] = field(default_factory=dict)


class Knowledge:
    """One per process. The edition is one reference: a reader sees the old set or the new one, never a mixture."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._opener = Opener(settings)
        self._edition: _Edition | None = None
        self._opening: asyncio.Task[None] | None = None
        self._failed: tuple[int, float] | None = None  # the edition that could not be opened, and when

    async def start(self, database: Database, *, load: bool = True) -> None:
        """Publishes what the code ships (unless ``load`` is off) and begins to open the newest edition; see :meth:`ready`."""
        if load:
            await load_shipped(database)
        await self.reload(database)

    async def reload(self, database: Database) -> bool:
        """Begins to open the newest edition if it is not the one in use; whether it was another. Cheap enough to poll."""
        async with database.begin() as conn:
            newest = await store.newest_edition(conn)
            if newest is None or not self._is_wanted(newest.id):
                return False
            rows = await store.published(conn)
        known = self._edition.written if self._edition else {}
        written = {r.guide_id: _published(r, known.get(r.guide_id)) for r in rows}
        edition = _Edition(newest.id, put_together(written), written=written)
        if self._edition is None:
            self._edition = edition  # nothing is served yet, so guides need not wait for their index
        await self._stop()
        self._opening = asyncio.create_task(self._open(edition))
        return True

    def _is_wanted(self, edition_id: int) -> bool:
        """Another edition than the one in use; one that could not be opened only after a while."""
        if self._failed and self._failed[0] == edition_id:
            return monotonic() - self._failed[1] > RETRY_S
        return self._edition is None or self._edition.id != edition_id

    async def ready(self) -> None:
        """Waits until the newest edition is open. :raises SearchUnavailable: it could not be indexed, and there is none before it."""
        if self._opening:
            await asyncio.shield(self._opening)
        self._searcher()

    async def prepare(self, database: Database, *, put: PublishedGuide | None = None, drop: str | None = None) -> Prepared:
        """The newest edition with one guide put in or taken out, ready to be used. Seconds; citizens go on with the present one.

        :raises SearchUnavailable: there is no search to begin from.
        """
        if await self.reload(database) or (self._opening and not self._opening.done()):
            await self.ready()
        edition, before = self._now(), self._searcher()
        written = {i: g for i, g in edition.written.items() if i != drop} | ({put.id: put} if put else {})
        written = dict(sorted(written.items()))
        guides = put_together(written)
        return Prepared(edition.id, guides, before, await self._opener.open(list(guides.values()), base=before.index), written)

    async def replay(self, prepared: Prepared, *, guides: Sequence[str], past: Sequence[str] = ()) -> Replay:
        """What the prepared edition would answer differently; see :mod:`knowledge.evaluation.replay`."""
        return await asyncio.to_thread(self._replay, prepared, set(guides), list(past))

    def _replay(self, prepared: Prepared, guides: set[str], past: list[str]) -> Replay:
        encoder = self._opener.questions
        found = replay(prepared.before, prepared.after, guides=guides, region=self._settings.region, encoder=encoder, past=past)
        encoder.keep()
        return found

    def adopt(self, prepared: Prepared, *, edition: int) -> None:
        """Puts a prepared edition in use once it is committed; other processes find it by watching."""
        if self._edition is None or self._edition.id < edition:
            self._edition = _Edition(edition, prepared.guides, prepared.after, prepared.written)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Questions as normalised rows whose inner product tells how alike they are; some milliseconds each.

        The encoder's vectors all point roughly the same way, so what all questions have in common is taken out.
        :raises SearchUnavailable:
        """
        return self._searcher().directions(texts)

    async def watch(self, database: Database, every_s: float = 0.2) -> None:
        """Runs for ever: takes up what another process published."""
        while True:
            await asyncio.sleep(every_s)
            if self._opening and not self._opening.done():
                continue
            try:
                await self.reload(database)
            except Exception:
                log.exception("knowledge.reload.failed")

    async def close(self) -> None:
        await self._stop()

    def search(self, query: str, *, region: str | None = None, top_k: int = 10) -> SearchResult:
        """``region``: a GB/T 2260 code or a name; some milliseconds of computing. :raises SearchUnavailable: no index is open."""
        searcher = self._searcher()
        try:
            return searcher.search(query, region=region_code(region) or self._settings.region, top_k=top_k)
        except Exception as error:
            log.exception("knowledge.search.failed")
            raise SearchUnavailable from error

    def guide(self, guide_id: str) -> PublishedGuide:
        """:raises GuideNotFound: not published."""
        try:
            return self._now().guides[guide_id]
        except KeyError:
            raise GuideNotFound from None

    def variant(self, guide_id: str, *, region: str | None = None) -> PublishedGuide:
        """The guide of the same item whose rule is nearest to ``region`` (a code or a name). :raises GuideNotFound: not published."""
        found, known = self.guide(guide_id), self._now().guides
        where = region_code(region) or self._settings.region
        return known[nearest(found.guide, (g.guide for g in known.values()), region=where).id]

    def guides(self) -> Sequence[PublishedGuide]:
        return list(self._now().guides.values())

    def related(self, guide_id: str) -> list[PublishedGuide]:
        """Related items that are published."""
        known = self._now().guides
        return [known[i] for i in self.guide(guide_id).guide.related if i in known]

    def status(self) -> str:
        """``ok`` when search answers, ``starting`` while the first index is being made, else ``down``."""
        if self._edition and self._edition.searcher:
            return "ok"
        return "starting" if self._opening and not self._opening.done() else "down"

    def edition(self) -> int:
        """The id of the edition in use, for records that must be reproducible."""
        return self._now().id

    async def _open(self, edition: _Edition) -> None:
        base = self._edition.searcher.index if self._edition and self._edition.searcher else None
        try:
            searcher = await self._opener.open(list(edition.guides.values()), base=base)
        except Exception:
            log.exception("knowledge.edition.failed", edition=edition.id)
            self._failed = edition.id, monotonic()
            return
        self._failed = None
        if self._edition is None or self._edition.id <= edition.id:
            self._edition = replace(edition, searcher=searcher)
        log.info("knowledge.edition.opened", edition=edition.id, guides=len(edition.guides), index=searcher.index.fingerprint)

    async def _stop(self) -> None:
        if self._opening and not self._opening.done():
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)

    def _now(self) -> _Edition:
        if self._edition is None:
            raise SearchUnavailable
        return self._edition

    def _searcher(self) -> Searcher:
        searcher = self._now().searcher
        if searcher is None:
            raise SearchUnavailable
        return searcher


def _published(row: Any, known: PublishedGuide | None) -> PublishedGuide:
    """A version never changes, so one that is read already is not read again."""
    if known is not None and known.version == row.version:
        return known
    return PublishedGuide(row.guide_id, row.version, Guide.model_validate(row.document), row.effective_from)
