"""Who is calling, and how often."""

from __future__ import annotations

from sanic import Request

from common.limits import Limit
from common.web import bearer
from services.bootstrap import Services
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
