"""Citizens of the mini-program on the public API: signing in, giving a number, allowing messages, and reading here instead of there."""

from __future__ import annotations

from sanic import Blueprint, Request
from sanic.response import HTTPResponse

from channels.base import ChannelOff, ChannelStopped, Place
from channels.miniprogram.catalogue import limits
from channels.miniprogram.channel import NAME, Miniprogram
from channels.miniprogram.errors import NotSignedInHere, TemplateUnknown
from channels.web.access import bring_along, citizen_session, count_caller, services_of
from channels.web.models import CitizenView, GivePhone, PhoneGiven, SessionOpened, Subscribe, SubscriptionsView
from channels.web.reading import as_read
from common.masking import shorten
from common.web import body_of, operation, reply
from services.conversations.service import Session

blueprint = Blueprint("wechat-citizens", url_prefix="/api/chat")


async def mini_program(request: Request) -> Miniprogram:
    """:raises ChannelOff: it is not configured here. :raises ChannelStopped: an operator stopped it."""
    channel = request.app.ctx.channels.get(NAME)
    if channel is None:
        raise ChannelOff(fields={"channel": NAME})
    if NAME in await services_of(request).deliveries.stops.all():
        raise ChannelStopped(fields={"channel": NAME})
    assert isinstance(channel, Miniprogram)
    return channel


async def wechat_session(request: Request, code: str, visitor_token: str | None) -> HTTPResponse:
    """A session of the citizen with that WeChat account, in the one talk he has with us there."""
    channel = await mini_program(request)
    session, token, citizen = await channel.signing_in.session(code)
    if visitor_token is not None:
        await bring_along(request, visitor_token, citizen)
    view = CitizenView(verified=citizen.verified, display_name=citizen.display_name)
    return reply(SessionOpened(session_id=session.id, token=token, citizen=view), 201)


async def reads_here(request: Request, session: Session, *, upto: int = 0, wait_s: float | None = None) -> None:
    """Whoever talks in the mini-program itself is not sent the same to his customer-service talk."""
    if session.channel == NAME:
        page = limits()["page"]
        for_s = page["answer_s"] if wait_s is None else wait_s + page["grace_s"]
        await services_of(request).deliveries.reading(conversation_id=session.conversation_id, upto=upto, for_s=for_s)


@blueprint.post("/phone")
@operation(
    summary="Give the telephone number of one's WeChat account, by the code of the mini-program's phone button; kept sealed, and put into a form",
    auth="citizen", tag="chat", body=GivePhone, returns=PhoneGiven, errors=(401, 404, 422, 429, 503),
)  # fmt: skip
async def give_phone(request: Request) -> HTTPResponse:
    session, services = await citizen_session(request), services_of(request)
    count_caller(request, "sessions")
    body = body_of(request, GivePhone)
    if body.form_id is not None:  # somebody else's, or no form at all: before the code is used up
        await services.forms.get(form_id=body.form_id, person_id=session.person_id)
    number = await (await mini_program(request)).signing_in.phone(body.wechat_code)
    await services.contacts.keep_phone(person_id=session.person_id, number=number)
    form = None
    if body.form_id is not None:
        form = await services.forms.fill(form_id=body.form_id, person_id=session.person_id, values={body.field: number})
    shown = as_read(request, services.forms.message(view=form)) if form is not None else None
    return reply(PhoneGiven(phone=shorten("phone", number), form=shown))


@blueprint.get("/subscriptions")
@operation(
    summary="Which subscription messages of the mini-program to ask the citizen for, by occasion, and which he has allowed", auth="citizen",
    tag="chat", returns=SubscriptionsView, errors=(401, 403, 404, 429, 503),
)  # fmt: skip
async def subscriptions(request: Request) -> HTTPResponse:
    session = await citizen_session(request)
    return reply(await _subscriptions(request, await mini_program(request), await _place(request, session)))


@blueprint.post("/subscriptions")
@operation(
    summary="Report what the citizen answered when he was asked for subscription messages: one yes is one message", auth="citizen", tag="chat",
    body=Subscribe, returns=SubscriptionsView, errors=(401, 403, 404, 422, 429, 503),
)  # fmt: skip
async def subscribe(request: Request) -> HTTPResponse:
    session, body = await citizen_session(request), body_of(request, Subscribe)
    channel, place, consents = await mini_program(request), await _place(request, session), services_of(request).contacts.consents
    templates = {t.id: t for t in channel.templates.values()}
    if unknown := set(body.answers) - set(templates):
        raise TemplateUnknown(fields={"answers": f"{len(unknown)} unknown"})
    for template_id, answer in body.answers.items():
        if answer.startswith("accept"):
            await consents.agreed(place=place, template=template_id, key=body.report_id, lasting=templates[template_id].lasting)
        elif answer == "reject":  # "ban" and "filter" are the platform's doing, not his
            await consents.refused(place=place, template=template_id)
    return reply(await _subscriptions(request, channel, place))


async def _place(request: Request, session: Session) -> Place:
    """His WeChat account in this talk. :raises NotSignedInHere: he came without one."""
    deliveries = services_of(request).deliveries
    for place in await deliveries.places_of(person_id=session.person_id):
        if place.channel == NAME and await deliveries.conversation_of(place=place) == session.conversation_id:
            return place
    raise NotSignedInHere


async def _subscriptions(request: Request, channel: Miniprogram, place: Place) -> SubscriptionsView:
    consents, found = services_of(request).contacts.consents, channel.templates.values()
    refused = await consents.refused_within(place=place, days=limits()["ask_again_days"])
    occasions: dict[str, list[str]] = {}
    for template in found:
        for occasion in template.asked:
            ids = occasions.setdefault(occasion, [])
            if template.id not in refused and template.id not in ids:
                ids.append(template.id)
    allowed = [t.name for t in found if await consents.allowed(place=place, template=t.id)]
    return SubscriptionsView(occasions=occasions, allowed=allowed)
