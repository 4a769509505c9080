"""The form: every field can be shown, filled and understood."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.schema.condition import uses
from knowledge.schema.guide import FieldUse
from knowledge.workflow.rules.model import Finding, Subject, catalogue


def form(subject: Subject) -> Iterator[Finding]:
    fields = subject.guide.form.fields if subject.guide.form else []
    by_name = {f.name: f for f in fields if f.name}
    seen: set[str] = set()
    for at, field in enumerate(fields):
        path = f"form.fields[{field.name or at}]"
        if not field.name:
            yield Finding("field.no_name", path)
        elif field.name in seen:
            yield Finding("field.duplicate", path, {"name": field.name})
        seen.add(field.name or "")
        if not field.type:
            yield Finding("field.no_type", path, {"name": field.label or field.name})
        if not field.label:
            yield Finding("field.no_label", path, {"name": field.name})
        yield from _options(subject, path, field)
        yield from _when(subject, path, field, by_name)


def _options(subject: Subject, path: str, field: FieldUse) -> Iterator[Finding]:
    situation = subject.situations.get(field.situation or "")
    if field.situation and situation is None:
        yield Finding("field.unknown_situation", f"{path}.situation", {"id": field.situation})
    values = [o.get("value") for o in field.options or []]
    if field.type == "select" and situation is None and len(values) < 2:
        yield Finding("field.no_options", path, {"name": field.label or field.name})
    if field.type != "select" and values:
        yield Finding("field.options_unused", path, {"name": field.label or field.name})
    if len(values) != len(set(values)) or any(not o.get("value") or not o.get("label") for o in field.options or []):
        yield Finding("field.bad_options", f"{path}.options", {"name": field.label or field.name})
    if situation is not None and values and not {o.id for o in situation.options} >= set(values):
        yield Finding("field.options_differ", f"{path}.options", {"id": situation.id})


def _when(subject: Subject, path: str, field: FieldUse, by_name: dict[str, FieldUse]) -> Iterator[Finding]:
    for name, value in uses(field.when):
        if name == field.name:
            yield Finding("field.own_condition", f"{path}.when", {"name": name})
        elif name in subject.situations:
            if value not in {o.id for o in subject.situations[name].options}:
                yield Finding("when.unknown_option", f"{path}.when", {"id": name, "option": value})
        elif name not in by_name:
            yield Finding("when.unknown_situation", f"{path}.when", {"id": name})
        elif value not in _values(subject, by_name[name]):
            yield Finding("when.unknown_option", f"{path}.when", {"id": name, "option": value})


def _values(subject: Subject, field: FieldUse) -> set[str]:
    """The values a condition may ask a field for; free text has none."""
    if field.type == "yes_no":
        return set(catalogue()["yes_no"])
    if field.situation in subject.situations and not field.options:
        return {o.id for o in subject.situations[field.situation].options}
    return {o["value"] for o in field.options or [] if "value" in o}
