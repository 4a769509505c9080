"""One turn through Rasa, without the detours.

Rasa's own processor answers 200 when an action has failed, runs slot extraction over every mapping, copies the tracker for each
action, builds a dask graph per prediction, validates our own action server with jsonschema, sends it the whole domain and tracker,
and opens a new HTTP connection for each call: about 30 ms a turn. Our turns are one message, one decision, one action; context comes
with the message. So :class:`TurnProcessor` does exactly that, raises :class:`TurnFailed` for anything that went wrong, and saves
nothing of a failed turn, so that the gateway may run it again. ``rasa train``, ``rasa test`` and ``rasa data validate`` use Rasa's own.
"""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import rasa
from rasa.core.actions.action import RemoteAction, action_for_name_or_text
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SessionStarted, SlotSet, UserUttered, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker

logger = logging.getLogger(__name__)
CONTEXT_SLOTS = ("pending", "has_guide", "has_form", "plain", "script")
MOST_ACTIONS = 4


class TurnFailed(Exception):
    """A turn that came to nothing. ``code`` is one of the channel's error codes; ``detail`` is for logs and holds no citizen's words."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail


@dataclass
class TurnResult:
    """What a turn came to: rendered outputs in order, the understood message, the names of the actions that ran."""

    outputs: list[dict[str, Any]]
    intent: dict[str, Any]
    entities: list[dict[str, Any]]
    actions: list[str] = field(default_factory=list)


class Graph:
    """Runs the loaded prediction graph node by node in a fixed order per target (Rasa plans it anew, with dask, for each call)."""

    def __init__(self, runner: Any) -> None:
        self._nodes, self._schema = runner._instantiated_nodes, runner._graph_schema
        self._orders: dict[str, list[str]] = {}

    def _order(self, target: str) -> list[str]:
        if target not in self._orders:
            order: list[str] = []

            def visit(name: str) -> None:
                if name in self._schema.nodes and name not in order:
                    for parent in self._schema.nodes[name].needs.values():
                        visit(parent)
                    order.append(name)

            visit(target)
            self._orders[target] = order
        return self._orders[target]

    def run(self, target: str, inputs: dict[str, Any]) -> Any:
        outputs = {name: (name, value) for name, value in inputs.items()}
        for name in self._order(target):
            outputs[name] = self._nodes[name](*(outputs.get(parent, parent) for parent in self._schema.nodes[name].needs.values()))
        return outputs[target][1]


class TurnProcessor(MessageProcessor):
    """Rasa's processor with one more method, :meth:`turn`; everything inherited works as before."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._graph = Graph(self.graph_runner)
        self._http: aiohttp.ClientSession | None = None
        self._own_actions = set(self.domain.user_actions)

    async def turn(self, message: UserMessage) -> TurnResult:
        """Runs one message. Raises :class:`TurnFailed`; then nothing has been saved."""
        tracker = await self.get_tracker(message.sender_id)
        if not tracker.events:
            tracker.update_with_events([ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted(), ActionExecuted(ACTION_LISTEN_NAME)], self.domain)
        tracker.update_with_events(self._context(message, tracker), self.domain)
        parsed = self._parse(message, tracker)
        tracker.update(
            UserUttered(
                message.text,
                parsed["intent"],
                parsed["entities"],
                parsed,
                input_channel=message.input_channel,
                message_id=message.message_id,
                metadata=message.metadata,
            ),
            self.domain,
        )
        outputs, actions = await self._act(tracker, message)
        if not outputs and not actions:
            raise TurnFailed("bot.no_action", parsed["intent"].get("name") or "")
        await self.save_tracker(tracker)
        return TurnResult(outputs, parsed["intent"], parsed["entities"], actions)

    @staticmethod
    def _context(message: UserMessage, tracker: DialogueStateTracker) -> list[Event]:
        """The slots that the gateway knows better than any tracker; only changes become events."""
        given = message.metadata or {}
        wanted = {"pending": given.get("pending") or "none", "has_guide": bool(given.get("has_guide")), "has_form": bool(given.get("has_form")),
                  "plain": bool(given.get("plain")), "script": given.get("script") or "hans"}  # fmt: skip
        return [SlotSet(name, wanted[name]) for name in CONTEXT_SLOTS if name in tracker.slots and tracker.get_slot(name) != wanted[name]]

    def _parse(self, message: UserMessage, tracker: DialogueStateTracker) -> dict[str, Any]:
        try:
            parsed = self._graph.run(self.model_metadata.nlu_target, {PLACEHOLDER_MESSAGE: [message], PLACEHOLDER_TRACKER: tracker})[0]
        except Exception as error:
            raise TurnFailed("bot.understanding_failed", type(error).__name__) from error
        return {"text": "", "intent": {"name": None, "confidence": 0.0}, "entities": [], **parsed.as_dict(only_output_properties=True)}

    def _decide(self, tracker: DialogueStateTracker) -> str:
        if tracker.followup_action:
            name = tracker.followup_action
            tracker.clear_followup_action()
            return name
        prediction: PolicyPrediction = self._graph.run(self.model_metadata.core_target, {PLACEHOLDER_TRACKER: tracker})
        return self.domain.action_names_or_texts[prediction.max_confidence_index]

    async def _act(self, tracker: DialogueStateTracker, message: UserMessage) -> tuple[list[dict[str, Any]], list[str]]:
        outputs: list[dict[str, Any]] = []
        actions: list[str] = []
        for _ in range(MOST_ACTIONS):
            name = self._decide(tracker) if not actions or tracker.followup_action else ACTION_LISTEN_NAME
            if name == ACTION_LISTEN_NAME:
                break
            events = await self._perform(name, tracker, message)
            tracker.update_with_events([ActionExecuted(name), *events], self.domain)
            outputs += [_output(e) for e in events if isinstance(e, BotUttered)]
            actions.append(name)
        tracker.update(ActionExecuted(ACTION_LISTEN_NAME), self.domain)
        return outputs, actions

    async def _perform(self, name: str, tracker: DialogueStateTracker, message: UserMessage) -> list[Event]:
        try:
            if name in self._own_actions and not name.startswith("utter_"):
                return await self._call(name, tracker, message)
            action = action_for_name_or_text(name, self.domain, self.action_endpoint)
            events = await action.run(message.output_channel, self.nlg, tracker, self.domain)
        except TurnFailed:
            raise
        except Exception as error:
            logger.exception("turn.action.failed: %s", name)
            raise TurnFailed("bot.action_failed", f"{name}: {type(error).__name__}") from error
        if name.startswith("utter_") and not events:
            raise TurnFailed("bot.response_missing", name)
        return events

    async def _call(self, name: str, tracker: DialogueStateTracker, message: UserMessage) -> list[Event]:
        """One POST to the action server over a kept connection, with what an action needs and no more."""
        body = {
            "next_action": name,
            "sender_id": tracker.sender_id,
            "tracker": {
                "sender_id": tracker.sender_id,
                "slots": tracker.current_slot_values(),
                "latest_message": {**_latest(tracker), "metadata": {k: v for k, v in (message.metadata or {}).items() if k != "offers"}},
                "latest_action_name": ACTION_LISTEN_NAME,
                "latest_event_time": time.time(),
                "latest_input_channel": message.input_channel,
                "paused": False,
                "followup_action": None,
                "active_loop": {},
                "events": [],
            },
            "domain": {},
            "version": rasa.__version__,
        }
        if not self.action_endpoint:
            raise TurnFailed("bot.no_action_server", name)
        try:
            async with self._session().post(
                self.action_endpoint.url, data=json.dumps(body, ensure_ascii=False).encode(), headers={"content-type": "application/json"}
            ) as response:
                if response.status != 200:
                    raise TurnFailed("bot.action_failed", f"{name}: status {response.status}")
                result = json.loads(await response.read()) or {}
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise TurnFailed("bot.action_server_down", f"{name}: {type(error).__name__}") from error
        responses = result.get("responses") or []
        if any((r.get("custom") or {}).get("failed") for r in responses):
            raise TurnFailed("bot.action_failed", f"{name}: the action says so")
        said = await self._render(responses, tracker, message)
        return [*said, *(deserialise_events(result["events"]) if result.get("events") else [])]

    async def _render(self, responses: list[dict[str, Any]], tracker: DialogueStateTracker, message: UserMessage) -> list[Event]:
        """Every sentence an action asks for must come out, in order: the gateway pairs them with what the action staged."""
        for response in responses:
            if response.get("response") and response["response"] not in self.domain.responses:
                raise TurnFailed("bot.response_missing", str(response["response"]))
            response.pop("template", None)
        return list(await RemoteAction._utter_responses(responses, message.output_channel, self.nlg, tracker))

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None or self._http.closed:
            timeout = float(self.action_endpoint.kwargs.get("timeout_s", 20))
            self._http = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=timeout, sock_connect=2), connector=aiohttp.TCPConnector(limit=200, keepalive_timeout=4)
            )
        return self._http


def _latest(tracker: DialogueStateTracker) -> dict[str, Any]:
    latest = tracker.latest_message
    return {"text": latest.text, "intent": latest.intent, "entities": latest.entities, "message_id": latest.message_id}


def _output(event: BotUttered) -> dict[str, Any]:
    """``text``, ``response`` (the utter_ it came from), ``buttons``, ``custom``; absent when empty."""
    response = event.metadata.get("utter_action")
    plain = {"text": event.text, "response": response, "buttons": event.data.get("buttons"), "custom": event.data.get("custom")}
    return {k: v for k, v in plain.items() if v}


def output_channel() -> CollectingOutputChannel:
    """Rendering asks for a channel's name; nothing is sent through it."""
    return CollectingOutputChannel()
