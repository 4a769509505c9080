"""From the guides in force to a search over them, the cheapest way that is right: an index that is there, one amended from another,
or one built anew by another process."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import cached_property

import structlog

from common.settings import Settings
from knowledge.evaluation.questions import read_questions
from knowledge.evaluation.remembered import RememberedQuestions
from knowledge.index.amend import MOST, amend, differing
from knowledge.index.apart import build_apart
from knowledge.index.encoder import encoder_name
from knowledge.index.files import IndexFolder
from knowledge.index.fingerprint import fingerprint_of, index_fingerprint
from knowledge.index.holder import IndexHolder
from knowledge.index.model import AMENDED, Index
from knowledge.model import PublishedGuide
from knowledge.search.engine import Searcher

log = structlog.get_logger(__name__)
_UNREADABLE = (OSError, KeyError, ValueError)


class Opener:
    """One per process; opens searches one after another with one encoder."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._folder = IndexFolder.of_home(settings.home)
        self._holder = IndexHolder(settings.encoder)

    async def open(self, published: Sequence[PublishedGuide], *, base: Index | None = None) -> Searcher:
        """``base``: the index in use. Raises what building or reading raises; nothing half-made is ever returned."""
        found = await asyncio.to_thread(self._open_now, published, base)
        if found is None:
            log.info("knowledge.index.building", guides=len(published))
            await build_apart(self._settings)
            fingerprint = await asyncio.to_thread(index_fingerprint, published, encoder=self._settings.encoder)
            found = await asyncio.to_thread(self._holder.load, self._folder, fingerprint, published)
        return found

    @cached_property
    def questions(self) -> RememberedQuestions:
        """The encoder for replays; reads what is remembered on disk when it is first asked for."""
        folder, workshop = self._folder.path / "replay", IndexFolder.workshop(self._settings.home).path
        return RememberedQuestions(self._holder.encoder(), folder=folder, workshop=workshop)

    def _open_now(self, published: Sequence[PublishedGuide], base: Index | None) -> Searcher | None:
        """Without training; None where there is nothing to start from."""
        fingerprint = index_fingerprint(published, encoder=self._settings.encoder)
        for name in (fingerprint, fingerprint + AMENDED):
            if self._folder.has(name):
                try:
                    return self._holder.load(self._folder, name, published, like=base)
                except _UNREADABLE as error:
                    log.warning("knowledge.index.unreadable", index=name, error=type(error).__name__)
        base = base if base is not None and self._suits(base, published) else self._stored_base(published)
        if base is None:
            return None
        # An amended index names its classes itself; of a trained one the questions tell.
        questions = [] if base.fingerprint.endswith(AMENDED) else [q for q in read_questions() if q.split == "train"]
        built = amend(base, published, fingerprint=fingerprint, encoder=self._holder.encoder(), questions=questions)
        searcher = self._holder.open(built.index, published)
        self._folder.save(built)
        log.info("knowledge.index.amended", index=built.index.fingerprint, base=base.fingerprint)
        return searcher

    def _stored_base(self, published: Sequence[PublishedGuide]) -> Index | None:
        """An index on disk that another process, or this one in its former life, left behind."""
        for name in self._folder.newest(encoder_name(self._settings.encoder)):
            try:
                index = self._folder.load(name)
            except _UNREADABLE:
                continue
            if self._suits(index, published):
                return index
        return None

    def _suits(self, base: Index, published: Sequence[PublishedGuide]) -> bool:
        """Made by this code from these questions, and near enough."""
        made = fingerprint_of({g.id: g.digest for g in base.guides}, encoder_name(self._settings.encoder))
        return base.fingerprint.removesuffix(AMENDED) == made and differing(base, published) <= min(MOST, len(published))
