"""Guides out to files and back in as drafts. A file is taken in whole or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from common.database import Database
from knowledge.errors import BadDocument, BadFile, UnknownFormat, state_labels
from knowledge.exchange import csv_file, xlsx_file, yaml_file
from knowledge.exchange.tables import Draft, Errors, to_drafts
from knowledge.exchange.words import words
from knowledge.workflow import drafts, overview, store
from knowledge.workflow.checking import checked
from knowledge.workflow.labels import path_label
from services.audit.service import Audit

Format = Literal["xlsx", "csv", "yaml"]
MEDIA: dict[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "yaml": "application/yaml; charset=utf-8",
}
_MOST_ERRORS = 50
_CLOSED = ("submitted", "approved", "scheduled")  # somebody waits for exactly this revision; a file must not take it away unseen


@dataclass(frozen=True)
class Imported:
    """``done``: ``created``, ``saved``, or ``unchanged`` when the file says what is there already."""

    guide_id: str
    name: str
    revision: int
    done: Literal["created", "saved", "unchanged"]


class Exchange:
    def __init__(self, *, database: Database, audit: Audit):
        self._database, self._audit = database, audit

    async def export(
        self, *, format: str, by: str, state: str | None = None, search: str | None = None, ids: Sequence[str] = ()
    ) -> bytes:  # fmt: skip
        """What citizens read of each guide; with another ``state`` the revisions in it. :raises UnknownFormat, BadFile:"""
        if format not in MEDIA:
            raise UnknownFormat(fields={"format": "xlsx csv yaml"})
        async with self._database.begin() as conn:
            lines = await overview.lines(conn, state=state or "published", words=search)
            rows = [line.published if (state or "published") == "published" else line.head for line in lines]
            keys = sorted((r.guide_id, r.number) for r in rows if r is not None and (not ids or r.guide_id in ids))
            found = await overview.documents(conn, keys)
            await self._audit.record(conn=conn, actor=by, action="guide.export", subject="guides", format=format, count=len(keys))
        documents = [found[key] for key in keys]
        try:
            return await asyncio.to_thread(_written, format, documents)
        except xlsx_file.CellTooLong as error:
            raise BadFile(fields={str(error): words()["errors"]["too_long"].format(id=error)}) from None

    async def take_in(self, *, format: str, body: bytes, by: str) -> list[Imported]:
        """Drafts of everything in the file. :raises UnknownFormat: :raises BadFile: ``fields`` say where; nothing was changed."""
        if format not in MEDIA:
            raise UnknownFormat(fields={"format": "xlsx csv yaml"})
        read, errors = await asyncio.to_thread(_read, format, body)
        _refuse(errors)
        if not read:
            raise BadFile(fields={words()["main"]: words()["errors"]["empty"]})
        async with self._database.begin() as conn:
            ids = sorted({i for i in map(_id_of, read) if i})
            for guide_id in ids:
                await drafts.lock(conn, guide_id)  # in one order, so that two files never wait for each other
            present = {i: row for i in ids if (row := await drafts.newest(conn, i)) is not None}
            made, errors = await asyncio.to_thread(_documents, format, read, present)
            _refuse(errors)
            done = [await self._put(conn, document, present.get(document["id"]), by) for document in made]
            changed = [d.guide_id for d in done if d.done != "unchanged"]
            await self._audit.record(conn=conn, actor=by, action="guide.import", subject="guides", format=format, guides=changed)
        return done

    async def _put(self, conn: AsyncConnection, document: dict[str, Any], current: Row[Any] | None, by: str) -> Imported:
        guide_id, name = document["id"], document["name"]
        if current is None:
            number = await drafts.create(conn, guide_id=guide_id, document=document, author=by, origin="import")
            return Imported(guide_id, name, number, "created")
        if store.digest(document) == current.digest:
            return Imported(guide_id, name, current.number, "unchanged")
        number = await drafts.save(conn, guide_id=guide_id, document=document, author=by, base_revision=current.number, origin="import")
        return Imported(guide_id, name, number, "saved")


def _written(format: str, documents: list[dict[str, Any]]) -> bytes:
    return {"xlsx": xlsx_file, "csv": csv_file, "yaml": yaml_file}[format].write(documents)


def _read(format: str, body: bytes) -> tuple[list[Any], Errors]:
    return {"xlsx": xlsx_file, "csv": csv_file, "yaml": yaml_file}[format].read(body)


def _id_of(entry: Any) -> str | None:
    """Of a row, or of a document."""
    guide_id = entry.get("id") if isinstance(entry, dict) else getattr(entry, "guide_id", None)
    return guide_id if isinstance(guide_id, str) else None


def _documents(format: str, read: list[Any], present: dict[str, Row[Any]]) -> tuple[list[dict[str, Any]], Errors]:
    """Whole documents, and every place where one is wrong."""
    errors: Errors = {}
    if format == "yaml":
        named = [(words()["nth_document"].format(at=at), Draft(d), d) for at, d in enumerate(read, start=1)]
        errors |= _twice(read)
    else:
        found, errors = to_drafts(read, lambda guide_id: present[guide_id].document if guide_id in present else None)
        named = [(_place(draft), draft, draft.document) for draft in found.values()]
    made = []
    for place, draft, document in named:
        guide_id = _id_of(document)
        if guide_id in present and present[guide_id].state in _CLOSED:
            errors[place] = words()["errors"]["busy"].format(state=state_labels()[present[guide_id].state])
            continue
        try:
            made.append(checked(document))
        except BadDocument as error:
            errors |= {_where(place, draft, path): what for path, what in (error.fields or {}).items()}
    return made, errors


def _place(draft: Draft) -> str:
    row = draft.main or next(iter(draft.rows.values()))
    return row.place


def _where(place: str, draft: Draft, path: str) -> str:
    """The line of the entry a path leads to, or else of the guide."""
    entry = path.split("]")[0] + "]" if "[" in path else path
    row, label = draft.rows.get(entry), path_label("" if path == "document" else path)
    return f"{row.place if row else place} · {label}"


def _twice(documents: Iterable[Any]) -> Errors:
    seen: set[str] = set()
    errors: Errors = {}
    for at, document in enumerate(documents, start=1):
        guide_id = _id_of(document)
        if guide_id in seen:
            errors[words()["nth_document"].format(at=at)] = words()["errors"]["twice_document"].format(id=guide_id)
        seen |= {guide_id} if guide_id else set()
    return errors


def _refuse(errors: Errors) -> None:
    """:raises BadFile: there are any; the first ones named."""
    if errors:
        shown = dict(list(errors.items())[:_MOST_ERRORS])
        if len(errors) > _MOST_ERRORS:
            shown["…"] = words()["errors"]["more"].format(count=len(errors) - _MOST_ERRORS)
        raise BadFile(fields=shown)
