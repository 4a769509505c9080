"""Situations: a question exists because its answer changes something, and every answer can be given."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from knowledge.schema.condition import uses
from knowledge.schema.guide import Situation
from knowledge.workflow.rules.model import Finding, Subject, catalogue


def situations(subject: Subject) -> Iterator[Finding]:
    yield from _identifiers(subject)
    broken = list(_unknown_references(subject))
    yield from broken
    if cycle := subject.cases.cycle():
        yield Finding("situation.cycle", "situations", {"ids": "、".join(cycle)})
        return
    for situation in subject.situations.values():
        yield from _options(situation)
        yield from _known_from(situation)
        if not broken:
            yield from _reachable_and_useful(subject, situation)
    if len(subject.situations) > catalogue()["many_situations"]:
        yield Finding("situation.many", "situations", {"count": len(subject.situations)})


def _identifiers(subject: Subject) -> Iterator[Finding]:
    seen: set[str] = set()
    for situation in subject.guide.situations:
        if situation.id in seen:
            yield Finding("id.duplicate", f"situations[{situation.id}]", {"id": situation.id})
        seen.add(situation.id)


def _unknown_references(subject: Subject) -> Iterator[Finding]:
    for path, condition in subject.conditions():
        for name, option in uses(condition):
            if name not in subject.situations:
                yield Finding("when.unknown_situation", path, {"id": name})
            elif option not in {o.id for o in subject.situations[name].options}:
                yield Finding("when.unknown_option", path, {"id": name, "option": option})


def _options(situation: Situation) -> Iterator[Finding]:
    path = f"situations[{situation.id}]"
    for one, other in combinations(situation.options, 2):
        if one.id == other.id:
            yield Finding("id.duplicate", f"{path}.options[{one.id}]", {"id": one.id})
        if one.label == other.label:
            yield Finding("option.same_label", f"{path}.options[{other.id}]", {"label": one.label})
        if shared := sorted({one.label, *one.words} & {other.label, *other.words}):
            yield Finding("option.same_words", f"{path}.options[{other.id}].words", {"words": "、".join(shared), "other": one.label})
        if one.number and other.number and _overlap(one.number, other.number):
            yield Finding("option.number_overlap", f"{path}.options[{other.id}].number", {"other": one.label})
    for option in situation.options:
        if option.number and None not in option.number and option.number[0] >= option.number[1]:
            yield Finding("option.number_empty", f"{path}.options[{option.id}].number")


def _overlap(one: tuple[float | None, float | None], other: tuple[float | None, float | None]) -> bool:
    low = max(one[0] if one[0] is not None else float("-inf"), other[0] if other[0] is not None else float("-inf"))
    high = min(one[1] if one[1] is not None else float("inf"), other[1] if other[1] is not None else float("inf"))
    return low < high


def _known_from(situation: Situation) -> Iterator[Finding]:
    known = catalogue()["identity_facts"]
    if situation.known_from and situation.known_from not in known:
        yield Finding("situation.unknown_fact", f"situations[{situation.id}].known_from", {"fact": situation.known_from, "known": "、".join(known)})


def _reachable_and_useful(subject: Subject, situation: Situation) -> Iterator[Finding]:
    path = f"situations[{situation.id}]"
    if situation.when is not None and not subject.cases.satisfiable(situation.when):
        yield Finding("situation.unreachable", f"{path}.when", {"ask": situation.ask})
    using = [c for _, c in subject.conditions() if any(i == situation.id for i, _ in uses(c))]
    fields = subject.guide.form.fields if subject.guide.form else []
    using += [f.when for f in fields if f.when and any(i == situation.id for i, _ in uses(f.when))]
    if any(subject.cases.matters(situation, condition) for condition in using):
        return
    repeated = any(f.situation == situation.id for f in fields)
    yield Finding("situation.only_form" if repeated else "situation.useless", path, {"ask": situation.ask})
