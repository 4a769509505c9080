"""Door of the knowledge package: published guides and search, usable without any chat."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from common.database import Database
from common.settings import Settings
from knowledge.errors import GuideNotFound, SearchUnavailable
from knowledge.model import Hit, Passage, PublishedGuide, SearchResult
from knowledge.schema.guide import Guide
from knowledge.search.engine import SearchEngine, open_engine
from knowledge.workflow import store
from knowledge.workflow.shipping import load_shipped

__all__ = ["GuideNotFound", "Hit", "Knowledge", "Passage", "PublishedGuide", "SearchResult", "SearchUnavailable"]
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Edition:
    """Everything that changes together: which guides are in force and the index over them."""

    id: int
    guides: dict[str, PublishedGuide]
    engine: SearchEngine


class Knowledge:
    """One per process. The edition is one reference: a reader sees the old set or the new one, never a mixture."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._edition: _Edition | None = None

    async def start(self, database: Database, *, load: bool = True) -> None:
        """Publishes what the code ships (unless ``load`` is off) and opens the newest edition."""
        if load:
            await load_shipped(database)
        await self.reload(database)

    async def reload(self, database: Database) -> bool:
        """Opens the newest edition if it is not the one in use; whether it was another."""
        async with database.begin() as conn:
            newest = await store.newest_edition(conn)
            if newest is None or (self._edition and self._edition.id == newest.id):
                return False
            rows = await store.published(conn)
        guides = {r.guide_id: PublishedGuide(r.guide_id, r.version, Guide.model_validate(r.document), r.effective_from) for r in rows}
        engine = await asyncio.to_thread(open_engine, self._settings, list(guides.values()))
        self._edition = _Edition(newest.id, guides, engine)
        log.info("knowledge.edition.opened", edition=newest.id, guides=len(guides))
        return True

    async def watch(self, database: Database, every_s: float = 1.0) -> None:
        """Runs for ever: takes up what another process published."""
        while True:
            await asyncio.sleep(every_s)
            try:
                await self.reload(database)
            except Exception:
                log.exception("knowledge.reload.failed")

    def search(self, query: str, *, region: str | None = None, top_k: int = 10) -> SearchResult:
        """:raises SearchUnavailable: no index is open."""
        return self._now().engine.search(query, region=region, top_k=top_k)

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
        """``ok`` when search answers."""
        return "ok" if self._edition is not None else "down"

    def edition(self) -> int:
        """The id of the edition in use, for records that must be reproducible."""
        return self._now().id

    def _now(self) -> _Edition:
        if self._edition is None:
            raise SearchUnavailable
        return self._edition
