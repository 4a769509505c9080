"""A sentence that names several matters, taken apart: one part for each, as if it had been said alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from services.dialogue import lexicon, sentences

MOST = 4  # parts beyond this are not looked at


@dataclass(frozen=True)
class Part:
    """One part of a sentence. ``thing`` is what it names ("" when nothing is named), ``asks`` whether something is asked of it, ``added`` whether
    a word adds it to what stands before ("还想申请…")."""

    text: str
    thing: str = ""
    asks: bool = False
    added: bool = False


@dataclass(frozen=True)
class Parted:
    """``parts`` in their order, and what the sentence tells without naming a matter ("我儿子8岁")."""

    parts: list[Part]
    background: str = ""

    @property
    def cause(self) -> str:
        """What stands before the first thing named ("生了小孩要"): it may belong to the parts after it as well."""
        first = self.parts[0] if self.parts else Part("")
        return first.text.partition(first.thing)[0] if first.thing else ""


@dataclass(frozen=True)
class _Run:
    """Things in a row ("身份证和驾驶证") at ``start:end``; one thing alone is a run of one."""

    start: int
    end: int
    things: tuple[str, ...]


def parted(text: str, things: Sequence[str]) -> Parted:
    """The parts of a sentence; none when it is plainly about one matter. ``things`` are the names the engine knows in it."""
    plain = lexicon.simplified(text)
    parts: list[Part] = []
    told: list[str] = []
    for clause, runs, added in _clauses(plain, _runs(plain, things)):
        own = [r for r in runs if not _rule("brought").search(clause[: r.start])]
        if own and not sentences.states_the_case(clause):
            parts += _with_each(clause, max(own, key=lambda r: len(r.things)), added=added)
        elif not runs and lexicon.wishes(clause):
            parts.append(Part(clause, asks=sentences.asks_something(clause), added=added))
        elif not sentences.asks_something(clause):
            told.append(clause)
    wished = [p for p in parts if p.asks or lexicon.wishes(p.text)]
    if any(p.thing for p in wished) and not _rule("joined").search(plain):
        parts = [*wished, *(p for p in parts if p not in wished and _another_mishap(p, wished))]
    if len(parts) < 2 or _rule("compares").search(plain):
        return Parted([])
    return Parted(parts[:MOST], "，".join(told))


def _another_mishap(told: Part, wished: Sequence[Part]) -> bool:
    """ "户口本不见了，怎么补身份证": what is told and not wished for comes after it, when something has happened to another thing."""
    return bool(told.thing and _rule("mishap").search(told.text)) and not any(told.thing in p.text for p in wished)


@cache
def _rule(name: str) -> re.Pattern[str]:
    return re.compile(lexicon.entries()["several"][name])


def _runs(text: str, things: Sequence[str]) -> list[_Run]:
    """The things named; those that are joined ("A、B和C") as one run."""
    pattern = "|".join(map(re.escape, sorted(set(things), key=len, reverse=True)))
    runs: list[_Run] = []
    for match in re.finditer(pattern, text) if pattern else ():
        before = runs[-1] if runs else None
        if before and _rule("between").fullmatch(text[before.end : match.start()]):
            runs[-1] = _Run(before.start, match.end(), (*before.things, match.group()))
        else:
            runs.append(_Run(match.start(), match.end(), (match.group(),)))
    return runs


def _clauses(text: str, runs: Sequence[_Run]) -> list[tuple[str, list[_Run], bool]]:
    """The text cut at its marks and at the words that add something, never inside a run; each clause with its runs, placed within it, and
    whether it is added to what stands before."""
    cuts = {at for m in _rule("cuts").finditer(text) for at in (m.start(), m.end())}
    cuts |= {run.start for before, run in pairwise(runs) if _rule("too").match(text, run.end) and before.end < run.start}
    places = [0, *sorted(c for c in cuts if not any(r.start < c < r.end for r in runs)), len(text)]
    clauses = []
    for start, end in pairwise(places):
        lead = _rule("leads").match(text[start:end])
        begin = start + (lead.end() if lead else 0)
        said = text[begin:end].rstrip()
        if len(re.sub(r"\W", "", said)) >= 2:
            inside = [_Run(r.start - begin, r.end - begin, r.things) for r in runs if begin <= r.start and r.end <= begin + len(said)]
            clauses.append((said, inside, bool(_rule("added").match(text[start:end]))))
    return clauses


def _with_each(clause: str, run: _Run, *, added: bool) -> list[Part]:
    """ "身份证和户口本都丢了" → "身份证丢了", "户口本丢了"."""
    before, after = clause[: run.start], clause[run.end :]
    if len(run.things) > 1:
        after = _rule("all").sub("", after)
    return [Part(f"{before}{t}{after}", t, sentences.asks_something(clause), added) for t in dict.fromkeys(run.things)]
