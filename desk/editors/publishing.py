"""Putting versions in force, taking them out, going back; each shows what it changes for people who ask."""

from __future__ import annotations

from sanic import Blueprint, Request
from sanic.response import HTTPResponse

from common.web import body_of, operation, reply
from desk.access import permitted, services_of
from desk.editors import views
from desk.editors.models import PublishBody, PublishedNow, ReplayView, RollbackBody

blueprint = Blueprint("editor-publishing", url_prefix="/api/editor/guides")
_PATIENCE_S = 300.0


def _unhurried(request: Request) -> None:
    """A publication prepares a whole edition and asks it its questions; on a busy machine that outlasts what any other answer may take."""
    if (protocol := getattr(request, "protocol", None)) is not None:
        protocol.response_timeout = max(protocol.response_timeout, _PATIENCE_S)


@blueprint.post("/<guide_id:str>/replay")
@operation(
    summary="What publishing the draft would change, without publishing it", auth="staff", tag="editor", returns=ReplayView,
    errors=(401, 403, 404, 409, 503),
)  # fmt: skip
async def preview(request: Request, guide_id: str) -> HTTPResponse:
    _unhurried(request)
    await permitted(request, "guides.edit")
    return reply(views.replay(await services_of(request).editing.publishing.preview(guide_id=guide_id)))


@blueprint.post("/<guide_id:str>/publish")
@operation(
    summary="Put the approved draft in force, now or on a later day", auth="staff", tag="editor", body=PublishBody, returns=PublishedNow,
    errors=(401, 403, 404, 409, 422, 503),
)  # fmt: skip
async def publish(request: Request, guide_id: str) -> HTTPResponse:
    _unhurried(request)
    staff = await permitted(request, "guides.publish")
    body = body_of(request, PublishBody)
    done = await services_of(request).editing.publishing.publish(guide_id=guide_id, by=staff.id, effective_from=body.effective_from)
    return reply(views.published_now(done))


@blueprint.post("/<guide_id:str>/withdraw")
@operation(
    summary="Take the published version out of force", auth="staff", tag="editor", returns=PublishedNow, errors=(401, 403, 404, 409, 503)
)  # fmt: skip
async def withdraw(request: Request, guide_id: str) -> HTTPResponse:
    _unhurried(request)
    staff = await permitted(request, "guides.publish")
    return reply(views.published_now(await services_of(request).editing.publishing.withdraw(guide_id=guide_id, by=staff.id)))


@blueprint.post("/<guide_id:str>/rollback")
@operation(
    summary="An earlier version's content as the next version", auth="staff", tag="editor", body=RollbackBody, returns=PublishedNow,
    errors=(401, 403, 404, 409, 422, 503),
)  # fmt: skip
async def rollback(request: Request, guide_id: str) -> HTTPResponse:
    _unhurried(request)
    staff = await permitted(request, "guides.publish")
    body = body_of(request, RollbackBody)
    done = await services_of(request).editing.publishing.rollback(guide_id=guide_id, version=body.version, by=staff.id)
    return reply(views.published_now(done))
