"""Telling close items apart with one question in people's words, taken from what their guides say distinguishes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

from knowledge.schema.guide import Guide

FACETS = ("action", "who", "kind", "place")


@dataclass(frozen=True)
class Split:
    """A facet and its values, each with the ids of the candidates it keeps, in the candidates' order."""

    key: str
    values: dict[str, list[str]]


def best_split(candidates: Sequence[tuple[Guide, float]], *, most: int = 5) -> Split | None:
    """The facet whose answer tells most about which candidate is meant (expected information, weighted by score).

    Only among candidates of one topic; None when no facet separates them into 2 to ``most`` groups.
    """
    if len({guide.topic for guide, _ in candidates}) != 1:
        return None
    splits = [s for key in FACETS if (s := _split(key, candidates)) and 2 <= len(s.values) <= most]
    return max(splits, key=lambda s: _information(s, dict((g.id, w) for g, w in candidates)), default=None)


def _split(key: str, candidates: Sequence[tuple[Guide, float]]) -> Split | None:
    values: dict[str, list[str]] = {}
    for guide, _ in candidates:
        value = guide.facets.get(key)
        if value is None:
            return None
        values.setdefault(value, []).append(guide.id)
    return Split(key, values)


def _information(split: Split, weights: dict[str, float]) -> float:
    total = sum(weights.values()) or 1.0
    shares = [sum(weights[i] for i in ids) / total for ids in split.values.values()]
    return -sum(p * log2(p) for p in shares if p > 0)
