"""Facts that must agree with one another: time limits, visits and online, verdicts, fees; and nobody's personal data."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from common.masking import find_personal
from knowledge.schema.guide import Limit
from knowledge.workflow.rules.model import Finding, Subject, catalogue

_PERSONAL = {"id_number", "bank_card", "phone", "email", "passport", "plate"}  # an office's address is no secret


def promised_within_legal(subject: Subject) -> Iterator[Finding]:
    limits = subject.guide.time_limit
    if not limits:
        yield Finding("time.absent", "time_limit")
    for at, limit in enumerate(limits):
        path = f"time_limit[{at}]"
        if limit.promised is None and limit.legal is None and not limit.note:
            yield Finding("element.empty", path)
        # A limit of its own may also stand in another entry for the same situation.
        legal = [limit.legal] if limit.legal else [o.legal for o in limits if o.legal and subject.cases.satisfiable(o.when, limit.when)]
        for bound in legal if limit.promised else []:
            yield from _compare(path, limit.promised, bound)


def _compare(path: str, promised: Limit, legal: Limit) -> Iterator[Finding]:
    data = {"promised": f"{promised.value:g}{promised.unit}", "legal": f"{legal.value:g}{legal.unit}"}
    if promised.unit == legal.unit:
        if promised.value > legal.value:
            yield Finding("time.promised_over_legal", path, data)
        return
    if _days(promised)[0] > _days(legal)[1]:
        yield Finding("time.promised_over_legal", path, data)
    elif _days(promised)[1] > _days(legal)[0]:
        yield Finding("time.promised_maybe_over_legal", path, data)


def _days(limit: Limit) -> tuple[float, float]:
    """The limit in calendar days: least and most, since weekends fall as they fall (holidays left out)."""
    if limit.unit == "工作日":
        weeks = int((limit.value - 1) // 5) if limit.value >= 1 else 0
        return limit.value + 2 * weeks, limit.value + 2 * (weeks + 1)
    if limit.unit == "月":
        return limit.value * 28, limit.value * 31
    days = limit.value * {"日": 1, "小时": 1 / 24, "分钟": 1 / 1440}[limit.unit]
    return days, days


def visits_and_online(subject: Subject) -> Iterator[Finding]:
    guide, cases = subject.guide, subject.cases
    for (_, one), (j, other) in combinations(enumerate(guide.visits), 2):
        if one.count != other.count and cases.satisfiable(one.when, other.when):
            yield Finding("visits.contradict", f"visits[{j}]", {"one": one.count, "other": other.count})
    for section in ("online", "proxy", "delivery"):
        for (_, one), (j, other) in combinations(enumerate(getattr(guide, section)), 2):
            if {one.verdict, other.verdict} == {"yes", "no"} and cases.satisfiable(one.when, other.when):
                yield Finding("verdict.contradict", f"{section}[{j}]", {"one": one.note, "other": other.note})
    for at, visit in enumerate(guide.visits):
        if visit.count:
            continue
        refused = [o for o in guide.online if o.verdict == "no" and cases.satisfiable(visit.when, o.when)]
        if refused:
            yield Finding("visits.none_but_offline", f"visits[{at}]", {"note": refused[0].note})
        elif not guide.online:
            yield Finding("visits.none_without_online", f"visits[{at}]")


def facts(subject: Subject) -> Iterator[Finding]:
    guide = subject.guide
    for path, text in _texts(guide.model_dump(mode="python", exclude_none=True)):
        if not text.strip():
            yield Finding("element.empty", path)
    if guide.effective_from and guide.expires and guide.expires <= guide.effective_from:
        yield Finding("validity.backwards", "expires")
    if guide.expires and subject.today and guide.expires <= subject.today:
        yield Finding("validity.expired", "expires", {"date": guide.expires.isoformat()})
    seen: set[str] = set()
    for at, entry in enumerate(guide.faq):
        if entry.q in seen:
            yield Finding("faq.duplicate", f"faq[{at}]", {"q": entry.q})
        seen.add(entry.q)


def personal_values(subject: Subject) -> Iterator[Finding]:
    document = subject.guide.model_dump(mode="python", exclude_none=True, exclude={"phones", "codes", "id"})
    for path, text in _texts(document):
        if text.startswith(("http://", "https://")):
            continue
        for value in find_personal(text):
            if value.kind in _PERSONAL and not _public(value.text):
                yield Finding("personal.value", path, {"kind": catalogue()["personal_kinds"][value.kind]})


def _public(text: str) -> bool:
    """A landline is an office's; people are reached on mobile numbers."""
    return text.startswith("0")


def _texts(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(path, text) of every string in a document; list entries are named by their id where they have one."""
    if isinstance(node, str):
        yield path, node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _texts(value, f"{path}.{key}".lstrip("."))
    elif isinstance(node, list | tuple):
        for at, value in enumerate(node):
            name = value.get("id", at) if isinstance(value, dict) else at
            yield from _texts(value, f"{path}[{name}]")
