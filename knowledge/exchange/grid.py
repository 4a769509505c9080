"""Lines of cells under headings, as every table file has them, to rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from knowledge.exchange.layout import MAIN, Sheet
from knowledge.exchange.tables import Errors, Row
from knowledge.exchange.words import words

MOST_ROWS = 20_000


def headings(sheet: Sheet) -> list[str]:
    """Of a sheet of its own; the guide's id first."""
    own = [c.label for c in sheet.columns]
    return own if sheet.section == MAIN else [words()["guide_id"], *own]


def rows_of(sheet: Sheet, lines: Iterable[Sequence[str]], errors: Errors) -> Iterator[Row]:
    """``lines``: the headings, then the entries. Unknown headings are errors; empty lines are skipped."""
    found = iter(lines)
    head = [cell.strip() for cell in next(found, [])]
    columns = _columns(sheet, head, errors)
    for number, line in enumerate(found, start=2):
        if number > MOST_ROWS:
            errors[sheet.label] = words()["errors"]["too_many"].format(most=MOST_ROWS)
            return
        if any(cell.strip() for cell in line):
            yield row_of(sheet, number, head, columns, line)


def row_of(sheet: Sheet, number: int, head: Sequence[str], columns: Sequence[str | None], line: Sequence[str]) -> Row:
    cells = {path: cell for path, cell in zip(columns, line, strict=False) if path and cell.strip()}
    guide = next((cell.strip() for name, cell in zip(head, line, strict=False) if name in (words()["guide_id"], "guide_id")), "")
    if sheet.section == MAIN:
        guide = cells.get("id", "").strip()
        cells |= {"id": guide} if guide else {}
    return Row(sheet, number, guide, cells)


def _columns(sheet: Sheet, head: Sequence[str], errors: Errors) -> list[str | None]:
    """The path under each heading; None for the guide's id and for columns without a heading."""
    found: list[str | None] = []
    for name in head:
        column = sheet.column(name) if name else None
        is_guide = sheet.section != MAIN and name in (words()["guide_id"], "guide_id")
        if name and column is None and not is_guide:
            errors[f"{sheet.label} · {name}"] = words()["errors"]["column"].format(name=name)
        found.append(None if is_guide else column and column.path)
    return found
