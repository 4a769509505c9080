"""A bundle (一件事) can be put together: its items are there, their order runs forward, every case of it can occur, and something
really becomes less for the citizen.

These rules look at what the author wrote. Once none of them is broken the bundle is put together and judged as any guide is.
"""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.guidance.bundles import assemble
from knowledge.schema.bundle import Asked, Bundle, Member
from knowledge.schema.condition import uses
from knowledge.schema.guide import Guide, Situation
from knowledge.workflow.rules.model import Finding, Subject


def bundles(subject: Subject) -> Iterator[Finding]:
    bundle = subject.guide.bundle
    if bundle is None:
        return
    known = {n.id: n.guide for n in subject.neighbours if n.guide is not None}
    broken = [*_order(bundle), *_written_by_hand(subject.guide)]
    for at, member in enumerate(bundle.members):
        broken += _member(subject, member, known.get(member.guide), f"bundle.members[{at}]")
    yield from broken
    if not broken:
        yield from _merged(assemble(subject.guide, known))


def _order(bundle: Bundle) -> Iterator[Finding]:
    ids = [m.guide for m in bundle.members]
    for at, member in enumerate(bundle.members):
        path = f"bundle.members[{at}]"
        if member.guide in ids[:at]:
            yield Finding("bundle.twice", path, {"id": member.guide})
        if member.key in [m.key for m in bundle.members[:at]]:
            yield Finding("id.duplicate", f"{path}.key", {"id": member.key})
        for other in member.after:
            if other not in ids:
                yield Finding("bundle.after_unknown", f"{path}.after", {"id": other})
    done: set[str] = set()
    waiting = list(bundle.members)
    while ready := [m for m in waiting if set(m.after) & set(ids) <= done]:
        done |= {m.guide for m in ready}
        waiting = [m for m in waiting if m.guide not in done]
    if waiting:
        yield Finding("bundle.circle", "bundle.members", {"ids": "、".join(m.guide for m in waiting)})


def _member(subject: Subject, member: Member, guide: Guide | None, path: str) -> Iterator[Finding]:
    for name, condition in (("when", member.when), ("papers", member.papers)):
        for situation, option in uses(condition):
            yield from _known(subject.situations, situation, option, f"{path}.{name}")
        if condition is not None and not subject.cases.satisfiable(condition):
            yield Finding("when.never", f"{path}.{name}", {"what": member.name or member.guide})
    if guide is None:
        yield Finding("bundle.unknown_member", path, {"id": member.guide})
        return
    if guide.bundle is not None:
        yield Finding("bundle.nested", path, {"name": guide.name})
    yield from _answers(subject, member, guide, f"{path}.answers")
    for used, present, name in (
        (member.materials, {m.id for m in guide.materials}, "materials"),
        ([*member.fields, *member.spare], {f.name for f in guide.form.fields} if guide.form else set(), "fields"),
    ):
        for wanted in used:
            if wanted not in present:
                yield Finding("bundle.unknown_part", f"{path}.{name}", {"id": wanted, "name": guide.name})


def _answers(subject: Subject, member: Member, guide: Guide, path: str) -> Iterator[Finding]:
    theirs = {s.id: s for s in guide.situations if isinstance(s, Situation)}
    for name, answer in member.answers.items():
        options = answer.options.values() if isinstance(answer, Asked) else [answer]
        for option in options:
            yield from _known(theirs, name, option, path)
        if isinstance(answer, Asked):
            for option in answer.options:
                yield from _known(subject.situations, answer.situation, option, path)
            asked = subject.situations.get(answer.situation)
            if asked and {o.id for o in asked.options} != set(answer.options):
                yield Finding("bundle.answer_open", path, {"id": name, "ask": asked.ask})


def _known(situations: dict[str, Situation], name: str, option: str, path: str) -> Iterator[Finding]:
    if name not in situations:
        yield Finding("when.unknown_situation", path, {"id": name})
    elif option not in {o.id for o in situations[name].options}:
        yield Finding("when.unknown_option", path, {"id": name, "option": option})


def _written_by_hand(guide: Guide) -> Iterator[Finding]:
    """What is computed must not stand in the document, or it would be counted twice."""
    for section in ("situations", "materials"):
        for at, element in enumerate(getattr(guide, section)):
            if element.serves:
                yield Finding("bundle.computed", f"{section}[{at}].serves")
    for at, step in enumerate(guide.steps):
        if step.item:
            yield Finding("bundle.computed", f"steps[{at}].item")
    if guide.bundle and (guide.bundle.visits or guide.bundle.missing):
        yield Finding("bundle.computed", "bundle.visits")


def _merged(whole: Guide) -> Iterator[Finding]:
    shared = [m for m in whole.materials if m.serves and len(m.serves) > 1]
    shared += [f for f in (whole.form.fields if whole.form else []) if f.serves and len(f.serves) > 1 and f.name not in _EVERYBODYS]
    if not shared:
        yield Finding("bundle.nothing_merged", "bundle.members")


_EVERYBODYS = ("applicant_name", "applicant_id", "phone")
