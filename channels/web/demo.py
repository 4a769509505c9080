"""Demo mode only: who may be played."""

from __future__ import annotations

from sanic import Blueprint, Request
from sanic.response import HTTPResponse

from channels.web.access import count_caller, services_of
from channels.web.models import DemoCitizens
from common.errors import NotFound
from common.web import operation, reply

blueprint = Blueprint("demo", url_prefix="/api/demo")


@blueprint.get("/citizens")
@operation(summary="Sandbox citizens (demo mode)", auth="public", tag="demo", returns=DemoCitizens, errors=(404,))
async def citizens(request: Request) -> HTTPResponse:
    count_caller(request, "sessions")
    services = services_of(request)
    if not services.settings.demo:
        raise NotFound
    return reply({"citizens": await services.citizens.sandbox_list()})
