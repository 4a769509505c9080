"""The guide as a whole: whose rule it is, what it is called, and how it differs from its siblings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.schema.guide import Region
from knowledge.schema.regions import region_names
from knowledge.workflow.rules.model import Finding, Neighbour, Subject, catalogue

_LEVELS = {"national": r"000000", "province": r"\d{2}(?<!00)0000", "city": r"\d{4}(?<!00)00", "district": r"\d{6}(?<!00)"}


def whole(subject: Subject) -> Iterator[Finding]:
    yield from _region(subject.guide.region)
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", subject.guide.as_of):
        yield Finding("validity.as_of", "as_of", {"value": subject.guide.as_of})
    yield from _aliases(subject)
    yield from _siblings(subject)


def _region(region: Region) -> Iterator[Finding]:
    if not re.fullmatch(_LEVELS[region.level], region.code):
        yield Finding("region.code", "region.code", {"code": region.code, "level": catalogue()["levels"][region.level]})
    expected = region_names().get(region.code)
    if expected and region.name != expected:
        yield Finding("region.name", "region.name", {"code": region.code, "expected": expected, "name": region.name})


def _aliases(subject: Subject) -> Iterator[Finding]:
    guide = subject.guide
    names = {n.name: n for n in subject.neighbours if _same_place(n, subject)}
    claimed = {alias: n for n in subject.neighbours if _same_place(n, subject) for alias in n.aliases}
    for at, alias in enumerate(guide.aliases):
        path = f"aliases[{at}]"
        if alias in names:
            yield Finding("alias.is_a_name", path, {"alias": alias, "id": names[alias].id})
        elif alias in claimed:
            yield Finding("alias.shared", path, {"alias": alias, "id": claimed[alias].id})
        if alias in guide.aliases[:at]:
            yield Finding("alias.twice", path, {"alias": alias})
        if alias == guide.name:
            yield Finding("alias.own_name", path, {"alias": alias})
    if guide.name in names:
        yield Finding("name.taken", "name", {"id": names[guide.name].id})


def _siblings(subject: Subject) -> Iterator[Finding]:
    guide = subject.guide
    if not guide.facets:
        yield Finding("facets.absent", "facets")
        return
    mine = tuple(sorted(guide.facets.items()))
    for other in subject.neighbours:
        if other.topic == guide.topic and other.facets == mine and _same_place(other, subject):
            yield Finding("facets.same", "facets", {"id": other.id, "topic": guide.topic})


def _same_place(neighbour: Neighbour, subject: Subject) -> bool:
    """Guides of different regions may share a name: the nearest one wins."""
    return neighbour.region in ("", subject.guide.region.code)
