"""Documents to rows and back. A file adds and changes and never empties: a blank cell, and a part without rows for a guide,
leave what is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from knowledge.exchange.cells import CellError, read, write
from knowledge.exchange.layout import MAIN, Sheet, sheets
from knowledge.exchange.words import words

Errors = dict[str, str]


@dataclass(frozen=True)
class Row:
    """``number`` is the line in the sheet, from 1 with the headings; ``cells`` by path, without empty ones."""

    sheet: Sheet
    number: int
    guide_id: str
    cells: Mapping[str, str]

    @property
    def place(self) -> str:
        return words()["row"].format(sheet=self.sheet.label, row=self.number)


@dataclass
class Draft:
    """A document put together from rows; ``rows`` tells which line an entry came from: ``materials[2]`` → its row."""

    document: dict[str, Any]
    main: Row | None = None
    rows: dict[str, Row] = field(default_factory=dict)


def to_rows(documents: Iterable[Mapping[str, Any]]) -> dict[str, list[list[str]]]:
    """Section → lines of cells in the order of the sheet's columns; those of a part begin with the guide's id."""
    made: dict[str, list[list[str]]] = {s.section: [] for s in sheets()}
    for document in documents:
        for sheet in sheets():
            if sheet.section == MAIN:
                made[MAIN].append([write(_get(document, c.path), c.kind) for c in sheet.columns])
                continue
            for entry in document.get(sheet.section, []):
                made[sheet.section].append([document["id"], *(write(entry.get(c.path), c.kind) for c in sheet.columns)])
    return made


def to_drafts(rows: Iterable[Row], present: Callable[[str], dict[str, Any] | None]) -> tuple[dict[str, Draft], Errors]:
    """Documents by guide id, made on top of those that are ``present``, and what is wrong by place."""
    drafts: dict[str, Draft] = {}
    errors: Errors = {}
    said = words()["errors"]
    ordered = sorted(rows, key=lambda row: row.sheet.section != MAIN)
    for row in ordered:
        if not row.guide_id:
            errors[row.place] = said["no_id"]
            continue
        draft = drafts.get(row.guide_id)
        if draft is None:
            known = present(row.guide_id)
            if known is None and row.sheet.section != MAIN:
                errors[row.place] = said["unknown_guide"].format(id=row.guide_id)
                continue
            draft = drafts[row.guide_id] = Draft(dict(known or {}))
        if row.sheet.section == MAIN:
            if draft.main is not None:
                errors[row.place] = said["twice"].format(id=row.guide_id)
                continue
            draft.main = row
        _take(draft, row, errors)
    return drafts, errors


def _take(draft: Draft, row: Row, errors: Errors) -> None:
    values: dict[str, Any] = {}
    for path, text in row.cells.items():
        column = row.sheet.column(path)
        assert column is not None, "headings are checked when the file is read"
        try:
            _put(values, path, read(text, column.kind))
        except CellError as error:
            errors[f"{row.place} · {column.label}"] = words()["errors"][str(error)]
    if row.sheet.section == MAIN:
        region = {**draft.document.get("region", {}), **values.pop("region", {})}
        draft.document |= values | ({"region": region} if region else {})
        return
    section = row.sheet.section
    begun = any(key.startswith(f"{section}[") for key in draft.rows)
    entries = draft.document[section] if begun else []
    draft.rows[f"{section}[{len(entries)}]"] = row
    draft.document[section] = [*entries, values]


def _get(document: Mapping[str, Any], path: str) -> Any:
    value: Any = document
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _put(values: dict[str, Any], path: str, value: Any) -> None:
    outer, _, inner = path.partition(".")
    if inner:
        values.setdefault(outer, {})[inner] = value
    else:
        values[outer] = value
