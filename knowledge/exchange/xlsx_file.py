"""A workbook with one sheet per part. Every cell is written as text, so nothing in it is ever calculated; formulas are refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils.exceptions import InvalidFileException

from knowledge.exchange.grid import MOST_ROWS, headings, rows_of
from knowledge.exchange.layout import MAIN, Sheet, sheet_called, sheets
from knowledge.exchange.tables import Errors, Row, to_rows
from knowledge.exchange.words import flag, words

_MOST_UNPACKED = 64 * 1024 * 1024
_LONGEST_CELL = 32_767
_MOST_COLUMNS = 200
_WIDTHS = {"text": 22, "lines": 32, "json": 32}


class CellTooLong(ValueError):
    """A workbook's cell holds 32767 characters; the message is the guide's id."""


def write(documents: Iterable[Mapping[str, Any]]) -> bytes:
    """:raises CellTooLong:"""
    book = Workbook(write_only=True)
    for section, lines in to_rows(documents).items():
        sheet = next(s for s in sheets() if s.section == section)
        if section == MAIN or lines:
            _add(book, sheet, lines)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(body: bytes) -> tuple[list[Row], Errors]:
    """Rows, and what is wrong with the file by place."""
    said, errors, rows = words()["errors"], Errors(), list[Row]()
    unreadable = {words()["main"]: said["not_table"].format(format="xlsx")}
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MOST_UNPACKED:
                return [], {words()["main"]: said["too_many"].format(most=MOST_ROWS)}
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=False, keep_links=False)
        for name in book.sheetnames:
            sheet = sheet_called(name)
            if sheet is None:
                errors[name] = said["sheet"].format(name=name)
            else:
                rows += rows_of(sheet, _lines(book[name], sheet, errors), errors)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, EOFError, SyntaxError):
        return [], unreadable
    return rows, errors


def _add(book: Workbook, sheet: Sheet, lines: list[list[str]]) -> None:
    made = book.create_sheet(sheet.label)
    names = headings(sheet)
    kinds = [c.kind for c in sheet.columns] if sheet.section == MAIN else ["text", *(c.kind for c in sheet.columns)]
    for at, kind in enumerate(kinds):
        made.column_dimensions[_letter(at)].width = _WIDTHS.get(kind, 12)
    made.freeze_panes = "B2"
    made.append([_cell(made, name, bold=True) for name in names])
    for line in lines:
        if any(len(text) > _LONGEST_CELL for text in line):
            raise CellTooLong(line[0])
        made.append([_cell(made, text) if text else None for text in line])


def _cell(sheet: Any, text: str, *, bold: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type, cell.number_format, cell.quotePrefix = "s", "@", True
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if bold:
        cell.font = Font(bold=True)
    return cell


def _letter(at: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(at + 1)


def _lines(table: Any, sheet: Sheet, errors: Errors) -> Iterator[list[str]]:
    for number, line in enumerate(table.iter_rows(max_row=MOST_ROWS + 1, max_col=_MOST_COLUMNS), start=1):
        texts = []
        for cell in line:
            if getattr(cell, "data_type", None) == "f":
                errors[words()["row"].format(sheet=sheet.label, row=number)] = words()["errors"]["formula"]
            texts.append(_text(cell.value))
        yield texts


def _text(value: Any) -> str:
    """What a spreadsheet made of a value, back to how it is written."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return flag(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\r\n", "\n")
