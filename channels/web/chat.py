"""``/api/chat``: sessions, messages, long-poll, stream, pictures, erasure."""

from __future__ import annotations

import asyncio
import contextlib

import orjson
from sanic import Blueprint, Request
from sanic.response import HTTPResponse
from sanic.server.websockets.impl import WebsocketImplProtocol

from channels.labels import label_of
from channels.web.access import bring_along, citizen_session, count_caller, services_of
from channels.web.models import CitizenView, Erased, MessagesView, OpenSession, SendMessage, SessionOpened, TurnView, Uploaded
from channels.web.wechat import reads_here, wechat_session
from common.errors import InvalidInput
from common.ids import new_id
from common.web import body_of, number_in, operation, reply
from services.conversations.errors import UploadInvalid
from services.conversations.service import DialogueState, Incoming, TurnResult, preferred_script
from services.conversations.uploads import MAX_BYTES
from services.messages.rendering import words

blueprint = Blueprint("chat", url_prefix="/api/chat")
_ANSWER_WAIT_S = 25.0
_PING_S = 20.0


@blueprint.post("/sessions")
@operation(
    summary="Open a chat session; the forms begun in an anonymous one may come along", auth="public", tag="chat", body=OpenSession,
    returns=SessionOpened, status=201, errors=(401, 403, 404, 422, 429, 503),
)  # fmt: skip
async def open_session(request: Request) -> HTTPResponse:
    count_caller(request, "sessions")
    body = body_of(request, OpenSession)
    services = services_of(request)
    if body.wechat_code is not None:
        return await wechat_session(request, body.wechat_code, body.visitor_token)
    citizen = (
        await services.citizens.sandbox(name=body.sandbox_citizen) if body.sandbox_citizen else await services.citizens.get(person_id=new_id("vs"))
    )
    if body.visitor_token is not None:
        await bring_along(request, body.visitor_token, citizen)
    # A verified citizen's profile says which script he prefers; of a visitor his browser may know, until he writes or chooses otherwise.
    script = citizen.script if citizen.verified else preferred_script(request.headers.get("accept-language"))
    state = DialogueState(script=script, script_chosen=citizen.verified)
    session, token = await services.conversations.sessions.open(person_id=citizen.id, channel="web", state=state)
    view = CitizenView(verified=citizen.verified, display_name=citizen.display_name)
    return reply(SessionOpened(session_id=session.id, token=token, citizen=view), 201)


@blueprint.post("/messages")
@operation(summary="Say something, or tap a button", auth="citizen", tag="chat", body=SendMessage, returns=TurnView, errors=(401, 404, 422, 429))
async def send_message(request: Request) -> HTTPResponse:
    session = await citizen_session(request)
    await reads_here(request, session)
    body = body_of(request, SendMessage)
    conversations = services_of(request).conversations
    incoming = _incoming(body)
    if body.upload_id is not None:
        await conversations.uploaded(upload_id=body.upload_id, person_id=session.person_id)  # refuses what is not the person's own
    label = None if body.text is not None else await _label(request, session.conversation_id, incoming)
    turn_id = await conversations.receive(conversation_id=session.conversation_id, incoming=incoming, label=label)
    result = await conversations.result(conversation_id=session.conversation_id, turn_id=turn_id, timeout_s=_ANSWER_WAIT_S)
    return reply(_turn_view(result))


def _incoming(body: SendMessage) -> Incoming:
    message_id = body.client_message_id or new_id("cm")
    if body.text is not None:
        return Incoming("text", body.text, message_id)
    if body.payload is not None:
        return Incoming("payload", body.payload, message_id)
    return Incoming("upload", body.upload_id or "", message_id)


async def _label(request: Request, conversation_id: str, incoming: Incoming) -> str:
    """What the record shows for a tap: the words of the button."""
    if incoming.kind == "upload":
        return words()["picture"]
    return await label_of(services_of(request).conversations, conversation_id, incoming.content)


def _turn_view(result: TurnResult) -> dict[str, object]:
    conversation = {"id": result.conversation_id, "owner": result.owner, "version": result.version}
    return {"messages": result.messages, "conversation": conversation, "outcome": result.outcome and result.outcome.model_dump(exclude_none=True)}


@blueprint.get("/messages")
@operation(
    summary="Messages of both directions after a sequence number, waited for up to 25 seconds", auth="citizen", tag="chat", returns=MessagesView,
    query={"after": "sequence number", "wait": "seconds, 0 to 25"}, errors=(401, 422, 429),
)  # fmt: skip
async def get_messages(request: Request) -> HTTPResponse:
    session = await citizen_session(request)
    after = int(number_in(request, "after", default=0, low=0, high=2**53))
    wait = number_in(request, "wait", default=0, low=0, high=25)
    await reads_here(request, session, upto=after, wait_s=wait)
    found = await services_of(request).conversations.wait_messages(conversation_id=session.conversation_id, after=after, wait_s=wait)
    return reply({"messages": found})


@blueprint.websocket("/stream")
@operation(
    summary="WebSocket of the same messages as they come", auth="citizen", tag="chat", query={"token": "session token", "after": "sequence number"}
)
async def stream(request: Request, socket: WebsocketImplProtocol) -> None:
    conversations = services_of(request).conversations
    session = await conversations.sessions.of(request.args.get("token") or "")
    seen = int(number_in(request, "after", default=-1, low=-1, high=2**53))
    if seen < 0:
        history = await conversations.messages(conversation_id=session.conversation_id, limit=5000)
        seen = history[-1].seq if history else 0
    with conversations.events.subscribe(session.conversation_id) as queue:
        reader = asyncio.create_task(_until_closed(socket))
        try:
            while not reader.done():
                for message in await conversations.messages(conversation_id=session.conversation_id, after=seen):
                    await socket.send(orjson.dumps(message.model_dump(mode="json")).decode())
                    seen = message.seq
                await reads_here(request, session, upto=seen, wait_s=_PING_S)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(2.0):  # before Python 3.12 wait_for may lose a cancellation
                        await queue.get()
        finally:
            reader.cancel()


async def _until_closed(socket: WebsocketImplProtocol) -> None:
    """Nothing is expected from the page; reading is how a closed socket is noticed."""
    while await socket.recv() is not None:
        pass


@blueprint.post("/uploads")
@operation(
    summary="Upload a picture (at most 8 MiB)", auth="citizen", tag="chat", upload="file", returns=Uploaded, status=201, errors=(401, 413, 422)
)
async def upload(request: Request) -> HTTPResponse:
    session = await citizen_session(request)
    files = [f for listed in (request.files or {}).values() for f in listed]
    if len(files) != 1:
        raise InvalidInput(fields={"file": "missing" if not files else "one"})
    if len(files[0].body) > MAX_BYTES:
        raise UploadInvalid(fields={"file": "too_large"})
    upload_id = await services_of(request).conversations.upload(session=session, body=files[0].body)
    return reply({"upload_id": upload_id}, 201)


@blueprint.delete("/me")
@operation(summary="Erase what the law lets a citizen erase", auth="citizen", tag="chat", returns=Erased, errors=(401,))
async def erase(request: Request) -> HTTPResponse:
    session = await citizen_session(request)
    return reply(await services_of(request).erase(person_id=session.person_id))
