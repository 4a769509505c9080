"""``/api/desk/tickets``: what is answered later."""

from __future__ import annotations

from sanic import Blueprint, Request
from sanic.response import HTTPResponse

from common.web import body_of, number_in, operation, reply
from desk import views
from desk.access import permitted, services_of
from desk.models import OpenTicketBody, StepBody, TicketsView, TicketView
from services.tickets.service import Ticket

blueprint = Blueprint("desk-tickets", url_prefix="/api/desk/tickets")


@blueprint.post("/")
@operation(summary="Open a ticket", auth="staff", tag="tickets", body=OpenTicketBody, returns=TicketView, status=201, errors=(401, 403, 404, 422))
async def open_ticket(request: Request) -> HTTPResponse:
    staff, services = await permitted(request, "desk.work"), services_of(request)
    body = body_of(request, OpenTicketBody)
    return await _shown(request, await services.tickets.open_by_staff(by=staff.id, **body.model_dump()), 201)


@blueprint.get("/")
@operation(
    summary="Tickets, masked, the most pressing first", auth="staff", tag="tickets", returns=TicketsView,
    query={"state": "only in this state", "limit": "1 to 500"}, errors=(401, 403, 422),
)  # fmt: skip
async def list_tickets(request: Request) -> HTTPResponse:
    await permitted(request, "desk.work")
    services, limit = services_of(request), int(number_in(request, "limit", default=100, low=1, high=500))
    known = await views.people(services)
    found = await services.tickets.list(state=request.args.get("state") or None, limit=limit)
    return reply(TicketsView(items=[views.ticket(t, services, known, whole=False) for t in found]))


@blueprint.get("/<number:str>")
@operation(summary="One ticket, whole; the look is audited", auth="staff", tag="tickets", returns=TicketView, errors=(401, 403, 404))
async def get_ticket(request: Request, number: str) -> HTTPResponse:
    staff, services = await permitted(request, "desk.work"), services_of(request)
    found = await services.tickets.get(number=number)
    await services.audit.record(actor=staff.id, action="ticket.read", subject=found.number)
    return await _shown(request, found)


@blueprint.post("/<number:str>/transitions")
@operation(
    summary="Move a ticket on; an answer is told to the citizen", auth="staff", tag="tickets", body=StepBody, returns=TicketView,
    errors=(401, 403, 404, 409, 422),
)  # fmt: skip
async def step(request: Request, number: str) -> HTTPResponse:
    staff = await permitted(request, "desk.work")
    body = body_of(request, StepBody)
    moved = await services_of(request).tickets.transition(number=number, by=staff.id, **body.model_dump())
    return await _shown(request, moved)


async def _shown(request: Request, found: Ticket, status: int = 200) -> HTTPResponse:
    services = services_of(request)
    return reply(views.ticket(found, services, await views.people(services), whole=True), status)
