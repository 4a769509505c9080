"""Who is calling, and how often."""

from __future__ import annotations

from sanic import Request

from common.errors import InvalidInput
from common.limits import Limit
from common.web import bearer
from services.bootstrap import Services
from services.citizens.service import Citizen
from services.conversations.service import Session


def services_of(request: Request) -> Services:
    return request.app.ctx.services


async def citizen_session(request: Request) -> Session:
    """The session of the bearer token. :raises NotSignedIn, Unauthenticated, TooMany."""
    session = await services_of(request).conversations.sessions.of(bearer(request))
    limit: Limit = request.app.ctx.limits["chat"]
    limit.check(session.id)
    return session


def count_caller(request: Request, kind: str) -> None:
    """For public routes: by network address. :raises TooMany:"""
    request.app.ctx.limits[kind].check(request.remote_addr or request.ip)


async def bring_along(request: Request, visitor_token: str, citizen: Citizen) -> None:
    """:raises NotSignedIn: no such session. :raises InvalidInput: not a visitor's, or nobody is verified now."""
    services = services_of(request)
    visitor = await services.conversations.sessions.of(visitor_token)
    if not citizen.verified or not visitor.person_id.startswith("vs_"):
        raise InvalidInput(fields={"visitor_token": "only from a visitor to a verified citizen"})
    await services.recognise(visitor_id=visitor.person_id, citizen=citizen)
