"""How soon the item is reached: the clarifying questions of the assistant, put to somebody who knows which item he means.

The decisions are the chat's own (:mod:`services.dialogue.narrowing`): what is close, what was said already, which question
separates it best. He answers a question with the facet of his item, picks his item from a list, and says "none of these" where
neither has it. What the engine reads out of a sentence (things named, aspects) is not there; a whole talk is in ``bench.dialogue``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rich.console import Console
from rich.table import Table

from knowledge.evaluation.frozen import Asked
from knowledge.evaluation.run import Asking
from knowledge.guidance.splitting import best_split
from knowledge.schema.guide import Guide
from knowledge.service import Hit
from services.dialogue.narrowing import already_said, close_hits, siblings_named

End = Literal["reached", "wrong item", "not on offer", "no answer"]
WITHIN, TOO_MANY = 2, 5


@dataclass(frozen=True)
class Narrowing:
    """``asked``: clarifying questions put; ``needless``: the first guide was the right one and a question was put all the same."""

    kind: str
    asked: int
    end: End
    needless: bool


def narrow(
    hits: Sequence[Hit], answerable: bool, text: str, *, wanted: Collection[str], guides: Mapping[str, Guide], again: Sequence[Hit] = ()
) -> tuple[int, End]:  # fmt: skip
    """(questions put, how it ended). ``hits``: what the chat looks at of the search; ``again``: what it looks at after an answer."""
    if not answerable or not hits:
        return 0, "no answer"
    left = siblings_named(text, hits, [guides[h.guide_id] for h in hits]) or close_hits(hits)
    later = {h.guide_id: h for h in again}
    for asked in range(TOO_MANY):
        left = already_said(left, guides, text, {})
        if len(left) == 1:
            return asked, "reached" if left[0].guide_id in wanted else "wrong item"
        mine = next((h for h in left if h.guide_id in wanted), None)
        split = best_split([(guides[h.guide_id], h.score) for h in left])
        if mine is None:
            return asked + 1, "not on offer"
        if not split or len(split.values) >= len(left):
            return asked + 1, "reached"  # a list of items, and his is on it
        kept = next(ids for ids in split.values.values() if mine.guide_id in ids)
        left = [later.get(h.guide_id, h) for h in left if h.guide_id in kept]
    return TOO_MANY, "not on offer"


def narrowings(asking: Asking, asked: Sequence[Asked]) -> list[Narrowing]:
    """Every question that a guide answers."""
    found = []
    for one in asked:
        wanted = {asking.searcher.index.guides[at].id for name in one.expected for at in asking.places.get(name, [])}
        if wanted:
            result = asking.searcher.search(one.text, region=one.region or asking.region, top_k=20)
            count, end = narrow(result.results[:8], result.answerable, one.text, wanted=wanted, guides=asking.guides, again=result.results)
            first = bool(result.results) and result.results[0].guide_id in wanted
            found.append(Narrowing(one.kind, count, end, count > 0 and first))
    return found


def show_narrowings(found: Sequence[Narrowing], console: Console) -> None:
    """The share that reached its item with no question, with one, with two; how the others ended."""
    table = Table(
        "", "questions", "at once", "≤ 1", "≤ 2", "asked on average", "wrong item", "not on offer", "no answer", "asked, first was right",
        title="The item reached, by clarifying questions put",
    )  # fmt: skip
    for kind in ["all", *dict.fromkeys(n.kind for n in found)]:
        part = [n for n in found if kind in ("all", n.kind)]
        if not part:
            continue
        within = [sum(n.end == "reached" and n.asked <= most for n in part) for most in range(WITHIN + 1)]
        ends = [sum(n.end == end for n in part) for end in ("wrong item", "not on offer", "no answer")]
        shares = [f"{n / len(part):.3f}" for n in (*within, sum(n.asked for n in part), *ends, sum(n.needless for n in part))]
        table.add_row(kind, str(len(part)), *shares)
    console.print(table)
