"""The one door to the bot: ``POST /webhooks/bangban/turn``, for the gateway on the same machine.

Request ``{"sender", "text", "metadata": {"turn_id", "conversation_id", "pending", "offers", "has_guide", "has_form", "form_found",
"plain", "script"}}``; answer ``{"outputs": [{"text"?, "response"?, "buttons"?, "custom"?}], "intent": {"name", "confidence", "how"},
"entities": […], "action", "actions"}``. A message that came to nothing is a 503 ``{"error": {"code", "message"}}``, never an empty list.
The token of ``credentials.yml`` is asked for as ``?token=`` or ``Authorization: Bearer`` (Rasa's own ``--auth-token`` does not
guard channels). ``GET /webhooks/bangban/health`` says whether a model is loaded. No text is ever logged here.
"""

from __future__ import annotations

import hmac
import logging
import re
from collections.abc import Awaitable, Callable
from json import loads
from typing import Any

import rasa.core.agent
from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.core.lock_store import LockError
from rasa.shared.exceptions import RasaException
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from components.processor import TurnFailed, TurnProcessor, TurnResult, output_channel

logger = logging.getLogger(__name__)
LONGEST_TEXT = 5000
_PAYLOAD = re.compile(r"^/([a-z][a-z0-9_]*)\s*(\{.*\})?\s*$", re.S)

rasa.core.agent.MessageProcessor = TurnProcessor  # the agent, loaded later, builds its processor from this name


class TurnChannel(InputChannel):
    """``credentials.yml``: ``components.channel.TurnChannel: {token: ${BANGBAN_RASA_TOKEN}}``."""

    def __init__(self, token: str) -> None:
        self._token = token

    @classmethod
    def name(cls) -> str:
        return "bangban"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> TurnChannel:
        token = str((credentials or {}).get("token") or "")
        if not token:
            raise RasaException("components.channel.TurnChannel needs a token (BANGBAN_RASA_TOKEN)")
        return cls(token)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        channel = Blueprint("bangban_channel")

        @channel.get("/health")
        async def health(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            ready = bool(agent and agent.is_ready())
            return json({"status": "ok" if ready else "starting", "model": agent.model_id if ready else None}, status=200 if ready else 503)

        @channel.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            if not self._allowed(request):
                return refusal(401, "bot.unauthorised", "a valid token is required")
            message, problem = read_message(request, self.name())
            if message is None:
                return refusal(400, "bot.bad_request", problem)
            try:
                return json(as_json(await run(getattr(request.app.ctx, "agent", None), message)))
            except TurnFailed as failure:
                logger.warning("turn.failed: %s (turn %s)", failure, (message.metadata or {}).get("turn_id"))
                return refusal(400 if failure.code == "bot.bad_payload" else 503, failure.code, failure.detail)
            except Exception as error:
                logger.exception("turn.failed: unexpected (turn %s)", (message.metadata or {}).get("turn_id"))
                return refusal(503, "bot.failed", type(error).__name__)

        return channel

    def _allowed(self, request: Request) -> bool:
        given = request.args.get("token") or (request.headers.get("authorization") or "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), self._token.encode())


async def run(agent: Any, message: UserMessage) -> TurnResult:
    """One turn under the conversation's lock. Raises :class:`TurnFailed`."""
    if agent is None or not agent.is_ready():
        raise TurnFailed("bot.not_ready", "no model is loaded yet")
    if message.text.startswith("/"):
        check_payload(message.text, agent.domain.intents)
    try:
        async with agent.lock_store.lock(message.sender_id, wait_time_in_seconds=0.05):
            return await agent.processor.turn(message)
    except LockError as error:
        raise TurnFailed("bot.locked", "another message of this conversation is being worked on") from error


def check_payload(text: str, intents: list[str]) -> None:
    """A button's ``/intent{arguments}`` must name an intent and carry an object. Raises :class:`TurnFailed`."""
    match = _PAYLOAD.match(text)
    try:
        arguments = loads(match[2] or "{}") if match else None
    except ValueError:
        arguments = None
    if match is None or not isinstance(arguments, dict):
        raise TurnFailed("bot.bad_payload", "not an intent with arguments")
    if match[1] not in intents:
        raise TurnFailed("bot.bad_payload", match[1])


def read_message(request: Request, channel: str) -> tuple[UserMessage | None, str]:
    """The message of a request, or what is wrong with it."""
    try:
        body = request.json
    except Exception:  # sanic raises its own and the json library's
        return None, "the body is no JSON"
    if not isinstance(body, dict):
        return None, "the body is no object"
    sender, text, metadata = body.get("sender"), body.get("text"), body.get("metadata") or {}
    if not (isinstance(sender, str) and 0 < len(sender) <= 200):
        return None, "sender must be a short string"
    if not (isinstance(text, str) and text.strip() and len(text) <= LONGEST_TEXT):
        return None, "text must be a string that is neither empty nor too long"
    if not isinstance(metadata, dict):
        return None, "metadata must be an object"
    return UserMessage(text, output_channel(), sender, input_channel=channel, message_id=metadata.get("turn_id"), metadata=metadata), ""


def as_json(result: TurnResult) -> dict[str, Any]:
    return {
        "outputs": result.outputs,
        "intent": result.intent,
        "entities": result.entities,
        "action": result.actions[-1] if result.actions else None,
        "actions": result.actions,
    }


def refusal(status: int, code: str, message: str) -> HTTPResponse:
    return json({"error": {"code": code, "message": message}}, status=status)
