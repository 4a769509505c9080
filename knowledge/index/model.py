"""An index in memory, as one immutable thing: what one search uses from beginning to end."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.index.passages import Passage
from knowledge.search.evidence import Collector
from knowledge.search.ranker import Ranker

AMENDED = "-amended"  # behind the fingerprint of an index made from another one; the same guides trained anew have the bare one
FORMAT = 5  # of the stored files; another number means building again


@dataclass(frozen=True)
class IndexedGuide:
    """A guide as the index knows it."""

    id: str
    name: str
    region_code: str
    region_name: str
    digest: str
    passages: int


@dataclass(frozen=True)
class Index:
    """``fingerprint`` names everything it was made from; guides are numbered by their place here.

    ``outside`` names the ranker's classes that are no guide, where :mod:`knowledge.index.amend` moved them.
    """

    fingerprint: str
    encoder: str
    guides: tuple[IndexedGuide, ...]
    passages: tuple[Passage, ...]
    collector: Collector
    ranker: Ranker
    outside: tuple[str, ...] = ()
