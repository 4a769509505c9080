"""``/api/editor/import`` and ``/api/editor/export``: guides as files."""

from __future__ import annotations

from pathlib import PurePath

from sanic import Blueprint, Request
from sanic.response import HTTPResponse

from common.errors import InvalidInput, TooLarge
from common.web import operation, reply
from desk.access import permitted, services_of
from desk.editors.models import ImportDone, ImportedView
from knowledge.errors import state_labels
from services.editing.service import MEDIA

blueprint = Blueprint("editor-exchange", url_prefix="/api/editor")
MAX_BYTES = 8 * 1024 * 1024
_SUFFIXES = {"yml": "yaml"}


@blueprint.post("/import")
@operation(
    summary="Drafts from a file, all of it or nothing", auth="staff", tag="editor", upload="file", returns=ImportDone, status=201,
    query={"format": "xlsx, csv or yaml; by the file's name when left out"}, errors=(401, 403, 413, 422),
)  # fmt: skip
async def take_in(request: Request) -> HTTPResponse:
    staff = await permitted(request, "guides.edit")
    files = request.files.getlist("file") if request.files else None
    if not files:
        raise InvalidInput(fields={"file": "missing"})
    if len(files[0].body) > MAX_BYTES:
        raise TooLarge
    suffix = PurePath(files[0].name or "").suffix.lower().lstrip(".")
    format = request.args.get("format") or _SUFFIXES.get(suffix, suffix)
    done = await services_of(request).editing.exchange.take_in(format=format, body=files[0].body, by=staff.id)
    return reply(ImportDone(drafts=[ImportedView(id=d.guide_id, name=d.name, revision=d.revision, done=d.done) for d in done]), 201)


@blueprint.get("/export")
@operation(
    summary="Guides as a file", auth="staff", tag="editor", media="application/octet-stream",
    query={
        "format": "xlsx, csv or yaml", "state": "published when left out", "q": "part of a name, an alias, an id or a department",
        "id": "only this guide; may be given several times",
    },
    errors=(401, 403, 422),
)  # fmt: skip
async def give_out(request: Request) -> HTTPResponse:
    staff = await permitted(request, "guides.read")
    format, state = request.args.get("format") or "xlsx", request.args.get("state") or None
    if state is not None and state not in state_labels():
        raise InvalidInput(fields={"state": " ".join(state_labels())})
    body = await services_of(request).editing.exchange.export(
        format=format, by=staff.id, state=state, search=request.args.get("q") or None, ids=request.args.getlist("id") or []
    )
    headers = {"Content-Disposition": f'attachment; filename="guides.{format}"', "Cache-Control": "no-store"}
    return HTTPResponse(body, content_type=MEDIA[format], headers=headers)
