"""``/api/desk/stream``: what happens at the desk, as it happens.

Sent: ``{"type": "queue", "items"}`` · ``{"type": "conversation", "conversation"}`` · ``{"type": "message", "conversation_id",
"message"}`` · ``{"type": "reach", "conversation_id", "reach"}`` (how far the citizen has it) · ``{"type": "presence", "agents"}`` ·
``{"type": "tickets"}``. One's own conversations are followed by themselves; ``{"watch": id}`` and ``{"unwatch": id}`` follow another. An open
stream is a heartbeat.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import structlog
from pydantic import BaseModel
from sanic import Blueprint, Request
from sanic.exceptions import WebsocketClosed
from sanic.server.websockets.impl import WebsocketImplProtocol
from websockets.exceptions import ConnectionClosed

from common.errors import BangbanError
from common.web import operation
from desk import views
from desk.access import services_of, with_token
from services.bootstrap import Services
from services.conversations.service import DESK
from services.staff.service import Staff

log = structlog.get_logger(__name__)
blueprint = Blueprint("desk-stream", url_prefix="/api/desk")
_LOOK_EVERY_S, _GATHER_S, _HEARTBEAT_S = 5.0, 0.1, 20.0
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Feed:
    """What one open desk has been told, so that only news are sent."""

    def __init__(self, services: Services, staff: Staff, send: Send):
        self._services, self._staff, self._send = services, staff, send
        self._last: dict[str, bytes] = {}
        self._seen: dict[str, int] = {}
        self._watched: set[str] = set()

    async def catch_up(self, kinds: set[str | None], concerned: set[str]) -> None:
        """Sends what changed. ``kinds`` of events since the last time; ``concerned`` are the conversations they named."""
        items = views.queue(await self._services.handoff.reading.queue())
        await self._if_new("queue", {"type": "queue", "items": items}, compare=[(i.conversation_id, i.version) for i in items])
        if "presence" in kinds or concerned or not self._last.get("presence"):
            await self._if_new("presence", {"type": "presence", "agents": await views.presences(self._services)})
        if "tickets" in kinds:
            await self._send({"type": "tickets"})
        mine = {e.conversation_id for e in await self._services.handoff.reading.connected(agent_id=self._staff.id)}
        for conversation_id in mine | self._watched | (concerned & self._seen.keys()):
            await self._conversation(conversation_id, follow=conversation_id in mine | self._watched)

    async def _conversation(self, conversation_id: str, *, follow: bool) -> None:
        try:
            conversation = await self._services.conversations.conversation(conversation_id)
        except BangbanError:  # erased
            self._seen.pop(conversation_id, None)
            self._watched.discard(conversation_id)
            return
        await self._if_new(conversation_id, {"type": "conversation", "conversation": views.conversation(conversation)})
        if not follow:  # no longer mine: that it went is the last I hear of it
            self._seen.pop(conversation_id, None)
            return
        if conversation_id not in self._seen:  # its past is read with the conversation; here only what comes
            past = await self._services.conversations.messages(conversation_id=conversation_id, limit=100_000)
            self._seen[conversation_id] = past[-1].seq if past else 0
        for message in await self._services.conversations.messages(conversation_id=conversation_id, after=self._seen[conversation_id]):
            shown = await self._services.handoff.reading.message_for(staff=self._staff, conversation=conversation, message=message)
            await self._send({"type": "message", "conversation_id": conversation_id, "message": shown})
            self._seen[conversation_id] = message.seq
        if reach := await views.reach(self._services, conversation_id):
            await self._if_new(f"reach {conversation_id}", {"type": "reach", "conversation_id": conversation_id, "reach": reach})

    async def _if_new(self, key: str, event: dict[str, Any], compare: Any = None) -> None:
        state = orjson.dumps(event if compare is None else compare, default=_plain)
        if self._last.get(key) != state:
            self._last[key] = state
            await self._send(event)

    async def asked(self, wish: Any) -> None:
        """``watch`` a conversation one may see, or stop; anything else is not understood and left alone."""
        if not isinstance(wish, dict):
            return
        if isinstance(wish.get("watch"), str):
            with contextlib.suppress(BangbanError):
                await self._services.handoff.reading.look(staff=self._staff, conversation_id=wish["watch"])
                self._watched.add(wish["watch"])
        self._watched.discard(wish.get("unwatch") if isinstance(wish.get("unwatch"), str) else "")


@blueprint.websocket("/stream")
@operation(summary="WebSocket of queue, conversations, messages, presence", auth="staff", tag="desk", query={"token": "staff token"})
async def stream(request: Request, socket: WebsocketImplProtocol) -> None:
    services, token = services_of(request), request.args.get("token") or ""
    try:
        staff = await with_token(request, token, "desk.work")
    except BangbanError as error:  # the handshake is done, so the refusal is a close code: 4401, 4403, 4429
        await socket.close(4000 + error.status, error.code)
        return

    async def send(event: dict[str, Any]) -> None:
        await socket.send(orjson.dumps(event, default=_plain).decode())

    feed = Feed(services, staff, send)
    with services.events.subscribe(DESK) as queue:
        tasks = [asyncio.create_task(work) for work in (_read(socket, feed, queue), _stay(services, staff, token), _follow(feed, queue))]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                if (error := task.exception()) and not isinstance(error, (ConnectionClosed, WebsocketClosed)):
                    log.error("desk.stream.failed", staff_id=staff.id, exc_info=error)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _follow(feed: Feed, queue: asyncio.Queue[dict[str, Any]]) -> None:
    kinds: set[str | None] = set()
    concerned: set[str] = set()
    while True:
        await feed.catch_up(kinds, concerned)
        kinds, concerned = set(), set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_EVERY_S):  # before Python 3.12 wait_for may lose a cancellation
                events = [await queue.get()]
            await asyncio.sleep(_GATHER_S)  # what comes together is told together
            while not queue.empty():
                events.append(queue.get_nowait())
            kinds = {e.get("kind") for e in events}
            concerned = {e["conversation_id"] for e in events if e.get("conversation_id")}


async def _read(socket: WebsocketImplProtocol, feed: Feed, queue: asyncio.Queue[dict[str, Any]]) -> None:
    """Ends when the page closes the socket."""
    while (raw := await socket.recv()) is not None:
        with contextlib.suppress(orjson.JSONDecodeError):
            await feed.asked(orjson.loads(raw))
            queue.put_nowait({"kind": "asked"})


async def _stay(services: Services, staff: Staff, token: str) -> None:
    """The heartbeat; ends when the token does."""
    while True:
        await asyncio.sleep(_HEARTBEAT_S)
        try:
            await services.staff.of(token)
        except BangbanError:
            return
        await services.handoff.presence.touch(staff.id)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(type(value).__name__)
