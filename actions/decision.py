"""The one way an action works; the modules beside this only name the decisions."""

from __future__ import annotations

from typing import Any, ClassVar

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from services.conversations.model import Staged, Utter
from services.conversations.service import Conversations
from services.dialogue.service import TIME_ENTITIES, Dialogue, Understood

log = structlog.get_logger(__name__)
FAILED = {"failed": True}  # read by the gateway: the turn is tried again, never taken for an answer


class Decision(Action):
    """``action_<decision>``: load the turn, run its flow, stage what it says, ask Rasa to render the sentences in order."""

    decision: ClassVar[str] = ""

    def __init__(self, *, dialogue: Dialogue, conversations: Conversations):
        self._dialogue, self._conversations = dialogue, conversations

    def name(self) -> str:
        return f"action_{self.decision}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn_id = (tracker.latest_message.get("metadata") or {}).get("turn_id", "")
        try:
            turn = await self._conversations.turn(turn_id)
            staged = await self._dialogue.act(decision=self.decision, turn=turn, understood=understood(tracker.latest_message))
            await self._conversations.stage(turn_id=turn_id, staged=staged)
        except Exception:
            log.exception("action.failed", action=self.name(), turn_id=turn_id)
            dispatcher.utter_message(json_message=FAILED)
            return []
        _utter(dispatcher, staged)
        return []


def _utter(dispatcher: CollectingDispatcher, staged: Staged) -> None:
    for entry in staged.entries:
        if isinstance(entry, Utter):
            dispatcher.utter_message(response=entry.response, **entry.values)


def understood(message: dict[str, Any]) -> Understood:
    """What Rasa read out of the message, without repeats and in order."""
    values: dict[str, list[str]] = {}
    for entity in message.get("entities") or []:
        listed = values.setdefault(entity["entity"], [])
        if entity["value"] not in listed:
            listed.append(entity["value"])
    return Understood(
        intent=(message.get("intent") or {}).get("name"), aspects=tuple(values.get("aspect", ())), region=next(iter(values.get("region", ())), None),
        chosen=next(iter(values.get("payload", ())), None), objects=tuple(values.get("object", ())),
        when={kind: [str(v) for v in values[kind]] for kind in TIME_ENTITIES if kind in values},
    )
