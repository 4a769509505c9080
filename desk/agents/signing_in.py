"""``/api/desk``: sign in and out, who I am, being there, colleagues."""

from __future__ import annotations

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, empty

from common.clock import iso
from common.web import bearer, body_of, operation, reply
from desk import views
from desk.access import count_login, permitted, services_of, signed_in
from desk.models import Colleagues, Login, MeView, PresenceBody, PresenceView, SignedInView

blueprint = Blueprint("desk-signing-in", url_prefix="/api/desk")


@blueprint.post("/login")
@operation(summary="Sign in", auth="public", tag="desk", body=Login, returns=SignedInView, errors=(401, 422, 429))
async def login(request: Request) -> HTTPResponse:
    count_login(request)
    body = body_of(request, Login)
    signed = await services_of(request).staff.login(username=body.username, password=body.password)
    return reply(SignedInView(token=signed.token, expires_at=iso(signed.expires_at), user=views.user(signed.staff)))


@blueprint.post("/logout")
@operation(summary="Sign out; citizens go back to the queue", auth="staff", tag="desk", status=204, errors=(401,))
async def logout(request: Request) -> HTTPResponse:
    staff, services = await signed_in(request), services_of(request)
    if staff.may("desk.work"):
        await services.handoff.set_presence(staff_id=staff.id, state="offline")
    await services.staff.logout(bearer(request))
    return empty()


@blueprint.get("/me")
@operation(summary="Who I am, and whether I take citizens", auth="staff", tag="desk", returns=MeView, errors=(401,))
async def me(request: Request) -> HTTPResponse:
    staff = await signed_in(request)
    mine = next((p for p in await views.presences(services_of(request)) if p.id == staff.id), None)
    return reply(MeView(user=views.user(staff), presence=mine))


@blueprint.put("/presence")
@operation(
    summary="Come online, go away or home; leaving gives one's citizens back to the queue", auth="staff", tag="desk", body=PresenceBody,
    returns=PresenceView, errors=(401, 403, 422),
)  # fmt: skip
async def put_presence(request: Request) -> HTTPResponse:
    staff, services = await permitted(request, "desk.work"), services_of(request)
    body = body_of(request, PresenceBody)
    there = await services.handoff.set_presence(staff_id=staff.id, state=body.state, capacity=body.capacity)
    return reply(views.presence(staff, there, len(await services.handoff.reading.connected(agent_id=staff.id))))


@blueprint.get("/colleagues")
@operation(summary="Who else is there, to hand on to", auth="staff", tag="desk", returns=Colleagues, errors=(401, 403))
async def colleagues(request: Request) -> HTTPResponse:
    staff = await permitted(request, "desk.work")
    return reply(Colleagues(items=[p for p in await views.presences(services_of(request)) if p.online and p.id != staff.id]))
