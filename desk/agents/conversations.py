"""``/api/desk/queue`` and ``/api/desk/conversations``: who waits, what is known of him, and everything one does with a conversation."""

from __future__ import annotations

from sanic import Blueprint, Request
from sanic.response import HTTPResponse

from common.errors import InvalidInput
from common.web import body_of, number_in, operation, reply
from desk import views
from desk.access import permitted, services_of
from desk.agents.cards import card
from desk.models import (
    ClaimBody,
    Claimed,
    ConversationPage,
    NoteBody,
    NoteView,
    OpenConversations,
    QueueView,
    ReleaseBody,
    SendBody,
    TakeOverBody,
)
from services.messages.model import Message, Text

blueprint = Blueprint("desk-conversations", url_prefix="/api/desk")


@blueprint.get("/queue")
@operation(summary="Who waits, in the order of service", auth="staff", tag="desk", returns=QueueView, errors=(401, 403))
async def queue(request: Request) -> HTTPResponse:
    await permitted(request, "desk.work")
    return reply(QueueView(items=views.queue(await services_of(request).handoff.reading.queue())))


@blueprint.get("/conversations")
@operation(
    summary="My open conversations; with all=1, for supervisors, everybody's", auth="staff", tag="desk", returns=OpenConversations,
    query={"mine": "1: mine (the default)", "all": "1: everybody's"}, errors=(401, 403),
)  # fmt: skip
async def list_conversations(request: Request) -> HTTPResponse:
    everybody = request.args.get("all") == "1"
    staff = await permitted(request, "desk.supervise" if everybody else "desk.work")
    found = await services_of(request).handoff.reading.connected(agent_id=None if everybody else staff.id)
    return reply(OpenConversations(items=[views.open_conversation(e) for e in found]))


@blueprint.get("/conversations/<conversation_id:str>")
@operation(
    summary="A conversation with its package; whole for its owner and supervisors, masked for other agents", auth="staff", tag="desk",
    returns=ConversationPage, query={"after": "messages after this sequence number"}, errors=(401, 403, 404),
)  # fmt: skip
async def get_conversation(request: Request, conversation_id: str) -> HTTPResponse:
    staff, services = await permitted(request, "desk.work"), services_of(request)
    after = int(number_in(request, "after", default=0, low=0, high=2**53))
    view = await services.handoff.reading.view(staff=staff, conversation_id=conversation_id, after=after)
    known = await views.people(services)
    page = ConversationPage(
        conversation=views.conversation(view.conversation), messages=view.messages, package=view.package, suggestions=view.suggestions,
        notes=[views.note(n, known) for n in view.notes], masked=not view.whole, can_write=view.can_write,
        reach=await views.reach(services, conversation_id),
    )  # fmt: skip
    return reply(page)


@blueprint.post("/conversations/<conversation_id:str>/claim")
@operation(
    summary="Take who waits; 409 with the owner when somebody was faster", auth="staff", tag="desk", body=ClaimBody, returns=Claimed,
    errors=(401, 403, 404, 409, 422),
)  # fmt: skip
async def claim(request: Request, conversation_id: str) -> HTTPResponse:
    staff = await permitted(request, "desk.work")
    body = body_of(request, ClaimBody)
    taken = await services_of(request).handoff.serving.claim(staff=staff, conversation_id=conversation_id, version=body.version)
    return reply(Claimed(conversation=views.conversation(taken)))


@blueprint.post("/conversations/<conversation_id:str>/messages")
@operation(
    summary="Write, or send a guide's card; only the owner, or a supervisor with a reason", auth="staff", tag="desk", body=SendBody,
    returns=Message, status=201, errors=(401, 403, 404, 422),
)  # fmt: skip
async def send(request: Request, conversation_id: str) -> HTTPResponse:
    staff, services = await permitted(request, "desk.work"), services_of(request)
    body = body_of(request, SendBody)
    message: Message = Text(text=body.text or "")
    if body.guide_id:
        conversation = await services.conversations.conversation(conversation_id)
        message = await card(services, conversation, guide_id=body.guide_id, section=body.section)
    sent = await services.handoff.serving.send(
        staff=staff, conversation_id=conversation_id, message=message, reason=body.reason, client_message_id=body.client_message_id
    )
    return reply(sent, 201)


@blueprint.post("/conversations/<conversation_id:str>/release")
@operation(
    summary="Give a conversation to the bot, the queue, a colleague, or close it", auth="staff", tag="desk", body=ReleaseBody, returns=Claimed,
    errors=(401, 403, 404, 409, 422),
)  # fmt: skip
async def release(request: Request, conversation_id: str) -> HTTPResponse:
    staff = await permitted(request, "desk.work")
    body = body_of(request, ReleaseBody)
    if body.agent and body.to != "agent":
        raise InvalidInput(fields={"agent": "only with to=agent"})
    moved = await services_of(request).handoff.serving.release(
        staff=staff, conversation_id=conversation_id, to=body.to, colleague_id=body.agent, note=body.note or None
    )
    return reply(Claimed(conversation=views.conversation(moved)))


@blueprint.post("/conversations/<conversation_id:str>/notes")
@operation(summary="Leave a note for colleagues", auth="staff", tag="desk", body=NoteBody, returns=NoteView, status=201, errors=(401, 403, 404, 422))
async def add_note(request: Request, conversation_id: str) -> HTTPResponse:
    staff = await permitted(request, "desk.work")
    body = body_of(request, NoteBody)
    note = await services_of(request).handoff.serving.note(staff=staff, conversation_id=conversation_id, **body.model_dump())
    return reply(views.note(note, {staff.id: staff}), 201)


@blueprint.post("/conversations/<conversation_id:str>/takeover")
@operation(
    summary="Make oneself the owner, whoever has it, with a reason", auth="staff", tag="desk", body=TakeOverBody, returns=Claimed,
    errors=(401, 403, 404, 422),
)  # fmt: skip
async def take_over(request: Request, conversation_id: str) -> HTTPResponse:
    staff = await permitted(request, "desk.supervise")
    body = body_of(request, TakeOverBody)
    taken = await services_of(request).handoff.serving.take_over(staff=staff, conversation_id=conversation_id, reason=body.reason)
    return reply(Claimed(conversation=views.conversation(taken)))
