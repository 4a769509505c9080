"""What a stretch of text says for one field: announced by the field's name, or as the plain answer to its question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from services.forms.checking import toward
from services.forms.formats import choice, dates, names
from services.forms.formats import plain as simple
from services.forms.model import Field
from services.forms.reading.clauses import pattern, strip
from services.forms.reading.tokens import STRONG, Token
from services.forms.words import words

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
# What the attempt at a value looks like, right or wrong, once the field is named or asked. The check then gives the reason.
_ATTEMPT: dict[str, re.Pattern[str]] = {
    "phone": re.compile(r"\+?\d(?:[ -]?\d){2,19}"),
    "id_number": re.compile(r"[A-Za-z]{0,2}\d(?:[ -]?[\dA-Za-z]){4,24}"),
    "email": re.compile(r"[A-Za-z0-9._%+-]+@\S*|[A-Za-z0-9._%+-]+\.(?:com|cn|net|org)\b", re.A),
    "plate": re.compile(r"[\u4e00-\u9fff]?[A-Za-z][· ]?[A-Za-z0-9]{4,7}"),
    "credit_code": re.compile(r"[0-9A-Za-z]{8,24}"),
    "vin": re.compile(r"[0-9A-Za-z]{10,24}"),
    "bank_account": re.compile(r"\d(?:[ -]?\d){4,29}"),
    "code": re.compile(r"[\u4e00-\u9fffA-Za-z(（\[〔]{0,12}[0-9A-Za-z][0-9A-Za-z\-_/.()（）\[\]〔〕第字号证准\u4e00-\u9fff]*"),
    "number": re.compile(r"-?\d+(?:\.\d+)?万?|[零〇一二两三四五六七八九十百千万]+"),
}
_FREE = frozenset({"text", "long_text"})


@dataclass(frozen=True)
class Found:
    value: str
    start: int
    end: int


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
    if field.format in _ATTEMPT:
        return _attempt(field, work, start, end, whole=False)
    if field.format == "name":
        return _name(work, start, end, promised)
    if field.format == "date":
        day = _day(field, work, start, end)
        return day or (Found(said, start, end) if promised and re.search(r"\d|月|年", said) else None)
    if field.format == "address":
        return Found(work.written[start:end], start, end) if promised and len(said) >= 2 and not _changing(said) else None
    if field.format == "ethnicity":
        return Found(said, start, end) if said in simple.ethnicities() or (promised and len(said) <= 6) else None
    return Found(work.written[start:end], start, end) if not _changing(said) and not _command(said) else None


def _chosen(field: Field, work: Work, start: int, after: int, end: int, promised: bool) -> Found | None:
    """A choice after a field's name. The link is tried as part of the answer too: 同意吗：是, 证还在："在"."""
    stripped = strip(work.text, after, end)
    for begin, stop in ((after, end), stripped, (start, end)):
        said = work.text[begin:stop].strip(" :=,，、。!")
        found = _choice(field, said) if said else None
        if found:
            return Found(found, begin, stop)
    said = work.text[stripped[0] : stripped[1]]
    attempt = field.format == "select" and promised and 0 < len(said) <= 12 and not _changing(said)
    return Found(work.written[stripped[0] : stripped[1]], *stripped) if attempt else None


def _choice(field: Field, said: str) -> str | None:
    if field.format == "yes_no":
        return choice.yes_or_no(said)
    option = choice.choose(said, field.options)
    return option.value if option else None


