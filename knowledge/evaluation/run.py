"""One run: every question of a set through the search that citizens use, and what came of it, kept as JSON lines.

The first line of the file tells what was run (index, encoder, sets, when); every other is one question. Two such files of the
same questions can be compared at any time, whatever became of the code since.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from common.clock import SystemClock, iso
from knowledge.errors import BadQuestions
from knowledge.evaluation.frozen import Asked
from knowledge.model import Hit
from knowledge.schema.guide import Guide
from knowledge.search.engine import Searcher

KEPT = 10  # hits kept of each question
FORMAT = 1
Group = Literal["guide", "absent", "none"]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Seen:
    """A guide as it was found: its score and the passage that spoke for it."""

    guide_id: str
    name: str
    topic: str
    score: float
    section: str
    text: str


@dataclass(frozen=True)
class Row:
    """One question. ``group``: a guide answers it; the item it asks for has no guide (``absent``); nothing of ours (``none``).

    ``rank`` is the best expected guide's, from 1; ``right`` how that one was found; ``without`` how sure an answer was with the
    question's guide taken away; ``took_ms`` the whole search.
    """

    text: str
    expected: tuple[str, ...]
    kind: str
    region: str | None
    aspect: str | None
    source: str
    group: Group
    domain: str
    topic: str
    rank: int | None
    right: Seen | None
    hits: tuple[Seen, ...]
    answered: bool
    confidence: float
    without: float | None
    took_ms: float

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        """What makes it the same question in another run."""
        return self.text, self.expected

    def hit(self, at: int) -> bool:
        return self.rank is not None and self.rank <= at

    @property
    def decided_right(self) -> bool:
        """The first guide is right and was given, or nothing was given where there is nothing to give."""
        return self.answered and self.rank == 1 if self.group == "guide" else not self.answered


@dataclass(frozen=True)
class Run:
    """``about``: ``index``, ``encoder``, ``guides``, ``sets``, ``threshold``, ``at`` and what the caller adds."""

    about: dict[str, Any]
    rows: list[Row]

    def of(self, group: Group) -> list[Row]:
        return [row for row in self.rows if row.group == group]

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [{"format": FORMAT, **self.about}, *(asdict(row) for row in self.rows)]
        path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Run:
        """:raises BadQuestions: the file is no run of this format."""
        try:
            head, *lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
            if head.pop("format") != FORMAT:
                raise ValueError("format")
            return cls(head, [_row(line) for line in lines])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadQuestions(line=1, fields={path.name: f"not a stored run: {error}"}) from None


def _row(line: dict[str, Any]) -> Row:
    seen = {"right": line["right"] and Seen(**line["right"]), "hits": tuple(Seen(**hit) for hit in line["hits"])}
    return Row(**{**line, **seen, "expected": tuple(line["expected"])})


@dataclass(frozen=True)
class Asking:
    """What a run needs: the search, the guides by id (for topic and domain), and the region of who names none."""

    searcher: Searcher
    guides: Mapping[str, Guide]
    region: str
    places: dict[str, list[int]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", _places(self.searcher))

    def run(self, asked: Sequence[Asked], *, progress: Progress | None = None, **about: Any) -> Run:
        """Every question in order. ``about`` is kept with the run."""
        rows = []
        for at, one in enumerate(asked, 1):
            rows.append(self._row(one))
            if progress:
                progress(at, len(asked))
        index = self.searcher.index
        sets = list(dict.fromkeys(a.source for a in asked))
        threshold = float(index.ranker.threshold[0])
        told = {"index": index.fingerprint, "encoder": index.encoder, "guides": len(index.guides), "sets": sets, "threshold": threshold}
        return Run({**told, "at": iso(SystemClock().now()), **about}, rows)

    def _row(self, asked: Asked) -> Row:
        wanted = [at for name in asked.expected for at in self.places.get(name, [])]
        ids = {self.searcher.index.guides[at].id for at in wanted}
        found = self.searcher.search(asked.text, region=asked.region or self.region, top_k=len(self.searcher.index.guides))
        rank = next((at for at, hit in enumerate(found.results, 1) if hit.guide_id in ids), None)
        first = self.guides.get(self.searcher.index.guides[wanted[0]].id) if wanted else None
        without = self.searcher.confidence_without(asked.text, wanted[0]) if len(wanted) == 1 else None
        return Row(
            text=asked.text, expected=asked.expected, kind=asked.kind, region=asked.region, aspect=asked.aspect, source=asked.source,
            group="guide" if wanted else "absent" if asked.expected else "none",
            domain=first.domain if first else "", topic=first.topic if first else "",
            rank=rank, right=self._seen(found.results[rank - 1]) if rank else None, hits=tuple(map(self._seen, found.results[:KEPT])),
            answered=found.answerable, confidence=found.confidence, without=without, took_ms=round(found.took_ms, 2),
        )  # fmt: skip

    def _seen(self, hit: Hit) -> Seen:
        guide = self.guides.get(hit.guide_id)
        return Seen(hit.guide_id, hit.name, guide.topic if guide else "", round(hit.score, 5), hit.passage.section, hit.passage.text)


def _places(searcher: Searcher) -> dict[str, list[int]]:
    """Guides by id and by name; a name may stand for variants of several regions."""
    places: dict[str, list[int]] = {}
    for at, guide in enumerate(searcher.index.guides):
        places.setdefault(guide.id, []).append(at)
        places.setdefault(guide.name, []).append(at)
    return places


def counted(rows: Iterable[Row]) -> dict[str, int]:
    """Rows by group."""
    counts = {"guide": 0, "absent": 0, "none": 0}
    for row in rows:
        counts[row.group] += 1
    return counts
