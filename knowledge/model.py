"""What leaves the knowledge package: published guides, hits, search results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from knowledge.guidance.bundles import assembled
from knowledge.schema.guide import Guide


@dataclass(frozen=True)
class PublishedGuide:
    """A guide as citizens see it: one version of one item, resolved."""

    id: str
    version: int
    guide: Guide
    effective_from: date | None = None


def put_together(written: Mapping[str, PublishedGuide]) -> dict[str, PublishedGuide]:
    """Guides as readers get them: every bundle (一件事) put together from the guides beside it."""
    whole = assembled({guide_id: published.guide for guide_id, published in written.items()})
    return {i: p if whole[i] is p.guide else replace(p, guide=whole[i]) for i, p in written.items()}


@dataclass(frozen=True)
class Passage:
    """The piece of a guide that matched: ``section`` is a field of the guide (``faq``, ``materials``, ``name`` …)."""

    section: str
    text: str


@dataclass(frozen=True)
class Hit:
    """One item found. ``score`` is calibrated to 0..1: the chance that this is the item meant."""

    guide_id: str
    name: str
    region: str
    score: float
    passage: Passage

    @classmethod
    def for_guide(cls, published: PublishedGuide, score: float = 0.0) -> Self:
        return cls(published.id, published.guide.name, published.guide.region.name, score, Passage("name", published.guide.name))


@dataclass(frozen=True)
class SearchResult:
    """``answerable`` is the decision, not a hint: False means that no guide answers this."""

    answerable: bool
    results: list[Hit]
    took_ms: float
    confidence: float = 0.0  # the calibrated chance that any guide answers it

    def public(self) -> dict[str, Any]:
        """The shape of ``POST /api/search``."""
        rows = [
            {
                "guide_id": h.guide_id, "name": h.name, "region": h.region, "score": round(h.score, 4),
                "passage": {"section": h.passage.section, "text": h.passage.text},
            }
            for h in self.results
        ]  # fmt: skip
        return {"answerable": self.answerable, "results": rows, "took_ms": round(self.took_ms, 2)}
