"""Reading a sentence against a form, in four passes, each over what the ones before it left:

1. what is called by name (手机号改成139…, 邮寄到天河区…, 孩子叫…);
2. values that show what they are (13800138000, 昨天丢的), given to the one field they can belong to;
3. a plain answer to the field now asked;
4. option words that can mean only one thing in this form (邮寄, 被偷).

A clause that asks or orders something gives no free text to anyone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from services.forms.folding import fold
from services.forms.formats import choice, names
from services.forms.model import Field, Reading, Span
from services.forms.reading import answers, clauses, cues, tokens
from services.forms.reading.clauses import Clause, pattern
from services.forms.reading.tokens import STRONG, Token
from services.forms.words import words

_OF_SOMEBODY = re.compile(r"(.+?)_(?:name|id|birth_date|gender|phone)")


@dataclass(frozen=True)
class Sheet:
    """What the reader needs of a form. ``fields``: those that apply or may apply, in order; ``missing`` and ``asked`` by name."""

    fields: Mapping[str, Field]
    values: Mapping[str, str]
    locked: frozenset[str]
    missing: list[str]
    asked: str | None
    today: date


@dataclass
class _Work:
    sheet: Sheet
    written: str
    text: str
    clauses: list[Clause]
    cues: list[cues.Cue]
    tokens: list[Token]
    values: dict[str, str] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    used: list[tuple[int, int]] = field(default_factory=list)
    next_field: str | None = None

    def take(self, name: str, value: str, start: int, end: int) -> None:
        if name not in self.values:
            self.values[name] = value
            self.spans.append(Span(name, start, end))
            self.used.append((start, end))

    def free(self, start: int, end: int) -> bool:
        return not any(start < e and s < end for s, e in self.used)

    def clause_at(self, position: int) -> Clause:
        return next((c for c in self.clauses if c.start <= position <= c.end), self.clauses[-1])


def read(sheet: Sheet, text: str) -> Reading:
    """See :class:`services.forms.model.Reading`."""
    folded = fold(text)
    if len(text) > 2000:
        return Reading()
    called = cues.find(folded, sheet.fields.values())
    spans = [(c.start, c.end) for c in called]
    parts = clauses.split(folded, spans)
    if not parts:
        return Reading()
    work = _Work(sheet, text, folded, parts, called, tokens.find(folded, parts, spans, today=sheet.today))
    _called(work)
    _introduced(work)
    _unnamed(work)
    _plain_answer(work)
    _strong_options(work)
    _implied(work)
    return Reading(work.values, sorted(work.spans, key=lambda s: s.start), work.next_field if work.next_field not in work.values else None)


# 1. Fields called by name


def _called(work: _Work) -> None:
    for index, cue in enumerate(work.cues):
        name = _meant(work, cue)
        if name is None:
            continue
        start, end = _after(work, index)
        read_as = answers.after_owner if cue.bare else answers.announced
        found = read_as(work.sheet.fields[name], work, start, end) if start < end else None
        if found:
            work.take(name, found.value, found.start, found.end)
            work.used.append((cue.start, cue.end))
        elif not cue.bare and _wants_change(work, cue):
            work.next_field = work.next_field or name
            work.used.append((cue.start, cue.end))


def _meant(work: _Work, cue: cues.Cue) -> str | None:
    """Of several fields called the same, the one asked, else the first still empty, else the first. What is said of somebody just spoken
    of (我老婆李娜，身份证号…) is his, not the applicant's."""
    sheet = work.sheet
    options = [n for n in cue.fields if n not in work.values]
    person = _spoken_of(work, cue.start)
    correcting = any(n in sheet.values for n in options) and pattern("change").search(work.text)
    if options and person and not correcting and not pattern("myself").match(work.text, cue.start):
        his = [f"{person}_{part}" for part in (_part(n) for n in options) if part and f"{person}_{part}" in sheet.fields]
        options = [n for n in his if n not in work.values] or options
    if sheet.asked in options:
        return sheet.asked
    empty = [n for n in options if n in sheet.missing]
    return (empty or options or [None])[0]


def _spoken_of(work: _Work, position: int) -> str | None:
    """Whose value was read last before ``position``, else whose is asked; ``None`` for the applicant."""
    before = sorted((span for span in work.spans if span.end <= position), key=lambda span: span.end)
    name = before[-1].field if before else (work.sheet.asked or "")
    match = _OF_SOMEBODY.fullmatch(name)
    return match[1] if match and match[1] != "applicant" else None


def _part(name: str) -> str | None:
    """What of a person a field of the applicant holds: ``id`` for ``applicant_id``."""
    return name.removeprefix("applicant_") if name.startswith("applicant_") or name in ("birth_date", "gender", "phone") else None


def _after(work: _Work, index: int) -> tuple[int, int]:
    """The text that belongs to a mention: to the next mention or the clause's end; the next clause when nothing is left in this one."""
    cue = work.cues[index]
    following = work.cues[index + 1].start if index + 1 < len(work.cues) else len(work.text)
    clause = work.clause_at(cue.end)
    start, end = cue.end, min(clause.end, following)
    linked = pattern("link").match(work.text, start, end)
    rest = work.text[linked.end() if linked else start : end]
    after = next((c for c in work.clauses if c.start >= clause.end), None)
    if (not rest.strip() or re.fullmatch(rf"(?:{pattern('change_request').pattern})[了的吧]*", rest.strip())) and after and after.start < following:
        return after.start, min(after.end, following)
    return start, end


