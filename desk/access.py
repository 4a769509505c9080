"""Who is calling, what he may do, how often. Every desk view asks exactly one permission question, here."""

from __future__ import annotations

from sanic import Request

from common.limits import Limit
from common.web import bearer
from services.bootstrap import Services
from services.staff.service import Permission, Staff

_requests = Limit(900)  # a minute, per person
_logins = Limit(120)  # a minute, per network address: a whole call centre may share one


def services_of(request: Request) -> Services:
    return request.app.ctx.services


async def permitted(request: Request, permission: Permission) -> Staff:
    """The caller, if his role carries the permission; also a sign that he is there.

    :raises Unauthenticated, NotSignedIn, NotPermitted, TooMany:
    """
    return await with_token(request, bearer(request), permission)


async def with_token(request: Request, token: str, permission: Permission) -> Staff:
    """For the stream, whose token comes in the address."""
    services = services_of(request)
    staff = await services.staff.permitted(token, permission)
    _requests.check(staff.id)
    if staff.may("desk.work"):
        await services.handoff.presence.touch(staff.id)
    return staff


async def signed_in(request: Request) -> Staff:
    """Anybody on the staff. :raises Unauthenticated, NotSignedIn, TooMany:"""
    staff = await services_of(request).staff.of(bearer(request))
    _requests.check(staff.id)
    return staff


def count_login(request: Request) -> None:
    """:raises TooMany:"""
    _logins.check(request.remote_addr or request.ip)
