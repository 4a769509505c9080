"""``/api/desk/overview`` and ``/api/desk/audit``: the desk at a glance, and who did what."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sanic import Blueprint, Request
from sanic.response import HTTPResponse

from common.clock import SHANGHAI, today
from common.web import number_in, operation, reply
from desk import views
from desk.access import permitted, services_of
from desk.models import AuditView, Overview
from services.bootstrap import Services

blueprint = Blueprint("desk-supervision", url_prefix="/api/desk")
_NOTHING: dict[str, Any] = {"taken": 0, "finished": 0, "first_reply_s": None, "handling_s": None}


@blueprint.get("/overview")
@operation(summary="Queue, agents and today's figures", auth="staff", tag="supervision", returns=Overview, errors=(401, 403))
async def overview(request: Request) -> HTTPResponse:
    await permitted(request, "desk.supervise")
    services = services_of(request)
    since = datetime.combine(today(services.clock), time(0), SHANGHAI)
    of_desk, of_agents = await services.handoff.figures(since=since)
    ratings = await services.ratings.figures(since=since)
    agents = [
        {**p.model_dump(), "today": {**_NOTHING, **of_agents.get(p.id, {})}, "ratings": ratings.get(p.id)} for p in await views.presences(services)
    ]
    view = Overview(
        queue=await _queue(services), agents=agents, today=of_desk, outcomes=await services.conversations.outcomes(since=since),
        tickets=await services.tickets.counts(), ratings=ratings,
    )  # fmt: skip
    return reply(view)


async def _queue(services: Services) -> dict[str, Any]:
    items = await services.handoff.reading.queue()
    return {
        "length": len(items),
        "longest_wait_s": max((i.waited_s for i in items), default=0),
        "by_priority": {str(p): sum(i.episode.priority == p for i in items) for p in (2, 1, 0)},
        "connected": len(await services.handoff.reading.connected()),
    }


@blueprint.get("/audit")
@operation(
    summary="The audit trail, newest first", auth="staff", tag="supervision", returns=AuditView,
    query={"subject": "an id", "actor": "a staff id", "before": "sequence number", "limit": "1 to 500"}, errors=(401, 403, 422),
)  # fmt: skip
async def audit(request: Request) -> HTTPResponse:
    await permitted(request, "audit.read")
    services = services_of(request)
    before = int(number_in(request, "before", default=0, low=0, high=2**53)) or None
    limit = int(number_in(request, "limit", default=100, low=1, high=500))
    found = await services.audit.entries(subject=request.args.get("subject"), actor=request.args.get("actor"), before=before, limit=limit)
    known = await views.people(services)
    return reply(AuditView(entries=[views.audit_entry(e, known) for e in found]))
