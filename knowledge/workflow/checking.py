"""From what somebody typed to a document that may be stored: parsed, resolved, or refused with the places named."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from knowledge.errors import BadDocument
from knowledge.schema.guide import Guide
from knowledge.schema.library import resolve
from knowledge.workflow.labels import labels, path_label
from knowledge.workflow.lint import Problem, lint_document


def checked(document: Any, *, guide_id: str | None = None) -> dict[str, Any]:
    """The document in the one form in which documents are stored. :raises BadDocument: ``fields`` say where and why.

    ``guide_id``: the guide it must be of, where that is known already.
    """
    try:
        guide = resolve(Guide.model_validate(document))
    except (ValidationError, KeyError):
        raise BadDocument(fields={path or "document": what for path, what in fields_of(lint_document(document)).items()}) from None
    if guide_id is not None and guide.id != guide_id:
        raise BadDocument(fields={"id": labels()["other_id"].format(id=guide_id)})
    return guide.document()


def fields_of(problems: Iterable[Problem]) -> dict[str, str]:
    """Path → where and what, in Chinese."""
    said: dict[str, str] = {}
    for problem in problems:
        words = f"{path_label(problem.path)}：{problem.message}"
        said[problem.path] = f"{said[problem.path]}；{words}" if problem.path in said else words
    return said