def _wants_change(work: _Work, cue: cues.Cue) -> bool:
    clause = work.clause_at(cue.start)
    around = work.text[clause.start : clause.end]
    return bool(re.search(r"改|换|修|更正|错|不对|有误|变了", around) and pattern("change_request").search(around))


def _introduced(work: _Work) -> None:
    """我是李雷: a name only if it reads like one."""
    target = "applicant_name"
    if target not in work.sheet.fields or target in work.values:
        return
    for clause in work.clauses:
        match = pattern("self_name").match(work.text, clause.start, clause.end)
        if match and clause.tells:
            start, end = clauses.strip(work.text, match.end(), clause.end)
            if work.free(start, end) and names.like(work.text[start:end]):
                work.take(target, work.written[start:end], start, end)


# 2. Values that show what they are


def _unnamed(work: _Work) -> None:
    given: set[str] = set()
    for token in work.tokens:
        # One of a kind: of 138…或者139… the second is not some other person's.
        if token.denied or token.weak or token.kind in given or not work.free(token.start, token.end):
            continue
        clause = work.clause_at(token.start)
        if (clause.question or clause.request) and token.kind not in STRONG:
            continue
        name = _owner(work, token, work.text[clause.start : clause.end])
        if name is not None:
            given.add(token.kind)
            work.take(name, _redated(work, name, token), token.start, token.end)


def _owner(work: _Work, token: Token, clause: str) -> str | None:
    sheet = work.sheet
    able = [n for n, f in sheet.fields.items() if n not in work.values and token.kind in answers.KINDS.get(f.format, ())]
    denied = [t.value for t in work.tokens if t.denied and t.kind == token.kind]
    replaced = [n for n in able if any(_same(sheet.values.get(n), d) for d in denied)]
    hinted = [n for n in able if n in words()["hints"] and re.search(words()["hints"][n], clause)]
    missing = [n for n in able if n in sheet.missing]
    person = _spoken_of(work, token.start)
    his = [n for n in missing if person and n.startswith(f"{person}_")]
    if replaced:
        return replaced[0]
    if len(hinted) == 1:
        return hinted[0]
    if sheet.asked in able:
        return sheet.asked
    if len(his) == 1 and token.kind != "phone":
        return his[0]
    if missing and (len(missing) == 1 or token.kind in STRONG):
        return missing[0]
    filled = [n for n in able if n in sheet.values]
    editable = [n for n in filled if n not in sheet.locked]
    changes = bool(pattern("change").search(work.text))
    if token.kind in STRONG or changes:
        primary = [n for n in editable if n == "phone"] or editable
        return primary[0] if len(primary) == 1 else (filled[0] if changes and len(filled) == 1 else None)
    return None


def _same(value: str | None, written: str) -> bool:
    plain = re.sub(r"[\s\-+]", "", written).upper()
    return bool(value) and (plain == (value or "").upper() or (len(plain) >= 5 and (value or "").endswith(plain)))


def _redated(work: _Work, name: str, token: Token) -> str:
    """Dates are read with the field in mind: 五月三号 lies behind for a loss, ahead for a journey."""
    return (answers.dated(work.sheet.fields[name], token.value, work.sheet.today) if token.kind == "date" else None) or token.value


# 3. A plain answer


def _plain_answer(work: _Work) -> None:
    asked = work.sheet.fields.get(work.sheet.asked or "")
    if asked is None or asked.name in work.values or asked.name in work.sheet.locked or asked.type == "image":
        return
    alone = not work.values and work.next_field is None
    found = answers.plain(asked, work, alone=alone)
    if found:
        work.take(asked.name, found.value, found.start, found.end)


# 4. Option words


def _strong_options(work: _Work) -> None:
    strong = set(words()["strong_options"])
    changes = bool(pattern("change").search(work.text))
    for own in work.sheet.fields.values():
        if own.type != "select" or own.name in work.values or own.name in work.sheet.locked:
            continue
        for clause in (c for c in work.clauses if c.tells):
            said = work.text[clause.start : clause.end]
            option = choice.mentioned(said, own.options, least=2)
            heard = [n for n in choice.names(option) if choice.said(n, said)] if option else []
            name = next((n for n in heard if n in strong), heard[0] if heard else None)
            if option is None or name is None or work.sheet.values.get(own.name) == option.value:
                continue
            at = said.find(name) + clause.start
            whole = len(name) >= 4 and name == option.label
            if name in strong or (work.free(at, at + len(name)) and (whole or (changes and _unique(work, name, own)))):
                work.take(own.name, option.value, at, at + len(name))


def _unique(work: _Work, name: str, own: Field) -> bool:
    """Whether no other select of the form has an option of this name."""
    return not any(name in choice.names(o) for f in work.sheet.fields.values() if f.name != own.name for o in f.options)


def _implied(work: _Work) -> None:
    """寄到天河区… fills an address that applies only when 邮寄 is chosen: then it is chosen."""
    for name in list(work.values):
        when = work.sheet.fields[name].when or {}
        for key, wanted in when.items():
            decider = work.sheet.fields.get(key)
            open_choice = decider and decider.type == "select" and key not in work.values and work.sheet.values.get(key) != wanted
            if decider and open_choice and any(o.value == wanted for o in decider.options):
                work.values[key] = wanted
