"""How soon the item is reached: the clarifying questions of the assistant, put to somebody who knows which item he means.

The decisions are the chat's own (:mod:`services.dialogue.narrowing`): what is close, what was said already, which question
separates it best. He answers a question with the facet of his item, picks his item from a list, says "none of these" where
neither has it. Where another item was taken up he taps his among those shown beside its card, or beside the words that nothing
was found for certain; else he says "not this" and looks at the next few, once. What the engine reads out of a sentence (things
named, aspects) is not there; a whole talk is in ``bench.dialogue``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rich.console import Console
from rich.table import Table

from knowledge.evaluation.frozen import Asked
from knowledge.evaluation.run import Asking, Progress
from knowledge.guidance.splitting import best_split
from knowledge.schema.guide import Guide
from knowledge.service import Hit, SearchResult
from services.dialogue.narrowing import CLOSE, SHOWN, SURE, already_said, close_hits, siblings_named
from services.dialogue.nearby import nearby, perhaps

End = Literal["reached", "beside", "taken back", "wrong item", "not on offer", "no answer"]
WITHIN, TOO_MANY = 2, 5


@dataclass(frozen=True)
class Narrowing:
    """``asked``: clarifying questions put; the items shown beside a wrong one's card count as one (``beside``: his was among them), and so
    does the list after "not this" (``taken back``: it was on that list). ``shown``: whether there were items beside a card.
    ``needless``: the first guide was the right one and a question was put all the same."""

    kind: str
    asked: int
    end: End
    needless: bool
    shown: bool = False


def narrow(
    hits: Sequence[Hit], answerable: bool, text: str, *, wanted: Collection[str], guides: Mapping[str, Guide], again: Sequence[Hit] = (),
    policy: Policy | None = None, maybe: Sequence[Hit] = (),
) -> tuple[int, End]:  # fmt: skip
    """(questions put, how it ended). ``hits``: what the chat looks at of the search; ``again``: what it looks at after an answer;
    ``maybe``: what it offers where it has no answer."""
    if not answerable or not hits:
        return (1, "beside") if any(h.guide_id in wanted for h in maybe) else (0, "no answer")
    close = policy.close_hits if policy else close_hits
    left = siblings_named(text, hits, [guides[h.guide_id] for h in hits]) or close(hits)
    later = {h.guide_id: h for h in again}
    for asked in range(TOO_MANY):
        left = already_said(left, guides, text, {})
        if len(left) == 1 and left[0].guide_id in wanted:
            return asked, "reached"
        if len(left) == 1:
            beside = [] if asked else nearby(hits, left[0].guide_id)  # after a question the card stands alone
            return (1, "beside") if any(h.guide_id in wanted for h in beside) else _further(asked, "wrong item", left, again, wanted)
        mine = next((h for h in left if h.guide_id in wanted), None)
        split = best_split([(guides[h.guide_id], h.score) for h in left])
        if mine is None:
            return _further(asked + 1, "not on offer", left, again, wanted)
        if not split or len(split.values) >= len(left):
            return asked + 1, "reached"  # a list of items, and his is on it
        kept = next(ids for ids in split.values.values() if mine.guide_id in ids)
        left = [later.get(h.guide_id, h) for h in left if h.guide_id in kept]
    return TOO_MANY, "not on offer"


def _further(asked: int, end: End, refused: Sequence[Hit], again: Sequence[Hit], wanted: Collection[str]) -> tuple[int, End]:
    """What the chat offers once he has said that it is none of those."""
    away = {h.guide_id for h in refused}
    more = [h for h in again if h.guide_id not in away][:SHOWN]
    if any(h.guide_id in wanted for h in more):
        return asked + 1, "taken back" if end == "wrong item" else "reached"
    return asked + bool(more), end


@dataclass(frozen=True)
class Policy:
    """Other thresholds than the chat's, to see what they would do: a hit is close from this share of the best score on; the best
    is taken alone when its score is ``sure`` and every other is below ``apart`` of it."""

    close: float = CLOSE
    sure: float = SURE
    apart: float = 0.75

    def close_hits(self, hits: Sequence[Hit]) -> list[Hit]:
        best = hits[0].score
        near = [h for h in hits if h.score >= self.close * best][:SHOWN]
        return near[:1] if best >= self.sure and all(h.score < self.apart * best for h in near[1:]) else near


@dataclass(frozen=True)
class Looked:
    """A question that a guide answers, and what the search gave for it: found once, narrowed under several policies."""

    asked: Asked
    wanted: frozenset[str]
    found: SearchResult


def look_up(asking: Asking, asked: Sequence[Asked], progress: Progress | None = None) -> list[Looked]:
    """Every question that a guide answers."""
    places = [(one, [at for name in one.expected for at in asking.places.get(name, [])]) for one in asked]
    looked = []
    for at, (one, wanted) in enumerate(places, 1):
        if wanted:
            found = asking.searcher.search(one.text, region=one.region or asking.region, top_k=20)
            looked.append(Looked(one, frozenset(asking.searcher.index.guides[w].id for w in wanted), found))
        if progress:
            progress(at, len(places))
    return looked


def narrowings(looked: Sequence[Looked], guides: Mapping[str, Guide], policy: Policy | None = None) -> list[Narrowing]:
    """How each question ends; under the chat's own thresholds when no others are given."""
    ended = []
    for one in looked:
        hits = one.found.results
        count, end = narrow(
            hits[:8], one.found.answerable, one.asked.text, wanted=one.wanted, guides=guides, again=hits, policy=policy, maybe=perhaps(one.found),
        )  # fmt: skip
        needless = count > 0 and end != "beside" and bool(hits) and hits[0].guide_id in one.wanted
        shown = end == "beside" or (count == 0 and end == "reached" and bool(nearby(hits[:8], hits[0].guide_id)))
        ended.append(Narrowing(one.asked.kind, count, end, needless, shown))
    return ended


