"""What a turn was worth: the right guide, only what was asked, from its section, with its source, and nothing that does not hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any

from opencc import OpenCC

from bench.aspects.cases import words
from bench.dialogue.screen import Message, question
from knowledge.guidance.aspects import SECTIONS, Fact
from knowledge.guidance.situations import settle
from knowledge.schema.condition import holds
from knowledge.schema.guide import Guide
from services.messages.rendering import render_template
from services.messages.rendering import words as shown_words

Answers = Mapping[str, str]
_NUMBER, _MARK = re.compile(r"^\d+\. "), re.compile(r"^\[[^\]]*\]")


@dataclass
class Verdict:
    """Shares are taken over the turns for which a value is not None. ``unasked``: what was shown and not asked for; ``wrong``: facts that do
    not hold for the case, or hold only perhaps and are not marked so; ``lacking``: facts that hold and were not shown."""

    guide: bool
    only: bool | None = None
    section: bool | None = None
    cited: bool | None = None
    silent: bool | None = None
    conditions: bool | None = None
    answered: bool | None = None
    asks: bool | None = None
    shown: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)

    @property
    def right(self) -> bool:
        """All that applies."""
        checks = (self.only, self.section, self.cited, self.silent, self.conditions, self.answered)
        return self.guide and all(check is not False for check in checks)

    def as_dict(self) -> dict[str, Any]:
        return {**{k: v for k, v in asdict(self).items() if v not in (None, [])}, "right": self.right}


def judge(guide: Guide, aspects: Sequence[str], known: Answers, perhaps: Answers, messages: Sequence[Message], outcome: Mapping[str, Any]) -> Verdict:
    """``known``: the case as he has told it by buttons; ``perhaps``: with what his words may have told besides."""
    cited = {m["guide_id"] for m in messages if m.get("guide_id")} | ({outcome["guide_id"]} if outcome.get("guide_id") else set())
    if cited != {guide.id}:
        return Verdict(guide=False)
    verdict = Verdict(guide=True)
    answers = {m["aspect"]: m for m in messages if m["type"] == "answer"}
    published = [a for a in aspects if _is_published(guide, a, known, perhaps, shown=a in answers)]
    listed = any(m["type"] == "materials" for m in messages)
    asks = (q := question(messages)) is not None and q.kind == "situation"
    verdict.shown = [*answers, *(["materials"] if listed else []), *(["card"] if any(m["type"] == "guide" for m in messages) else [])]
    verdict.only = set(verdict.shown) <= set(published)
    verdict.answered = all(a in answers or (a == "materials" and (listed or asks)) for a in published)
    verdict.section = _right_section(published, outcome, answers, asks)
    verdict.cited = all(_is_cited(guide, m) for m in answers.values()) if answers else None
    if missing := [a for a in aspects if a not in published]:
        verdict.silent = _says_nothing_is_published(missing, messages)
    for aspect, message in answers.items():
        if aspect in published:
            _judge_facts(guide, aspect, message["text"], known, perhaps, verdict)
    conditional = [a for a in published if a != "materials" and a in answers and _undecided(guide, a, known)]
    verdict.asks = asks if conditional else None
    return verdict


@cache
def simplified(text: str) -> str:
    """The text as the guides write it, also where the answer was written in Hong Kong's characters."""
    return OpenCC("hk2s").convert(text)


def _right_section(published: Sequence[str], outcome: Mapping[str, Any], answers: Mapping[str, Message], asks: bool) -> bool | None:
    if not published:
        return None
    right = {SECTIONS[a] for a in published} | ({"situations"} if "materials" in published and asks else set())
    cites = outcome.get("section") in right or outcome.get("code") == "partial"
    return cites and all(m["section"] == SECTIONS[a] for a, m in answers.items())


def _is_published(guide: Guide, aspect: str, known: Answers, perhaps: Answers, *, shown: bool) -> bool:
    """Whether the guide has something to say for this case. Where his words may have told that it has not, both ways of taking them are right."""
    if aspect == "materials" or (aspect in ("where", "online") and guide.channels):
        return True  # every guide has materials; a case that needs none is told so
    entries = [getattr(entry, "when", None) for entry in getattr(guide, SECTIONS[aspect])]
    surely, maybe = (any(holds(when, settle(guide, case)) is not False for when in entries) for case in (known, perhaps))
    return shown if surely != maybe else surely


def _is_cited(guide: Guide, message: Message) -> bool:
    """Whether a source of the guide stands in the text, and the version beside it."""
    said = simplified(message["text"])
    return bool(message.get("version")) and any(simplified(s.title) in said for s in guide.sources)


def _says_nothing_is_published(missing: Sequence[str], messages: Sequence[Message]) -> bool:
    said = simplified("\n".join(m["text"] for m in messages if m["type"] != "answer"))
    return any(w in said for w in words()["silence"]) and all(shown_words()["aspects"][a] in said for a in missing)


def _undecided(guide: Guide, aspect: str, known: Answers) -> bool:
    settled = settle(guide, known)
    return any(holds(getattr(e, "when", None), settled) is None for e in getattr(guide, SECTIONS[aspect]))


def _judge_facts(guide: Guide, aspect: str, text: str, known: Answers, perhaps: Answers, verdict: Verdict) -> None:
    """Each entry of the section against the lines of the answer, for the case as it is surely known and as it may be."""
    verdict.conditions = verdict.conditions is not False
    lines = [_NUMBER.sub("", line) for line in simplified(text).splitlines()]
    marked = {_MARK.sub("", line) for line in lines if _MARK.match(line)}
    plain = {line for line in lines if not _MARK.match(line)}
    expected = [_truths(guide, aspect, case) for case in (known, perhaps)]
    if _fits(expected[0], plain, marked) or _fits(expected[1], plain, marked):
        return
    verdict.conditions = False
    for line, truth in expected[0].items():
        shown = True if line in plain else None if line in marked else False
        if shown is not truth:
            (verdict.lacking if shown is False else verdict.wrong).append(line)


def _truths(guide: Guide, aspect: str, case: Answers) -> dict[str, bool | None]:
    """Line of an entry, as it is written without a mark → whether it holds; of two alike the one that holds counts."""
    settled, found = settle(guide, case), {}
    for entry in getattr(guide, SECTIONS[aspect]):
        truth = holds(getattr(entry, "when", None), settled)
        line = _line(guide, aspect, entry)
        found[line] = truth if line not in found or truth or (truth is None and not found[line]) else found[line]
    return found


def _line(guide: Guide, aspect: str, entry: Any) -> str:
    """The entry's last line, unmarked, as the answer's template writes it."""
    text = render_template("aspect", name=guide.name, aspect=aspect, facts=[Fact(entry)], channels=[], source="")
    lines = [line for line in text.splitlines()[1:] if line.strip()]
    return _NUMBER.sub("", simplified(lines[0])) if lines else ""


def _fits(truths: Mapping[str, bool | None], plain: set[str], marked: set[str]) -> bool:
    where = {True: lambda line: line in plain, None: lambda line: line in marked, False: lambda line: line not in plain | marked}
    return all(where[truth](line) for line, truth in truths.items() if line)
