"""From a card in the talk to our own pages, as the same citizen: WeChat tells us who opens the page (OAuth, ``snsapi_base``, no question asked),
and the page goes on with his talk. A card that was forwarded shows its new reader nothing of its first.

``GET /channels/wechat_oa/enter?account=…&page=…`` notes a number in a cookie and sends him to WeChat; WeChat sends him back with a code
and that number. Only a browser that began here may finish here, so nobody can be let into another's talk unawares.
"""

from __future__ import annotations

import json
import re
import secrets
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import structlog
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import Blueprint, Request
from sanic.response import HTTPResponse, html, redirect

from channels.base import ChannelOff, Place, SendFailed
from channels.scripts import script, written
from channels.wechat.crypto import same
from channels.wechat_oa.catalogue import limits, words
from common.errors import InvalidInput
from common.web import operation
from services.conversations.service import preferred_script

if TYPE_CHECKING:
    from channels.wechat_oa.channel import OfficialAccount

log = structlog.get_logger(__name__)
NAME, PATH = "wechat_oa", "/channels/wechat_oa/enter"
blueprint = Blueprint("wechat-oa-pages", url_prefix="/channels/wechat_oa")
_PUBLIC = re.compile(r"/#/guide/[a-z0-9-]{1,80}")
_PAGE, _ACCOUNT, _COOKIE = re.compile(r"/(?:#/[A-Za-z0-9_/-]{0,120})?"), re.compile(r"[A-Za-z0-9_-]{1,64}"), "bangban_enter"


def entrance(public_url: str, *, account: str, page: str) -> str:
    """The address on a card that leads to ``page`` (``/#/form/…``)."""
    return f"{public_url.rstrip('/')}{PATH}?{urlencode({'account': account, 'page': page})}"


def for_anybody(page: str) -> bool:
    """Whether a page shows the same to whoever opens it."""
    return _PUBLIC.fullmatch(page) is not None


@blueprint.get("/enter")
@operation(
    summary="Opens a page of the citizen's from a card in WeChat: to WeChat and back, then on with his talk", auth="platform", tag="channels",
    query={"account": "original id of the account he writes to", "page": "where to", "code": "from WeChat", "state": "from WeChat"},
    media="text/html", errors=(404, 422),
)  # fmt: skip
async def enter(request: Request) -> HTTPResponse:
    channel = request.app.ctx.channels.get(NAME)
    if channel is None or not channel.verified or not channel.public_url:
        raise ChannelOff(fields={"channel": NAME})
    account, page = request.args.get("account") or "", request.args.get("page") or "/"
    if not _ACCOUNT.fullmatch(account) or not _PAGE.fullmatch(page):
        raise InvalidInput(fields={"page": "unknown"})
    stopped = NAME in await request.app.ctx.services.deliveries.stops.all()
    code, state = request.args.get("code"), request.args.get("state") or ""
    if code is None and not stopped:
        return _to_wechat(channel, account, page)
    began = request.cookies.get(_COOKIE) or ""
    known = code is not None and not stopped and began != "" and same(began, state)
    session = await _session(channel, request, account, code or "") if known else None
    with written(preferred_script(request.headers.get("accept-language"))):
        answer = _goes_on(session, page) if session else _without_session(channel, page)
    answer.delete_cookie(_COOKIE, path=PATH)
    return answer


def _without_session(channel: OfficialAccount, page: str) -> HTTPResponse:
    """A guide is for anybody, whoever was sent its card first."""
    if for_anybody(page):
        return redirect(f"{(channel.public_url or '').rstrip('/')}{page}", headers={"Cache-Control": "no-store"})
    return _page("lost.html", words=words()["entering"], lang={"hans": "zh-Hans-CN", "hant": "zh-Hant-HK"}[script()])


def _to_wechat(channel: OfficialAccount, account: str, page: str) -> HTTPResponse:
    state = secrets.token_hex(16)
    query = {
        "appid": channel.app_id, "redirect_uri": entrance(channel.public_url or "", account=account, page=page), "response_type": "code",
        "scope": "snsapi_base", "state": state,
    }  # fmt: skip
    answer = redirect(f"{limits()['authorize_url']}?{urlencode(query)}#wechat_redirect", headers={"Cache-Control": "no-store"})
    secure = (channel.public_url or "").startswith("https://")
    answer.add_cookie(_COOKIE, state, path=PATH, max_age=600, httponly=True, secure=secure, samesite="Lax")
    return answer


async def _session(channel: OfficialAccount, request: Request, account: str, code: str) -> dict[str, Any] | None:
    """A session in his own talk, as the page keeps it; None when WeChat does not know the code, or we do not know him."""
    services = request.app.ctx.services
    try:
        place = Place(NAME, account, await channel.opened_by(code))
    except SendFailed as error:
        log.info("wechat_oa.enter.refused", reason=error.reason)
        return None
    conversation_id = await services.deliveries.conversation_of(place=place)
    if conversation_id is None:
        return None
    citizen = await services.citizens.get(person_id=await services.deliveries.person_at(place=place))
    session, token = await services.conversations.sessions.join(conversation_id=conversation_id, person_id=citizen.id)
    view = {"verified": citizen.verified, "display_name": citizen.display_name}
    return {"session_id": session.id, "token": token, "citizen": view, "as": None}


def _goes_on(session: dict[str, Any], page: str) -> HTTPResponse:
    kept = json.dumps(json.dumps(session)).replace("<", "\\u003c")  # a string of JavaScript that cannot end its script
    return _page("entered.html", session=kept, page=json.dumps(page), nonce=secrets.token_urlsafe(16))


def _page(template: str, **values: Any) -> HTTPResponse:
    script = f"'nonce-{values['nonce']}'" if "nonce" in values else "'none'"
    headers = {
        "Content-Security-Policy": f"default-src 'none'; script-src {script}; style-src 'unsafe-inline'; frame-ancestors 'none'",
        "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
    }  # fmt: skip
    return html(_templates().get_template(template).render(**values), headers=headers)


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(Path(__file__).parent / "pages"), undefined=StrictUndefined, autoescape=False)
