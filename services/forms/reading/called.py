"""First pass: values called by a field's name, or by the person whose they are (手机号改成139…, 孩子叫…, 紧急联系人李四)."""

from __future__ import annotations

import re

from services.forms.formats import names
from services.forms.reading import answers, clauses, cues
from services.forms.reading.clauses import pattern
from services.forms.reading.people import APPLICANT, NAME, WRITER, Mention
from services.forms.reading.work import Work
from services.forms.words import words


def called(work: Work) -> None:
    for index, cue in enumerate(work.cues):
        name = _meant(work, cue)
        if name is None:
            continue
        start, end = _after(work, index)
        found = answers.announced(work.sheet.fields[name], work, start, end) if start < end else None
        if found:
            work.take(name, found.value, found.start, found.end)
            work.used.append((cue.start, cue.end))
        elif _wants_change(work, cue):
            work.next_field = work.next_field or name
            work.used.append((cue.start, cue.end))


def _meant(work: Work, cue: cues.Cue) -> str | None:
    """Of several fields called the same, the one asked, else the first still empty, else the first. What is said of somebody just spoken
    of (我老婆李娜，身份证号…) is his, not the applicant's."""
    sheet, people = work.sheet, work.people
    options = [n for n in cue.fields if n not in work.values]
    told = people.spoken_of(cue.start)
    correcting = any(n in sheet.values for n in options) and pattern("change").search(work.text)
    if told:
        options = [n for n in options if work.may_be(n, cue.start)] or _his(work, told, cue.fields)
    elif options and not correcting:
        options = [n for who in lately(work, cue.start) for n in _his(work, who, options)] or options
    if sheet.asked in options:
        return sheet.asked
    empty = [n for n in options if n in sheet.missing]
    return (empty or options or [None])[0]


def _his(work: Work, who: str, alike: tuple[str, ...] | list[str]) -> list[str]:
    return [n for one in alike for n in work.people.fields_of(who, like=one) if n not in work.values]


def lately(work: Work, position: int) -> list[str]:
    """Whose value was read last before ``position``, else whose is asked; nobody for the applicant."""
    before = sorted((span for span in work.spans if span.end <= position), key=lambda span: span.end)
    owners = work.people.of(before[-1].field if before else (work.sheet.asked or ""))
    return [] if APPLICANT in owners else sorted(owners - {WRITER})


def _after(work: Work, index: int) -> tuple[int, int]:
    """The text that belongs to a mention: to the next mention or the clause's end; the next clause when nothing is left in this one."""
    cue = work.cues[index]
    following = work.cues[index + 1].start if index + 1 < len(work.cues) else len(work.text)
    clause = work.clause_at(cue.end)
    start, end = cue.end, min(clause.end, following)
    linked = pattern("link").match(work.text, start, end)
    rest = work.text[linked.end() if linked else start : end].strip()
    after = next((c for c in work.clauses if c.start >= clause.end), None)
    if (not rest or _only_wants_change(rest)) and after and after.start < following:
        return after.start, min(after.end, following)
    return start, end


def _only_wants_change(said: str) -> bool:
    return bool(re.fullmatch(rf"(?:{pattern('change_request').pattern}){words()['change_trail']}", said))


def _wants_change(work: Work, cue: cues.Cue) -> bool:
    clause = work.clause_at(cue.start)
    around = work.text[clause.start : clause.end]
    return bool(pattern("says_change").search(around) and pattern("change_request").search(around))


def introduced(work: Work) -> None:
    """我是李雷, 我老婆李娜, 孩子叫张小明: the name after the mention of a person, if no field was called; only what reads like one."""
    for mention in work.people.mentions:
        clause = work.clause_at(mention.start)
        by_its_name = any(mention.start <= cue.start <= mention.end for cue in work.cues if not work.free(cue.start, cue.end))
        if clause.tells and not by_its_name:
            _name_of(work, mention, clause.end)


def _name_of(work: Work, mention: Mention, end: int) -> None:
    linked = pattern("named").match(work.text, mention.end, end)
    start = linked.end() if linked else mention.end
    run = re.match(r"[\u4e00-\u9fff·]+", work.text[start:end])
    stop = start + run.end() if run else end
    start, stop = clauses.strip(work.text, start, stop)
    said = work.text[start:stop]
    promised = linked and pattern("promised_name").search(linked.group())
    good = names.like(said) or (promised and names.CHINESE.fullmatch(said) and len(said) <= 4 and not _is_no_name(said))
    fields = [n for n in work.people.fields_of(mention.who, like=NAME) if n not in work.values]
    if not good or not fields or not work.free(start, stop):
        return
    first = next((n for n in fields if n == work.sheet.asked), next((n for n in fields if n in work.sheet.missing), fields[0]))
    work.take(first, work.written[start:stop], start, stop)


def _is_no_name(said: str) -> bool:
    return said in words()["not_names"] or any(c in words()["not_in_names"] for c in said)
