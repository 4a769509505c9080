"""What I am told by SMS, e-mail and the like: which way, about what, and where my mail goes; and the way out that every mail names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr
from sanic import Blueprint, Request
from sanic.response import HTTPResponse, html

from channels.notices import mail_text
from channels.notices.mail import Mail, for_his_eyes
from channels.scripts import converted, written
from channels.web.access import citizen_session, count_caller, services_of
from common.errors import InvalidInput
from common.web import body_of, operation, reply
from services.notices.errors import AddressInvalid, Gone, MailOff, MailUnavailable, Refused, TryLater, WayUnknown
from services.notices.ports import Notifier
from services.notices.service import TOPICS, Mailbox, Topic, Wishes, in_order, label_of_way, words

blueprint = Blueprint("notices", url_prefix="/api")


class SwitchView(BaseModel):
    topic: Topic
    label: str
    on: bool


class WayView(BaseModel):
    """``reaches``: where, shortened; None where the way has nothing to show or does not reach him."""

    way: str
    label: str
    reaches: str | None
    topics: list[SwitchView]


class MailboxView(BaseModel):
    """``address`` is the confirmed one, ``asked`` one that waits for its code; both shortened."""

    state: str
    address: str | None
    asked: str | None


class NoticesView(BaseModel):
    """``ways`` in the order in which they are tried; a notice goes by the first that reaches him. ``email``: None where no mail is sent."""

    ways: list[WayView]
    email: MailboxView | None


class NoticesBody(BaseModel):
    """``order``: names of ways, first choice first. ``switches``: way → topic → on or off; what is not named stays."""

    model_config = ConfigDict(extra="forbid")

    order: list[StrictStr] | None = Field(None, max_length=10)
    switches: dict[StrictStr, dict[Topic, StrictBool]] = Field({}, max_length=10)


class AddressBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    address: StrictStr = Field(min_length=3, max_length=300)


class CodeBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    code: StrictStr = Field(min_length=1, max_length=20)


@blueprint.get("/me/notices")
@operation(summary="Which notices reach me, and by which way", auth="citizen", tag="notices", returns=NoticesView, errors=(401,))
async def show(request: Request) -> HTTPResponse:
    return await _view(request, (await citizen_session(request)).person_id)


@blueprint.put("/me/notices")
@operation(
    summary="Switch notices on and off; choose the order of ways",
    auth="citizen",
    tag="notices",
    body=NoticesBody,
    returns=NoticesView,
    errors=(401, 422),
)
async def change(request: Request) -> HTTPResponse:
    session, body = await citizen_session(request), body_of(request, NoticesBody)
    unknown = {*(body.order or ()), *body.switches} - set(_ways(request))
    if unknown:
        raise WayUnknown(fields={"way": sorted(unknown)})
    await services_of(request).notices.wishes.change(person_id=session.person_id, order=body.order, switches=body.switches)
    return await _view(request, session.person_id)


@blueprint.post("/me/notices/email")
@operation(
    summary="Have a code sent to an address that is to get my mail", auth="citizen", tag="notices", body=AddressBody, returns=NoticesView, status=202,
    errors=(401, 403, 404, 422, 429, 503),
)  # fmt: skip
async def ask_address(request: Request) -> HTTPResponse:
    session, address = await citizen_session(request), body_of(request, AddressBody).address
    mail = _ways(request).get("email")
    if not isinstance(mail, Mail):
        raise MailOff
    try:
        notices = services_of(request).notices
        with written(await notices.script_of(person_id=session.person_id)):
            await notices.mailboxes.ask(person_id=session.person_id, address=address, post=mail.send_code)
    except TryLater as error:
        raise MailUnavailable from error
    except (Gone, Refused) as error:  # the server knows that nobody has it
        raise AddressInvalid(fields={"address": "refused"}) from error
    return await _view(request, session.person_id, status=202)


@blueprint.post("/me/notices/email/confirm")
@operation(summary="Prove by its code that the address is mine", auth="citizen", tag="notices", body=CodeBody, returns=NoticesView, errors=(401, 422))
async def confirm_address(request: Request) -> HTTPResponse:
    session, code = await citizen_session(request), body_of(request, CodeBody).code
    await services_of(request).notices.mailboxes.confirm(person_id=session.person_id, code=code)
    return await _view(request, session.person_id)


@blueprint.delete("/me/notices/email")
@operation(summary="No mail any more; the address is forgotten", auth="citizen", tag="notices", returns=NoticesView, errors=(401,))
async def drop_address(request: Request) -> HTTPResponse:
    session = await citizen_session(request)
    await services_of(request).notices.mailboxes.drop(person_id=session.person_id)
    return await _view(request, session.person_id)


_LINK = {"mailbox": "id in the link", "topic": "appointment, case or ticket", "key": "signature"}


@blueprint.get("/notices/unsubscribe")
@operation(summary="Asks whether mail of this topic is to end", auth="link", tag="notices", query=_LINK, media="text/html", errors=(403, 422))
async def ask_to_leave(request: Request) -> HTTPResponse:
    """Nothing is done yet: mail scanners open every link."""
    return await _leave(request, done=False)


@blueprint.post("/notices/unsubscribe")
@operation(
    summary="Ends mail of this topic; mail programs call it by themselves (RFC 8058)", auth="link", tag="notices", query=_LINK, media="text/html",
    errors=(403, 422),
)  # fmt: skip
async def leave(request: Request) -> HTTPResponse:
    return await _leave(request, done=True)


async def _leave(request: Request, *, done: bool) -> HTTPResponse:
    count_caller(request, "search")
    topic, link = request.args.get("topic") or "", {name: request.args.get(name) or "" for name in ("mailbox", "key")}
    if topic not in get_args(Topic):
        raise InvalidInput(fields={"topic": "unknown"})
    notices = services_of(request).notices
    if done:
        await notices.unsubscribe(mailbox_id=link["mailbox"], topic=topic, key=link["key"])
    else:
        notices.check_link(mailbox_id=link["mailbox"], topic=topic, key=link["key"])
    owner = await notices.mailboxes.owner(mailbox_id=link["mailbox"])
    with written(await notices.script_of(person_id=owner) if owner else "hans"):
        named = converted(words()["topics"][topic])
        shown = mail_text.page("unsubscribe.html", words=mail_text.words()["page"], topic=named, done=done)
    return html(shown, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


def _ways(request: Request) -> Mapping[str, Notifier]:
    return request.app.ctx.ways


async def _view(request: Request, person_id: str, *, status: int = 200) -> HTTPResponse:
    notices, ways = services_of(request).notices, _ways(request)
    wishes = await notices.wishes.of(person_id=person_id)
    listed = [await _way(ways[name], wishes, person_id) for name in in_order(list(ways), wishes.order, notices.order)]
    mailbox = _mailbox(await notices.mailboxes.of(person_id=person_id)) if "email" in ways else None
    return reply(NoticesView(ways=listed, email=mailbox), status)


async def _way(way: Notifier, wishes: Wishes, person_id: str) -> WayView:
    try:
        reaches = await way.shown(person_id=person_id)
    except TryLater:
        reaches = None
    topics = [SwitchView(topic=topic, label=words()["topics"][topic], on=wishes.wants(way.name, topic)) for topic in TOPICS]
    return WayView(way=way.name, label=label_of_way(way.name), reaches=reaches, topics=topics)


def _mailbox(box: Mailbox) -> MailboxView:
    address, asked = (for_his_eyes(a) if a else None for a in (box.address, box.asked))
    return MailboxView(state=box.state, address=address, asked=asked)
