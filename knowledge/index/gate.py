"""The gate before an index is used: both ways, nothing published is missing from it and nothing withdrawn is left in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from knowledge.index.fingerprint import document_digest
from knowledge.index.model import Index
from knowledge.model import PublishedGuide


class GateReason(StrEnum):
    """Why one guide fails the gate; the set stays small enough to count."""

    MISSING = "missing"  # published, not in the index
    LEFT = "left"  # in the index, no longer published
    STALE = "stale"  # another revision than the published one
    INCOMPLETE = "incomplete"  # passages lost


@dataclass(frozen=True)
class GateFinding:
    guide_id: str
    reason: GateReason


def gate(index: Index, published: Sequence[PublishedGuide]) -> list[GateFinding]:
    """Every guide that keeps the index from being used; empty when it may be."""
    wanted = {g.id: document_digest(g.guide) for g in published}
    found = {g.id: g for g in index.guides}
    counted = Counter(p.guide_id for p in index.passages)
    findings = [GateFinding(i, GateReason.MISSING) for i in sorted(wanted.keys() - found.keys())]
    findings += [GateFinding(i, GateReason.LEFT) for i in sorted((found.keys() | counted.keys()) - wanted.keys())]
    for guide_id in sorted(wanted.keys() & found.keys()):
        if found[guide_id].digest != wanted[guide_id]:
            findings.append(GateFinding(guide_id, GateReason.STALE))
        elif counted[guide_id] != found[guide_id].passages:
            findings.append(GateFinding(guide_id, GateReason.INCOMPLETE))
    return findings
