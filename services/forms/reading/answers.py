"""What a stretch of text says for one field: announced by the field's name, or as the plain answer to its question."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from services.forms.formats import choice, names
from services.forms.formats import plain as simple
from services.forms.model import Field
from services.forms.reading import values
from services.forms.reading.clauses import pattern, strip
from services.forms.reading.tokens import STRONG, Token
from services.forms.reading.values import Found

if TYPE_CHECKING:
    from services.forms.reading.work import Work

# Which tokens a format takes; an 18-digit run may be a social card's or a driving licence's number too.
KINDS: dict[str, tuple[str, ...]] = {
    "id_number": ("id_number",),
    "phone": ("phone",),
    "email": ("email",),
    "date": ("date",),
    "address": ("address",),
    "plate": ("plate",),
    "credit_code": ("credit_code",),
}
_FREE = frozenset({"text", "long_text"})


def announced(field: Field, work: Work, start: int, end: int) -> Found | None:
    """The value after a field's name in ``text[start:end]``."""
    clause = work.clause_at(start)
    linked = pattern("link").match(work.text, start, end)
    after = linked.end() if linked else start
    promised = bool(pattern("promise").search(work.text, start, after))
    token = _token(field, work, start, end)
    if token:
        return token
    if clause.question or clause.request:
        return None
    if field.format in ("select", "yes_no"):
        return _chosen(field, work, start, after, end, promised)
    start, end = strip(work.text, after, end)
    said = work.text[start:end]
    if not said:
        return None
    if field.format in values.ATTEMPT:
        return values.attempt(field, work, start, end, whole=False)
    if field.format == "name":
        return values.name(work, start, end, promised)
    if field.format == "date":
        day = values.day(field, work, start, end)
        return day or (Found(said, start, end) if promised and re.search(r"\d|月|年", said) else None)
    if field.format == "address":
        return Found(work.written[start:end], start, end) if promised and len(said) >= 2 and not values.changing(said) else None
    if field.format == "ethnicity":
        return Found(said, start, end) if said in simple.ethnicities() or (promised and len(said) <= 6) else None
    return Found(work.written[start:end], start, end) if not values.changing(said) and not _command(said) else None


def _chosen(field: Field, work: Work, start: int, after: int, end: int, promised: bool) -> Found | None:
    """A choice after a field's name. The link is tried as part of the answer too: 同意吗：是, 证还在："在"."""
    stripped = strip(work.text, after, end)
    for begin, stop in ((after, end), stripped, (start, end)):
        said = work.text[begin:stop].strip(" :=,，、。!")
        found = values.option(field, said) if said else None
        if found:
            return Found(found, begin, stop)
    said = work.text[stripped[0] : stripped[1]]
    attempt = field.format == "select" and promised and 0 < len(said) <= 12 and not values.changing(said)
    return Found(work.written[stripped[0] : stripped[1]], *stripped) if attempt else None


def plain(field: Field, work: Work, *, alone: bool) -> Found | None:
    """The answer to the question about ``field``, which nobody announced. ``alone``: the sentence has filled nothing else."""
    token = _token(field, work, 0, len(work.text), asked=True)
    if token:
        return token
    if field.format in _FREE:
        return values.free_text(field, work) if alone else None
    for clause in work.clauses:
        if not clause.question and not clause.request and work.may_be(field.name, clause.end):
            found = _in_clause(field, work, clause.start, clause.end, command=clause.command, alone=alone)
            if found and work.free(found.start, found.end):
                return found
    return None


def _in_clause(field: Field, work: Work, start: int, end: int, *, command: bool, alone: bool) -> Found | None:
    whole = _unused(work, start, end)
    start, end = strip(work.text, *whole)
    said = work.text[start:end]
    if field.format in ("select", "yes_no"):
        return _option(field, work, *whole, command) or _option(field, work, start, end, command)
    if not said or command:
        return None
    if field.format == "date":
        return values.day(field, work, start, end)
    if field.format == "name":
        good = names.like(said) or bool(alone and names.LATIN.fullmatch(said) and len(said) >= 4)
        return Found(work.written[start:end], start, end) if good else None
    if field.format == "ethnicity":
        return Found(said, start, end) if said in simple.ethnicities() else None
    if field.format == "number":
        return values.attempt(field, work, start, end, whole=True)
    if field.format in values.ATTEMPT:
        return values.attempt(field, work, start, end, whole=field.format in ("code", "plate"))
    return None


def _option(field: Field, work: Work, start: int, end: int, command: bool) -> Found | None:
    """Short answers only: a long sentence with an option's word in it is about something else."""
    said = work.text[start:end].strip()
    if not said or len(said) > 30:
        return None
    if field.format == "yes_no":
        answer = choice.yes_or_no(said)
        return Found(answer, start, end) if answer else None
    option = choice.choose(said, field.options)
    if option is None or (command and said not in choice.names(option) and not choice.by_polarity(said, field.options)):
        return None
    return Found(option.value, start, end)


def _token(field: Field, work: Work, start: int, end: int, *, asked: bool = False) -> Found | None:
    """The first token of the field's kind in ``text[start:end]`` that is not denied. Weak ones count: the field is expected here."""
    for token in work.tokens:
        here = start <= token.start < end and work.free(token.start, token.end)
        if asked and not work.may_be(field.name, token.start):
            continue
        if here and token.kind in KINDS.get(field.format, ()) and not token.denied and _meant(work, token, start, end, asked):
            value = values.dated(field, work.text[token.start : token.end], work.sheet.today) if token.kind == "date" else None
            return Found(value or work.text[token.start : token.end], token.start, token.end)
    return None


def _meant(work: Work, token: Token, start: int, end: int, asked: bool) -> bool:
    """Whether a token in a question or a wish is meant for the form (numbers are), and an incomplete address is an attempt at one:
    when it is all there is, or has a number in it."""
    clause = work.clause_at(token.start)
    if token.kind not in STRONG and (clause.question or (asked and clause.request)):
        return False
    if not (token.weak and token.kind == "address"):
        return True
    begin, stop = strip(work.text, start, end)
    return bool(re.search(r"\d", token.value)) or (token.start <= begin + 1 and token.end >= stop)


def _unused(work: Work, start: int, end: int) -> tuple[int, int]:
    """The longest stretch of ``text[start:end]`` that nothing has been read from yet."""
    best, at = (start, start), start
    for s, e in sorted([*((s, e) for s, e in work.used if s < end and e > start), (end, end)]):
        if s - at > best[1] - best[0]:
            best = (at, s)
        at = max(at, e)
    return best


def _command(said: str) -> bool:
    return bool(pattern("command").fullmatch(said))
