"""Door of the knowledge package: published guides and search, usable without any chat.

An index that is not there yet is built by a process of its own. Until it is, guides can be read and :meth:`Knowledge.search`
raises :class:`SearchUnavailable`; when a later edition cannot be indexed, the one before stays in use.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import monotonic

import structlog

from common.database import Database
from common.settings import Settings
from knowledge.errors import GuideNotFound, SearchUnavailable
from knowledge.index.apart import build_apart
from knowledge.index.files import IndexFolder
from knowledge.index.fingerprint import index_fingerprint
from knowledge.index.holder import IndexHolder
from knowledge.model import Hit, Passage, PublishedGuide, SearchResult
from knowledge.schema.guide import Guide
from knowledge.schema.regions import region_code
from knowledge.search.engine import Searcher
from knowledge.workflow import store
from knowledge.workflow.shipping import load_shipped

__all__ = ["GuideNotFound", "Hit", "Knowledge", "Passage", "PublishedGuide", "SearchResult", "SearchUnavailable"]
log = structlog.get_logger(__name__)
RETRY_S = 30.0  # after an edition could not be opened


@dataclass(frozen=True)
class _Edition:
    """Everything that changes together: which guides are in force and the search over them (``None`` while it is being made)."""

    id: int
    guides: dict[str, PublishedGuide]
    searcher: Searcher | None = None


class Knowledge:
    """One per process. The edition is one reference: a reader sees the old set or the new one, never a mixture."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._folder = IndexFolder.of_home(settings.home)
        self._holder = IndexHolder(settings.encoder)
        self._edition: _Edition | None = None
        self._opening: asyncio.Task[None] | None = None
        self._failed_at: float | None = None

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
        guides = {r.guide_id: PublishedGuide(r.guide_id, r.version, Guide.model_validate(r.document), r.effective_from) for r in rows}
        edition = _Edition(newest.id, guides)
        if self._edition is None:
            self._edition = edition  # nothing is served yet, so guides need not wait for their index
        await self._stop()
        self._opening = asyncio.create_task(self._open(edition))
        return True

    def _is_wanted(self, edition_id: int) -> bool:
        """Another edition than the one in use, or the same one that could not be opened a while ago."""
        if self._edition is None or self._edition.id != edition_id:
            return self._failed_at is None or monotonic() - self._failed_at > RETRY_S
        return self._edition.searcher is None and self._failed_at is not None and monotonic() - self._failed_at > RETRY_S

    async def ready(self) -> None:
        """Waits until the newest edition is open. :raises SearchUnavailable: it could not be indexed, and there is none before it."""
        if self._opening:
            await asyncio.shield(self._opening)
        self._searcher()

    async def watch(self, database: Database, every_s: float = 1.0) -> None:
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
        published = list(edition.guides.values())
        try:
            fingerprint = await asyncio.to_thread(index_fingerprint, published, encoder=self._settings.encoder)
            if not self._folder.has(fingerprint):
                log.info("knowledge.index.building", edition=edition.id)
                await build_apart(self._settings)
            searcher = await asyncio.to_thread(self._holder.load, self._folder, fingerprint, published)
        except Exception:
            log.exception("knowledge.edition.failed", edition=edition.id)
            self._failed_at = monotonic()
            return
        self._failed_at = None
        self._edition = replace(edition, searcher=searcher)
        log.info("knowledge.edition.opened", edition=edition.id, guides=len(published), index=fingerprint)

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
