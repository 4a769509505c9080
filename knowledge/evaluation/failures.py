"""What went wrong in a run, question by question, and which items are taken for which."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from knowledge.evaluation.run import Row, Run

Fault = Literal["wrong first", "refused", "answered"]
_ORDER: tuple[Fault, ...] = ("wrong first", "refused", "answered")


@dataclass(frozen=True)
class Failure:
    """``wrong first``: another guide came first; ``refused``: nothing was given although a guide answers; ``answered``: the contrary."""

    row: Row
    fault: Fault


@dataclass(frozen=True)
class Confusion:
    """``wanted`` was asked for, ``found`` came first. ``siblings``: items of one topic, which a question could tell apart."""

    wanted: str
    found: str
    siblings: bool
    times: int
    example: str


def failures(run: Run) -> list[Failure]:
    """Every question that was not decided rightly: wrong guides first, those that lie deepest before the others."""
    found = [Failure(row, _fault(row)) for row in run.rows if not row.decided_right]
    return sorted(found, key=lambda f: (_ORDER.index(f.fault), -(f.row.rank or 10_000), -f.row.confidence))


def _fault(row: Row) -> Fault:
    if row.group != "guide":
        return "answered"
    return "refused" if row.rank == 1 else "wrong first"


def confusions(run: Run, *, least: int = 1) -> list[Confusion]:
    """Pairs of items mistaken for each other at least so many times, commonest first."""
    pairs: dict[tuple[str, str, bool], list[str]] = {}
    for row in run.of("guide"):
        if row.rank != 1 and row.hits:
            first = row.hits[0]
            wanted = row.right.name if row.right else "、".join(row.expected)
            pairs.setdefault((wanted, first.name, first.topic == row.topic), []).append(row.text)
    counted = [Confusion(*pair, len(texts), texts[0]) for pair, texts in pairs.items() if len(texts) >= least]
    return sorted(counted, key=lambda c: (-c.times, c.wanted, c.found))


def within_topic(run: Run) -> tuple[int, int]:
    """Of the questions whose guide did not come first: to how many a sibling came first, and how many there are."""
    wrong = Counter(bool(row.hits) and row.hits[0].topic == row.topic for row in run.of("guide") if row.rank != 1)
    return wrong[True], wrong.total()
