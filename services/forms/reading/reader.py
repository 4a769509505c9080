"""Reading a sentence against a form, in four passes, each over what the ones before it left:

1. what is called by name (手机号改成139…, 邮寄到天河区…, 孩子叫…);
2. values that show what they are (13800138000, 昨天丢的), given to the one field they can belong to;
3. a plain answer to the field now asked;
4. option words that can mean only one thing in this form (邮寄, 被偷).

A clause that asks or orders something gives no free text to anyone.
"""

from __future__ import annotations

from services.forms.folding import fold
from services.forms.formats import choice
from services.forms.model import Field, Reading
from services.forms.reading import answers, clauses, cues, tokens
from services.forms.reading.called import called, introduced
from services.forms.reading.clauses import pattern
from services.forms.reading.people import People
from services.forms.reading.unnamed import unnamed
from services.forms.reading.work import Sheet, Work
from services.forms.words import words

__all__ = ["Sheet", "read"]


def read(sheet: Sheet, text: str) -> Reading:
    """See :class:`services.forms.model.Reading`."""
    folded = fold(text)
    if len(text) > 2000:
        return Reading()
    mentioned = cues.find(folded, sheet.fields.values())
    spans = [(c.start, c.end) for c in mentioned]
    parts = clauses.split(folded, spans)
    if not parts:
        return Reading()
    people = People(sheet.fields, sheet.subject, folded, parts, asked=sheet.asked, known=frozenset(sheet.values.values()))
    work = Work(sheet, text, folded, parts, mentioned, tokens.find(folded, parts, spans, today=sheet.today), people)
    called(work)
    introduced(work)
    unnamed(work)
    _plain_answer(work)
    _strong_options(work)
    _implied(work)
    return Reading(work.values, sorted(work.spans, key=lambda s: s.start), work.next_field if work.next_field not in work.values else None)


# 3. A plain answer


def _plain_answer(work: Work) -> None:
    asked = work.sheet.fields.get(work.sheet.asked or "")
    if asked is None or asked.name in work.values or asked.name in work.sheet.locked or asked.type == "image":
        return
    alone = not work.values and work.next_field is None
    found = answers.plain(asked, work, alone=alone)
    if found:
        work.take(asked.name, found.value, found.start, found.end)


# 4. Option words


def _strong_options(work: Work) -> None:
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


def _unique(work: Work, name: str, own: Field) -> bool:
    """Whether no other select of the form has an option of this name."""
    return not any(name in choice.names(o) for f in work.sheet.fields.values() if f.name != own.name for o in f.options)


def _implied(work: Work) -> None:
    """寄到天河区… fills an address that applies only when 邮寄 is chosen: then it is chosen."""
    for name in list(work.values):
        when = work.sheet.fields[name].when or {}
        for key, wanted in when.items():
            decider = work.sheet.fields.get(key)
            open_choice = decider and decider.type == "select" and key not in work.values and work.sheet.values.get(key) != wanted
            if decider and open_choice and any(o.value == wanted for o in decider.options):
                work.values[key] = wanted
