"""Materials: each one exact document, told once (一次性告知), needed in some case, and no proof made up on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from knowledge.schema.documents import bare_name
from knowledge.schema.guide import Material
from knowledge.schema.library import licence_kinds
from knowledge.workflow.rules.model import Finding, Subject, catalogue


def materials(subject: Subject) -> Iterator[Finding]:
    words = catalogue()
    seen: set[str] = set()
    for material in subject.guide.materials:
        path = f"materials[{material.id}]"
        if material.id in seen:
            yield Finding("id.duplicate", path, {"id": material.id})
        seen.add(material.id)
        if _catch_all(material.name):
            yield Finding("material.catch_all", f"{path}.name", {"name": material.name})
        elif material.note and _catch_all(material.note):
            yield Finding("material.catch_all_note", f"{path}.note", {"name": material.name})
        if material.licence and material.licence not in licence_kinds():
            yield Finding("material.unknown_licence", f"{path}.licence", {"kind": material.licence})
        if words["proof"]["word"] in material.name and material.issued_by == words["proof"]["issued_by"]:
            yield Finding("material.proof", path, {"name": material.name})
    yield from _never_needed(subject)
    yield from _told_twice(subject)


def _catch_all(text: str) -> bool:
    return any(re.search(pattern, text) for pattern in catalogue()["catch_all"])


def _never_needed(subject: Subject) -> Iterator[Finding]:
    for path, element in subject.conditioned():
        if element.when is not None and not subject.cases.satisfiable(element.when):
            yield Finding("when.never", f"{path}.when", {"what": getattr(element, "name", None) or path})


def _told_twice(subject: Subject) -> Iterator[Finding]:
    for one, other in combinations(subject.guide.materials, 2):
        if same_document(one, other) and subject.cases.satisfiable(one.when, other.when):
            yield Finding("material.duplicate", f"materials[{other.id}]", {"name": other.name, "other": one.id})


def same_document(one: Material, other: Material) -> bool:
    """Whether two materials ask for the same paper, whatever form of it."""
    return bare_name(one.name) == bare_name(other.name)
