"""What is asked: wordings of every aspect, dealt out over the guides so that each is heard about as often. The same seed asks the same."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from knowledge.schema.guide import Guide
from services.dialogue import sentences

Kept = Literal["seen", "held", "all"]
_HELD = 3  # one wording in so many is held back
_SHORTEST_NAME = 4  # characters: "护照" is no name of an item


@cache
def words() -> dict[str, Any]:
    """``wordings.yml``."""
    return yaml.safe_load((Path(__file__).parent / "wordings.yml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Asked:
    """``said`` has a place ``{it}`` where the item must be named; ``names``: whether it may be named at all."""

    said: str
    aspects: tuple[str, ...]
    place: Literal["anywhere", "after", "naming"] = "anywhere"

    @property
    def held(self) -> bool:
        return zlib.crc32(self.said.encode()) % _HELD == 0

    @property
    def kind(self) -> str:
        return self.aspects[0] if len(self.aspects) == 1 else "combined"


def asked(kept: Kept = "all") -> list[Asked]:
    """All wordings, or those held back, or the others."""
    single = [Asked(said, (aspect,), place) for aspect, rows in words()["aspects"].items() for place, listed in rows.items() for said in listed]
    combined = [Asked(row["said"], tuple(row["aspects"])) for row in words()["combined"]]
    return [a for a in [*single, *combined] if kept == "all" or a.held == (kept == "held")]


class Deal:
    """Deals wordings of a kind in turn, so that none is heard twice before all were."""

    def __init__(self, wordings: Sequence[Asked], seed: int):
        self._rng = random.Random(seed)
        self._piles: dict[tuple[str, bool], Iterator[Asked]] = {}
        self._all = wordings
        self.kinds = list(dict.fromkeys(a.kind for a in wordings))

    def next(self, kind: str, *, first: bool) -> Asked:
        """One wording of an aspect (or ``combined``), for a first sentence or about the item in hand."""
        return next(self._piles.setdefault((kind, first), self._endless(kind, first)))

    def opening(self, one: Asked, name: str) -> str:
        """The wording with the item's name."""
        frame = one.said if one.place == "naming" else self._rng.choice(words()["openings"])
        return frame.format(it=name, said=one.said)

    def _endless(self, kind: str, first: bool) -> Iterator[Asked]:
        fitting = [a for a in self._all if a.kind == kind and a.place != ("after" if first else "naming")]
        while fitting:
            yield from self._rng.sample(fitting, len(fitting))


def names_of(guides: Mapping[str, Guide]) -> dict[str, list[str]]:
    """By guide, what it alone is called: its name and the aliases no other guide bears or contains, and none that asks something itself."""
    borne = {g.id: {g.name, *g.aliases} for g in guides.values()}
    found = {}
    for guide in guides.values():
        others = [name for other, names in borne.items() if other != guide.id for name in names]
        own = [
            n
            for n in (guide.name, *guide.aliases)
            if len(n) >= _SHORTEST_NAME and not sentences.asks_something(n) and not any(n in other for other in others)
        ]
        found[guide.id] = own or [guide.name]
    return found
