"""Judging a guide: does it keep the reform's rules, and can the assistant answer from it?

``lint`` is a pure function of a resolved guide and its neighbours; ``lint_file`` adds what only a YAML file can get wrong.
The words and the severity of every rule stand in ``lint.yml``; the rules themselves in :mod:`knowledge.workflow.rules`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import ValidationError

from knowledge.guidance.bundles import assemble
from knowledge.schema.guide import Guide
from knowledge.schema.library import SHIPPED, read_guide
from knowledge.workflow.rules import RULES, Finding, Neighbour, Subject, bundles, catalogue

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """One thing wrong: which rule, how bad, where (``materials[guardian].when``), and what to do about it, in Chinese."""

    rule: str
    severity: Severity
    path: str
    message: str


def lint(guide: Guide, *, neighbours: Iterable[Neighbour] = (), today: date | None = None) -> list[Problem]:
    """Every problem of a resolved guide; ``neighbours`` are the other guides it lives among."""
    subject = Subject(guide=guide, neighbours=[n for n in neighbours if n.id != guide.id], today=today)
    if guide.bundle is not None:
        if broken := [_problem(finding) for finding in bundles(subject)]:
            return broken
        subject = replace(subject, guide=assemble(guide, {n.id: n.guide for n in subject.neighbours if n.guide}))
    return [_problem(finding) for rule in RULES for finding in rule(subject)]


def lint_document(document: Any, *, neighbours: Iterable[Neighbour] = (), today: date | None = None) -> list[Problem]:
    """The same for a document not parsed yet: what breaks the schema is a problem too, not an exception."""
    from knowledge.schema.library import resolve

    try:
        guide = resolve(Guide.model_validate(document))
    except ValidationError as error:
        return list(_schema_problems(error, document))
    except KeyError as error:
        return [_problem(Finding("schema.unknown_use", "", {"name": error.args[0]}))]
    return lint(guide, neighbours=neighbours, today=today)


def lint_file(path: Path, *, neighbours: Iterable[Neighbour] = (), today: date | None = None) -> list[Problem]:
    """Problems of one guide file, including a file name or a folder that contradicts what it says."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        return [_problem(Finding("schema.yaml", "", {"reason": str(error).replace("\n", " ")}))]
    if not isinstance(document, dict):
        return [_problem(Finding("schema.yaml", "", {"reason": "not a mapping"}))]
    problems = lint_document(document, neighbours=neighbours, today=today)
    if document.get("id") != path.stem:
        problems.append(_problem(Finding("file.name", "id", {"id": document.get("id"), "file": path.stem})))
    if SHIPPED in path.resolve().parents and document.get("domain") != path.resolve().parent.name:
        problems.append(_problem(Finding("file.domain", "domain", {"domain": document.get("domain"), "folder": path.resolve().parent.name})))
    return problems


def guide_files(paths: Iterable[Path] = ()) -> list[Path]:
    """The guide files named by ``paths`` (files or folders); all shipped ones when none is named."""
    found: list[Path] = []
    for path in list(paths) or [SHIPPED]:
        found += sorted(p for p in path.rglob("*.yaml") if not p.name.startswith("_")) if path.is_dir() else [path]
    return found


def neighbours_of(paths: Iterable[Path]) -> list[Neighbour]:
    """The guides among these files that can be read; a broken one is no neighbour (its own lint says why)."""
    neighbours = []
    for path in paths:
        try:
            neighbours.append(Neighbour.of(read_guide(path)))
        except (ValidationError, KeyError, yaml.YAMLError, OSError):
            continue
    return neighbours


def _problem(finding: Finding) -> Problem:
    entry = catalogue()["rules"][finding.rule]
    return Problem(finding.rule, entry["severity"], finding.path, entry["message"].format(**finding.data))


def _schema_problems(error: ValidationError, document: Any) -> Iterator[Problem]:
    words = catalogue()["schema"]
    for entry in error.errors(include_url=False):
        location = [part for part in entry["loc"] if part not in ("Situation", "SituationUse")]
        if _other_branch(entry["loc"], document):
            continue
        template = words.get(entry["type"], words["default"])
        message = template.format(input=_short(entry.get("input")), reason=entry["msg"], **_context(entry))
        yield Problem("schema." + entry["type"], "error", _path(location), message)


def _other_branch(location: tuple[int | str, ...], document: Any) -> bool:
    """A situation is either written out or taken by ``use``; errors of the reading the author did not mean are noise."""
    if len(location) < 3 or location[0] != "situations" or location[2] not in ("Situation", "SituationUse"):
        return False
    entry = document["situations"][location[1]]
    meant = "SituationUse" if isinstance(entry, dict) and "use" in entry else "Situation"
    return location[2] != meant


def _path(location: list[int | str]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")


def _context(entry: Any) -> dict[str, Any]:
    return {"expected": "", "pattern": "", "min_length": "", "max_length": "", "ge": "", "le": "", **(entry.get("ctx") or {})}


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:37] + "…"


@cache
def shipped_neighbours() -> tuple[Neighbour, ...]:
    """The shipped guides as neighbours, for callers that lint one document."""
    return tuple(neighbours_of(guide_files()))
