"""``/api/editor/guides``: every guide, one guide, its drafts and their review."""

from __future__ import annotations

from collections import Counter

from sanic import Blueprint, Request
from sanic.response import HTTPResponse

from common.errors import InvalidInput
from common.web import body_of, operation, reply
from desk.access import permitted, services_of
from desk.editors import views
from desk.editors.models import DraftBody, GuideLines, GuidePage, LintBody, NewGuide, Problems, ReviewBody, Revisions, Saved
from desk.views import people
from knowledge.errors import state_labels

blueprint = Blueprint("editor-guides", url_prefix="/api/editor/guides")


@blueprint.get("/")
@operation(
    summary="Every guide, the one touched last first", auth="staff", tag="editor", returns=GuideLines,
    query={
        "state": "draft, submitted, approved, rejected, scheduled, published or withdrawn",
        "q": "part of a name, an alias, an id or a department",
    },
    errors=(401, 403, 422, 503),
)  # fmt: skip
async def list_guides(request: Request) -> HTTPResponse:
    await permitted(request, "guides.read")
    services, state = services_of(request), request.args.get("state") or None
    if state is not None and state not in state_labels():
        raise InvalidInput(fields={"state": " ".join(state_labels())})
    found = await services.editing.reading.list(state=state, words=(request.args.get("q") or "").strip() or None)
    known = await people(services)
    return reply(GuideLines(items=[views.line(entry, known) for entry in found], counts=Counter(entry.line.state for entry in found)))


@blueprint.post("/")
@operation(
    summary="A new guide as a draft", auth="staff", tag="editor", body=NewGuide, returns=Saved, status=201, errors=(401, 403, 409, 422)
)  # fmt: skip
async def create(request: Request) -> HTTPResponse:
    staff = await permitted(request, "guides.edit")
    guide_id, revision = await services_of(request).editing.writing.create(document=body_of(request, NewGuide).document, by=staff.id)
    return reply(Saved(id=guide_id, revision=revision, state="draft"), 201)


@blueprint.get("/<guide_id:str>")
@operation(summary="What is drafted and what is published of one guide", auth="staff", tag="editor", returns=GuidePage, errors=(401, 403, 404))
async def get_guide(request: Request, guide_id: str) -> HTTPResponse:
    await permitted(request, "guides.read")
    services = services_of(request)
    return reply(views.page(await services.editing.reading.open(guide_id=guide_id), await people(services)))


@blueprint.put("/<guide_id:str>/draft")
@operation(
    summary="Save the draft; 409 when somebody saved meanwhile", auth="staff", tag="editor", body=DraftBody, returns=Saved,
    errors=(401, 403, 404, 409, 422),
)  # fmt: skip
async def save(request: Request, guide_id: str) -> HTTPResponse:
    staff = await permitted(request, "guides.edit")
    body = body_of(request, DraftBody)
    writing = services_of(request).editing.writing
    revision = await writing.save(guide_id=guide_id, document=body.document, base_revision=body.base_revision, by=staff.id)
    return reply(Saved(id=guide_id, revision=revision, state="draft"))


@blueprint.delete("/<guide_id:str>/draft")
@operation(summary="Lay the draft aside; history keeps it", auth="staff", tag="editor", status=204, errors=(401, 403, 404, 409))
async def discard(request: Request, guide_id: str) -> HTTPResponse:
    staff = await permitted(request, "guides.edit")
    await services_of(request).editing.writing.discard(guide_id=guide_id, by=staff.id)
    return HTTPResponse(status=204)


@blueprint.post("/<guide_id:str>/lint")
@operation(summary="What the lint says", auth="staff", tag="editor", body=LintBody, returns=Problems, errors=(401, 403, 404, 422))
async def judge(request: Request, guide_id: str) -> HTTPResponse:
    await permitted(request, "guides.edit")
    body = body_of(request, LintBody)
    return reply(views.problems(await services_of(request).editing.writing.lint(guide_id=guide_id, document=body.document)))


@blueprint.post("/<guide_id:str>/submit")
@operation(
    summary="Hand the draft in for review; refused with the problems when the lint finds errors", auth="staff", tag="editor", returns=Saved,
    errors=(401, 403, 404, 409, 422),
)  # fmt: skip
async def submit(request: Request, guide_id: str) -> HTTPResponse:
    staff = await permitted(request, "guides.edit")
    revision = await services_of(request).editing.writing.submit(guide_id=guide_id, by=staff.id)
    return reply(Saved(id=guide_id, revision=revision, state="submitted"))


@blueprint.post("/<guide_id:str>/review")
@operation(
    summary="Approve or send back; never one's own work", auth="staff", tag="editor", body=ReviewBody, returns=Saved,
    errors=(401, 403, 404, 409, 422),
)  # fmt: skip
async def review(request: Request, guide_id: str) -> HTTPResponse:
    staff = await permitted(request, "guides.review")
    body = body_of(request, ReviewBody)
    revision = await services_of(request).editing.writing.review(guide_id=guide_id, by=staff.id, **body.model_dump())
    return reply(Saved(id=guide_id, revision=revision, state="approved" if body.approve else "rejected"))


@blueprint.get("/<guide_id:str>/revisions")
@operation(summary="Who changed what, and when; newest first", auth="staff", tag="editor", returns=Revisions, errors=(401, 403, 404))
async def revisions(request: Request, guide_id: str) -> HTTPResponse:
    await permitted(request, "guides.read")
    services = services_of(request)
    known = await people(services)
    found = await services.editing.reading.revisions(guide_id=guide_id)
    return reply(Revisions(revisions=[views.revision(row, changes, known) for row, changes in found]))
