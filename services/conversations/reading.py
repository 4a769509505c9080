"""What has been said and how it was answered: everything that only reads."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from common.database import Database
from common.errors import NotFound
from common.vault import Vault
from services.conversations import store
from services.conversations.events import Events
from services.conversations.grouping import to_conversation
from services.conversations.model import Conversation, TurnRecord, TurnResult
from services.conversations.state import DialogueState, Script
from services.messages.model import Message, Outcome, message_adapter

_CHECK_EVERY_S = 1.0


class Reading:
    def __init__(self, *, database: Database, vault: Vault, events: Events):
        self._database, self._vault, self.events = database, vault, events

    async def conversation(self, conversation_id: str) -> Conversation:
        async with self._database.begin() as conn:
            row = await store.conversation_by_id(conn, conversation_id)
        if row is None:
            raise NotFound
        return to_conversation(row)

    async def working(self, *, conversation_id: str) -> bool:
        """Whether something he said is still to be answered."""
        async with self._database.begin() as conn:
            return bool(await store.open_turns(conn, conversation_id))

    async def locked(self, conn: AsyncConnection, conversation_id: str) -> Conversation:
        """As it stands now; nobody changes it, or its owner, until the caller's transaction ends."""
        row = await store.conversation_by_id(conn, conversation_id, lock=True)
        if row is None:
            raise NotFound
        return to_conversation(row)

    async def record(self, *, conversation_id: str, limit: int = 200) -> list[TurnRecord]:
        """What was asked (masked) and how the bot did, oldest first; for people who take the conversation over."""
        async with self._database.begin() as conn:
            rows = await store.finished_turns(conn, conversation_id, limit)
        return [TurnRecord(r.masked, r.kind, r.outcome, r.guide_id, r.guide_version, r.section, r.received_at) for r in rows]

    async def outcomes(self, *, since: datetime) -> dict[str, int]:
        """How many bot turns since then ended how."""
        async with self._database.begin() as conn:
            return await store.count_outcomes(conn, since)

    async def messages(self, *, conversation_id: str, after: int = 0, limit: int = 500) -> list[Message]:
        async with self._database.begin() as conn:
            rows = await store.messages_after(conn, conversation_id, after, limit)
        return [self._open(r.body) for r in rows]

    async def message(self, conn: AsyncConnection, *, message_id: str) -> Message | None:
        """One message, in the caller's transaction."""
        row = await store.message_by_id(conn, message_id)
        return row and self._open(row.body)

    async def script_of(self, *, person_id: str) -> Script | None:
        """Which characters a person has written or asked for lately; None where he has shown nothing of it."""
        async with self._database.begin() as conn:
            kept = await store.latest_state(conn, person_id)
        state = DialogueState.model_validate(kept or {})
        return state.script if state.script == "hant" or state.script_chosen else None

    # — waiting for what comes —

    async def result(self, *, conversation_id: str, turn_id: str, timeout_s: float) -> TurnResult:
        """The answer to a turn, waited for; ``pending`` when it is not there in time (it will come by the stream)."""
        deadline = asyncio.get_running_loop().time() + timeout_s
        with self.events.subscribe(conversation_id) as queue:
            while (found := await self._result_now(conversation_id, turn_id)) is None:
                left = deadline - asyncio.get_running_loop().time()
                if left <= 0:
                    return await self._pending(conversation_id)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(min(left, _CHECK_EVERY_S)):
                        await queue.get()
        return found

    async def _result_now(self, conversation_id: str, turn_id: str) -> TurnResult | None:
        async with self._database.begin() as conn:
            row = await store.turn_by_id(conn, turn_id)
            if row is not None and row.state == "merged":
                row = await store.turn_by_id(conn, row.merged_into)
            if row is None or row.state == "pending":
                return None
            rows = await store.messages_of_turn(conn, row.id)
            conversation = await store.conversation_by_id(conn, conversation_id)
        assert conversation is not None
        outcome = None
        if row.outcome:
            outcome = Outcome(
                code=row.outcome, guide_id=row.guide_id, guide_version=row.guide_version, section=row.section, candidates=row.candidates or []
            )
        return TurnResult([self._open(m.body) for m in rows], conversation_id, conversation.owner, conversation.version, outcome)

    async def _pending(self, conversation_id: str) -> TurnResult:
        conversation = await self.conversation(conversation_id)
        return TurnResult([], conversation_id, conversation.owner, conversation.version, None, pending=True)

    async def wait_messages(self, *, conversation_id: str, after: int, wait_s: float) -> list[Message]:
        """Messages after ``after``; waits up to ``wait_s`` seconds for the first."""
        deadline = asyncio.get_running_loop().time() + wait_s
        with self.events.subscribe(conversation_id) as queue:
            while not (found := await self.messages(conversation_id=conversation_id, after=after)):
                left = deadline - asyncio.get_running_loop().time()
                if left <= 0:
                    return []
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(min(left, _CHECK_EVERY_S)):
                        await queue.get()
        return found

    def _open(self, body: bytes) -> Message:
        return message_adapter.validate_python(self._vault.open(body))
