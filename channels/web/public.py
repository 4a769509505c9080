"""Search and guides: public, rate-limited, the same path the chat uses."""

from __future__ import annotations

from sanic import Blueprint, Request
from sanic.response import HTTPResponse

from channels.web.access import count_caller, services_of
from channels.web.models import GuideView, SearchBody, SearchView
from channels.web.reading import guide_as_read
from common.web import body_of, operation, reply

blueprint = Blueprint("public", url_prefix="/api")


@blueprint.post("/search")
@operation(summary="Search the guides by meaning", auth="public", tag="search", body=SearchBody, returns=SearchView, errors=(422, 429, 503))
async def search(request: Request) -> HTTPResponse:
    count_caller(request, "search")
    body = body_of(request, SearchBody)
    return reply(services_of(request).knowledge.search(body.query, region=body.region, top_k=body.top_k).public())


@blueprint.get("/guides/<guide_id:str>")
@operation(summary="One guide as published, in the script of Accept-Language", auth="public", tag="search", returns=GuideView, errors=(404, 429))
async def guide(request: Request, guide_id: str) -> HTTPResponse:
    count_caller(request, "search")
    published = services_of(request).knowledge.guide(guide_id)
    document = {name: value for name, value in published.guide.document().items() if name != "doubts"}  # the authority's, not the citizen's
    view = {
        "guide_id": published.id, "version": published.version, "name": published.guide.name, "region": published.guide.region.name,
        "effective_from": published.effective_from and published.effective_from.isoformat(), "document": document,
    }  # fmt: skip
    return reply(guide_as_read(request, view))