def show_narrowings(found: Sequence[Narrowing], console: Console) -> None:
    """The share that reached its item with no question, with one, with two; how the others ended."""
    table = Table(
        "", "questions", "at once", "≤ 1", "≤ 2", "≤ 2, or taken back", "asked on average", "beside", "wrong item", "not on offer", "no answer",
        "asked, first was right", "others beside",
        title="The item reached, by clarifying questions put",
    )  # fmt: skip
    for kind in ["all", *dict.fromkeys(n.kind for n in found)]:
        if part := [n for n in found if kind in ("all", n.kind)]:
            table.add_row(kind, str(len(part)), *_shares(part))
    console.print(table)


def show_policies(looked: Sequence[Looked], guides: Mapping[str, Guide], console: Console) -> None:
    """What other thresholds would do: more questions, fewer wrong items."""
    table = Table(
        "close", "sure", "at once", "≤ 1", "≤ 2", "≤ 2, or taken back", "asked on average", "beside", "wrong item", "not on offer", "no answer",
        "asked, first was right", "others beside",
        title="Other thresholds; the first row is the chat's own",
    )  # fmt: skip
    tried = [Policy(close=close, sure=sure) for sure in (SURE, 0.9, 1.0) for close in (CLOSE, 0.2, 0.1, 0.05)]
    for policy in tried:
        shares = _shares(narrowings(looked, guides, policy))
        table.add_row(f"{policy.close:g}", f"{policy.sure:g}", *shares)
    console.print(table)


def _shares(part: Sequence[Narrowing]) -> list[str]:
    within = [sum(n.end in ("reached", "beside") and n.asked <= most for n in part) for most in range(WITHIN + 1)]
    ends = [sum(n.end == end for n in part) for end in ("beside", "wrong item", "not on offer", "no answer")]
    back = within[-1] + sum(n.end == "taken back" and n.asked <= WITHIN for n in part)
    return [
        f"{n / len(part):.3f}" for n in (*within, back, sum(n.asked for n in part), *ends, sum(n.needless for n in part), sum(n.shown for n in part))
    ]
