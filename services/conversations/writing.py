"""Messages out: put in the citizen's script, numbered, sealed and stored, with the end of the turn they answer, in one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.ids import new_id
from common.vault import Vault
from services.conversations import store
from services.conversations.model import Turn
from services.conversations.script import in_script
from services.conversations.state import DialogueState, Voice
from services.messages.model import Message, Outcome

StoredHandler = Callable[[AsyncConnection, str, int], Awaitable[None]]  # conversation id, the last sequence number stored


class TurnTaken(Exception):
    """Another worker has ended this turn: its lease was lost. Nothing of ours is stored."""


@dataclass(frozen=True)
class Ending:
    """What a turn came to. ``state``: of the turn (done, failed, silent); ``dialogue``: what is remembered from now on, None as before."""

    messages: Sequence[Message]
    state: str
    outcome: Outcome | None
    dialogue: DialogueState | None = None
    intent: str | None = None
    action: str | None = None


class Writer:
    """``stored`` are told, in the same transaction, of messages for the citizen."""

    def __init__(self, *, vault: Vault, clock: Clock):
        self._vault, self._clock = vault, clock
        self.stored: list[StoredHandler] = []

    async def end(self, conn: AsyncConnection, turn: Turn, merged: list[str], ending: Ending) -> bool:
        """Ends a turn and those merged into it. False when the conversation changed hands meanwhile: then nobody hears the answer.

        :raises TurnTaken: another worker has ended it.
        """
        now, conversation, dialogue = self._clock.now(), turn.conversation, ending.dialogue
        state = dialogue.model_dump(exclude_defaults=True) if dialogue else None
        count = len(ending.messages)
        last = await store.advance(conn, conversation.id, version=conversation.version, count=count, now=now, state=state)
        if last is not None:
            voice = (dialogue or conversation.state).voice
            await self._add(conn, conversation.id, ending.messages, last=last, turn_id=turn.id, now=now, voice=voice)
        else:  # arrivals keep out until it is known whether there are more turns
            await store.conversation_by_id(conn, conversation.id, lock=True)
        ended = await store.finish_turn(
            conn, turn.id, state=ending.state if last is not None else "dropped", intent=ending.intent, action=ending.action,
            masked=turn.masked, owner_version=conversation.version, finished_at=now, **_result(ending.outcome),
        )  # fmt: skip
        if not ended:
            raise TurnTaken
        await store.merge_turns(conn, merged, into=turn.id, now=now)
        return last is not None

    async def append(
        self, conn: AsyncConnection, conversation_id: str, messages: Sequence[Message], *, turn_id: str | None = None, voice: Voice = "hans"
    ) -> list[Message]:
        """Adds messages outside the turn's own (from effects, agents, the system) inside an open transaction."""
        row = await store.conversation_by_id(conn, conversation_id, lock=True)
        assert row is not None
        now = self._clock.now()
        last = await store.advance(conn, conversation_id, version=row.version, count=len(messages), now=now)
        return await self._add(conn, conversation_id, messages, last=last or 0, turn_id=turn_id, now=now, voice=voice)

    async def _add(
        self, conn: AsyncConnection, conversation_id: str, messages: Sequence[Message], *, last: int, turn_id: str | None, now: datetime,
        voice: Voice,
    ) -> list[Message]:  # fmt: skip
        final = [
            in_script(message, voice).model_copy(update={"seq": seq, "id": new_id("ms"), "created_at": now})
            for seq, message in enumerate(messages, start=last - len(messages) + 1)
        ]
        await store.add_messages(conn, [self._row(message, conversation_id, turn_id) for message in final])
        for note in self.stored if messages else []:
            await note(conn, conversation_id, last)
        return final

    def _row(self, message: Message, conversation_id: str, turn_id: str | None) -> dict[str, Any]:
        return {
            "id": message.id, "conversation_id": conversation_id, "seq": message.seq, "sender": message.sender, "type": message.type,
            "turn_id": turn_id, "body": self._vault.seal(message.model_dump(mode="json")), "created_at": message.created_at,
        }  # fmt: skip


def _result(outcome: Outcome | None) -> dict[str, Any]:
    found = outcome or Outcome(code="answered")
    return {
        "outcome": outcome and outcome.code, "guide_id": found.guide_id, "guide_version": found.guide_version, "section": found.section,
        "candidates": [c.model_dump() for c in found.candidates] or None,
    }  # fmt: skip
