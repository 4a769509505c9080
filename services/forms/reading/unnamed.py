"""Second pass: values that show what they are (13800138000, 昨天丢的), given to the one field they can belong to."""

from __future__ import annotations

import re

from services.forms.reading import answers, values
from services.forms.reading.called import lately
from services.forms.reading.clauses import pattern
from services.forms.reading.tokens import STRONG, Token
from services.forms.reading.work import Work
from services.forms.words import words


def unnamed(work: Work) -> None:
    given: set[tuple[str, str | None]] = set()
    for token in work.tokens:
        # One of a kind: of 138…或者139… the second is not some other person's unless it is told so.
        once = token.kind, work.people.spoken_of(token.start)
        if token.denied or token.weak or once in given or not work.free(token.start, token.end):
            continue
        clause = work.clause_at(token.start)
        if (clause.question or clause.request) and token.kind not in STRONG:
            continue
        name = _owner(work, token, work.text[clause.start : clause.end])
        if name is not None:
            given.add(once)
            work.take(name, _redated(work, name, token), token.start, token.end)


def _owner(work: Work, token: Token, clause: str) -> str | None:
    sheet = work.sheet
    fitting = [n for n, f in sheet.fields.items() if n not in work.values and token.kind in answers.KINDS.get(f.format, ())]
    able = [n for n in fitting if work.may_be(n, token.start)]
    denied = [t.value for t in work.tokens if t.denied and t.kind == token.kind]
    replaced = [n for n in able if any(_same(sheet.values.get(n), d) for d in denied)]
    hinted = [n for n in able if n in words()["hints"] and re.search(words()["hints"][n], clause)]
    missing = [n for n in able if n in sheet.missing]
    his = [n for n in missing if any(who in work.people.of(n) for who in lately(work, token.start))]
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


def _redated(work: Work, name: str, token: Token) -> str:
    """Dates are read with the field in mind: 五月三号 lies behind for a loss, ahead for a journey."""
    return (values.dated(work.sheet.fields[name], token.value, work.sheet.today) if token.kind == "date" else None) or token.value
