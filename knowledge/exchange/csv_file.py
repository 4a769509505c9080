"""One CSV with all parts: the first column says which part of the guide a line belongs to.

UTF-8 with a mark, as spreadsheet programs want it; read also in GB 18030, as they save it. A cell that a spreadsheet would take
for a formula gets an apostrophe in front, which is taken off again when the file comes back.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

from knowledge.exchange.grid import MOST_ROWS, row_of
from knowledge.exchange.layout import MAIN, Sheet, sheet_called, sheets
from knowledge.exchange.tables import Errors, Row, to_rows
from knowledge.exchange.words import words

_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def write(documents: Iterable[Mapping[str, Any]]) -> bytes:
    labels = _labels()
    made = to_rows(documents)
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(labels)
    for sheet in sheets():
        names = [c.label for c in sheet.columns] if sheet.section == MAIN else [words()["guide_id"], *(c.label for c in sheet.columns)]
        for cells in made[sheet.section]:
            by_label = dict(zip(names, cells, strict=True))
            lines.writerow([sheet.label, *(guard(by_label.get(label, "")) for label in labels[1:])])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def read(body: bytes) -> tuple[list[Row], Errors]:
    """Rows, and what is wrong with the file by place."""
    errors: Errors = {}
    said = words()["errors"]
    try:
        lines = list(csv.reader(io.StringIO(_decoded(body), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        return [], {words()["main"]: said["not_table"].format(format="csv")}
    if len(lines) > MOST_ROWS:
        return [], {words()["main"]: said["too_many"].format(most=MOST_ROWS)}
    head = [cell.strip() for cell in lines[0]] if lines else []
    _check_headings(head, errors)
    part = head.index(words()["part"]) if words()["part"] in head else None
    rows: list[Row] = []
    for number, line in enumerate(lines[1:], start=2):
        line = [unguard(cell).replace("\r\n", "\n") for cell in line]
        if not any(cell.strip() for cell in line):
            continue
        name = line[part] if part is not None and part < len(line) else ""
        sheet = sheet_called(name)
        if sheet is None:
            errors[words()["row"].format(sheet=words()["main"], row=number)] = said["sheet"].format(name=name)
            continue
        rows.append(row_of(sheet, number, head, _paths(sheet, head), line))
    return rows, errors


def guard(text: str) -> str:
    return "'" + text if _DANGEROUS.match(text) else text


def unguard(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text


def _labels() -> list[str]:
    """The part, the guide's id, then every heading of every sheet once."""
    return list(dict.fromkeys([words()["part"], words()["guide_id"], *(c.label for s in sheets() for c in s.columns)]))


def _check_headings(head: list[str], errors: Errors) -> None:
    known = {*_labels(), "guide_id", *(c.path for s in sheets() for c in s.columns)}
    for name in head:
        if name and name not in known:
            errors[name] = words()["errors"]["column"].format(name=name)


def _paths(sheet: Sheet, head: list[str]) -> list[str | None]:
    """A heading of another part has no place in this one."""
    if sheet.section != MAIN:
        return [None if name in (words()["guide_id"], "guide_id") else (c := sheet.column(name)) and c.path for name in head]
    return [(c := sheet.column(name)) and c.path for name in head]


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("gb18030")
