"""A sentence cut into clauses, each judged: does it tell something, ask something, or order the assistant about?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from services.forms.words import words

# A comma that goes on with an address (…1号，3栋201) or a number group does not end a clause.
_END = re.compile(r"[。；;！!\n]+|[？?]+|[，,、](?!\s*\d+(?:栋|幢|座|单元|室|房|楼|层|号))")


@dataclass(frozen=True)
class Clause:
    """``text[start:end]`` of the folded sentence, without the mark that ends it."""

    start: int
    end: int
    question: bool
    command: bool
    request: bool

    @property
    def tells(self) -> bool:
        """Whether free text in it may be somebody's answer."""
        return not (self.question or self.command or self.request)


def split(text: str, names: Sequence[tuple[int, int]] = ()) -> list[Clause]:
    """The clauses of a folded sentence. ``names`` are the spans where fields are named: a field may be called 迁往哪里 and asks nothing
    by that."""
    clauses, at = [], 0
    marks = [m for m in _END.finditer(text) if not any(start <= m.start() < end for start, end in names)]
    hushed = _hushed(text, names)
    for mark in [*marks, None]:
        end, after = (mark.start(), mark.end()) if mark else (len(text), len(text))
        if text[at:end].strip():
            clauses.append(_clause(hushed, at, end, asks="?" in (mark.group() if mark else "").replace("？", "?")))
        at = after
    return clauses


def _hushed(text: str, names: Sequence[tuple[int, int]]) -> str:
    for start, end in names:
        text = text[:start] + "□" * (end - start) + text[end:]
    return text


def _clause(text: str, start: int, end: int, *, asks: bool) -> Clause:
    said = text[start:end]
    bare = re.sub(words()["trail"] + "$", "", said.strip())
    return Clause(
        start=start,
        end=end,
        question=asks or bool(pattern("question").search(said)),
        command=not bare or bool(pattern("command").fullmatch(bare) or pattern("command").fullmatch(said.strip())),
        request=bool(pattern("request").match(said.strip())),
    )


@cache
def pattern(name: str) -> re.Pattern[str]:
    """A regular expression of ``cues.yml``, blanks of the folded YAML text removed."""
    return re.compile(words()[name].replace(" ", ""), re.I)


def strip(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without what may stand before and after an answer."""
    while start < end and text[start] in " \t,，:：、。.;；!！~～":
        start += 1
    lead = pattern("lead").match(text, start, end)
    if lead and lead.end() < end:
        start = lead.end()
    trail = re.compile(words()["trail"] + "$").search(text, start, end)
    if trail and trail.start() > start:
        end = trail.start()
    while start < end and text[start] in " \t,，:：、":
        start += 1
    while end > start and text[end - 1] in " \t,，、":
        end -= 1
    return start, end
