"""What a value of each format looks like in a stretch of text: the attempt at one, right or wrong, a name, a day, an option, free text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from services.forms.checking import toward
from services.forms.formats import choice, dates, names
from services.forms.model import Field
from services.forms.reading.clauses import pattern, strip
from services.forms.words import words

if TYPE_CHECKING:
    from services.forms.reading.work import Work

# What the attempt at a value looks like, right or wrong, once the field is named or asked. The check then gives the reason.
ATTEMPT: dict[str, re.Pattern[str]] = {
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


@dataclass(frozen=True)
class Found:
    """``value`` was read from ``text[start:end]``; it may still be wrong."""

    value: str
    start: int
    end: int


def attempt(field: Field, work: Work, start: int, end: int, *, whole: bool) -> Found | None:
    regex = ATTEMPT[field.format]
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


def name(work: Work, start: int, end: int, promised: bool) -> Found | None:
    """The whole rest if it is a name, else its beginning as far as it reads like one (李雷今年…)."""
    said = work.text[start:end]
    if (names.CHINESE.fullmatch(said) and (len(said) <= 4 or "·" in said)) or names.LATIN.fullmatch(said):
        return Found(work.written[start:end], start, end) if not changing(said) and said not in words()["not_names"] else None
    first = re.match(r"[\u4e00-\u9fff·]+", said)
    if first and first.end() < len(said) and names.like(first.group()):
        return Found(work.written[start : start + first.end()], start, start + first.end())
    return Found(work.written[start:end], start, end) if promised and re.search(r"[\dA-Za-z]", said) and len(said) <= 20 else None


def day(field: Field, work: Work, start: int, end: int) -> Found | None:
    found = dates.find(work.text[start:end], today=work.sheet.today, toward=toward(field))
    if not found:
        return None
    one = found[0]
    value = one.day.isoformat() if one.day else work.text[start + one.start : start + one.end]
    return Found(value, start + one.start, start + one.end)


def dated(field: Field, text: str, today: date) -> str | None:
    found = dates.find(text, today=today, toward=toward(field))
    return found[0].day.isoformat() if found and found[0].day else None


def option(field: Field, said: str) -> str | None:
    if field.format == "yes_no":
        return choice.yes_or_no(said)
    chosen = choice.choose(said, field.options)
    return chosen.value if chosen else None


def free_text(field: Field, work: Work) -> Found | None:
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


def changing(said: str) -> bool:
    """改一下, 写错了: talk about the value, not the value."""
    return bool(re.fullmatch(rf"(?:{pattern('change_request').pattern}).{{0,4}}", said))