def plain(field: Field, work: Work, *, alone: bool) -> Found | None:
    """The answer to the question about ``field``, which nobody announced. ``alone``: the sentence has filled nothing else."""
    token = _token(field, work, 0, len(work.text), asked=True)
    if token:
        return token
    if field.format in _FREE:
        return _free_text(field, work) if alone else None
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
        return _day(field, work, start, end)
    if field.format == "name":
        good = names.like(said) or bool(alone and names.LATIN.fullmatch(said) and len(said) >= 4)
        return Found(work.written[start:end], start, end) if good else None
    if field.format == "ethnicity":
        return Found(said, start, end) if said in simple.ethnicities() else None
    if field.format == "number":
        return _attempt(field, work, start, end, whole=True)
    if field.format in _ATTEMPT:
        return _attempt(field, work, start, end, whole=field.format in ("code", "plate"))
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
            value = dated(field, work.text[token.start : token.end], work.sheet.today) if token.kind == "date" else None
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


def _attempt(field: Field, work: Work, start: int, end: int, *, whole: bool) -> Found | None:
    regex = _ATTEMPT[field.format]
    if whole:
        match = regex.match(work.text, start, end)
        if match is None or end - match.end() > 3:
            return None
    else:
        match = next((m for m in regex.finditer(work.text, start, end) if not _denied(work.text, m.start())), None)
    if match is None or not re.search(r"[0-9A-Za-z零一二两三四五六七八九十百]", match.group()):
        return None
    if not work.free(match.start(), match.end()):
        return None
    return Found(work.text[match.start() : match.end()], match.start(), match.end())


def _denied(text: str, at: int) -> bool:
    return bool(re.search(pattern("denial").pattern + "$", text[max(0, at - 5) : at]))


def _name(work: Work, start: int, end: int, promised: bool) -> Found | None:
    """The whole rest if it is a name, else its beginning as far as it reads like one (李雷今年…)."""
    said = work.text[start:end]
    if (names.CHINESE.fullmatch(said) and (len(said) <= 4 or "·" in said)) or names.LATIN.fullmatch(said):
        return Found(work.written[start:end], start, end) if not _changing(said) and said not in words()["not_names"] else None
    first = re.match(r"[\u4e00-\u9fff·]+", said)
    if first and first.end() < len(said) and names.like(first.group()):
        return Found(work.written[start : start + first.end()], start, start + first.end())
    return Found(work.written[start:end], start, end) if promised and re.search(r"[\dA-Za-z]", said) and len(said) <= 20 else None


def _day(field: Field, work: Work, start: int, end: int) -> Found | None:
    found = dates.find(work.text[start:end], today=work.sheet.today, toward=toward(field))
    if not found:
        return None
    one = found[0]
    value = one.day.isoformat() if one.day else work.text[start + one.start : start + one.end]
    return Found(value, start + one.start, start + one.end)


def dated(field: Field, text: str, today: date) -> str | None:
    found = dates.find(text, today=today, toward=toward(field))
    return found[0].day.isoformat() if found and found[0].day else None


def _free_text(field: Field, work: Work) -> Found | None:
    """The whole sentence, if none of its clauses asks or orders anything."""
    if not all(c.tells for c in work.clauses):
        return None
    if any(pattern("undecided").fullmatch(work.text[c.start : c.end].strip()) for c in work.clauses):
        return None
    start, end = work.clauses[0].start, work.clauses[-1].end
    if field.format == "text":
        start, end = strip(work.text, start, end)
    said = work.text[start:end].strip()
    if not said or (len(said) < 2 and not re.search(r"[\u4e00-\u9fff]", said)):
        return None
    return Found(work.written[start:end].strip(), start, end)


def _unused(work: Work, start: int, end: int) -> tuple[int, int]:
    """The longest stretch of ``text[start:end]`` that nothing has been read from yet."""
    best, at = (start, start), start
    for s, e in sorted([*((s, e) for s, e in work.used if s < end and e > start), (end, end)]):
        if s - at > best[1] - best[0]:
            best = (at, s)
        at = max(at, e)
    return best


def _changing(said: str) -> bool:
    """改一下, 写错了: talk about the value, not the value."""
    return bool(re.fullmatch(rf"(?:{pattern('change_request').pattern}).{{0,4}}", said))


def _command(said: str) -> bool:
    return bool(pattern("command").fullmatch(said))
