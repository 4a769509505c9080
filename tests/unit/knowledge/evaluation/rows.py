"""Rows and runs made up for tests."""

from __future__ import annotations

from typing import Any

from knowledge.evaluation.run import Row, Run, Seen


def seen(name: str, score: float = 0.9, topic: str = "身份证") -> Seen:
    return Seen(name, name, topic, score, "faq", f"{name}怎么办？")


def row(text: str, expected: str | None = "补领", *, found: tuple[str, ...] = ("补领", "换领"), **changes: Any) -> Row:
    """A question; its rank follows from what it expects and what was found."""
    hits = tuple(seen(name, 0.9 - at / 10) for at, name in enumerate(found))
    rank = found.index(expected) + 1 if expected in found else None
    made = {
        "text": text, "expected": (expected,) if expected else (), "kind": "plain", "region": None, "aspect": None, "source": "dev",
        "group": "guide" if expected else "none", "domain": "gongan" if expected else "", "topic": "身份证" if expected else "",
        "rank": rank, "right": hits[rank - 1] if rank else None, "hits": hits, "answered": True, "confidence": 0.9, "without": 0.2,
        "took_ms": 5.0,
    }  # fmt: skip
    return Row(**{**made, **changes})


def run(*rows: Row, **about: Any) -> Run:
    return Run({"index": "abc", "encoder": "fake", "guides": 2, "sets": ["dev"], "threshold": 0.5, "at": "2026-11-21T22:00:00+08:00", **about}, list(rows))
