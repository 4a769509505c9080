"""Door of the conversations package: everything channels, the desk and the actions may ask of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.database import Database
from common.errors import NotFound
from common.vault import Vault
from services.conversations import bulk, store
from services.conversations.errors import StaleVersion
from services.conversations.events import DESK, EVERYTHING, Events
from services.conversations.grouping import build_turn, to_conversation
from services.conversations.inbox import Receipt, check
from services.conversations.keeping import Keeping
from services.conversations.model import Conversation, Effect, Engine, Incoming, Owner, Session, Staged, Turn, TurnRecord, TurnResult, Utter
from services.conversations.reading import Reading
from services.conversations.recalling import blot, recall
from services.conversations.receiving import Receiving
from services.conversations.runner import Runner
from services.conversations.script import in_script, leaning, preferred_script, prepare, worded, written_in
from services.conversations.state import DialogueState, Goal, Offer, Script, Voice
from services.conversations.together import Wanted
from services.messages.model import Message

__all__ = [
    "DESK",
    "EVERYTHING",
    "Conversation",
    "Conversations",
    "DialogueState",
    "Effect",
    "Goal",
    "Incoming",
    "Offer",
    "Receipt",
    "Script",
    "Session",
    "Staged",
    "Turn",
    "TurnRecord",
    "TurnResult",
    "Utter",
    "Voice",
    "Wanted",
    "check",
    "in_script",
    "leaning",
    "preferred_script",
    "prepare",
    "worded",
    "written_in",
]


class Conversations(Receiving, Reading, Keeping):
    """One per process. The gateway runs turns; the action server only loads and stages them."""

    def __init__(
        self, *, database: Database, vault: Vault, clock: Clock, events: Events, engine: Engine | None = None, worker: str = "gateway-0",
        turn_timeout_s: float = 24, turns_at_once: int = 32,
    ):  # fmt: skip
        shared: dict[str, Any] = {"database": database, "vault": vault}
        timed: dict[str, Any] = {**shared, "clock": clock}
        runner = Runner(**timed, events=events, engine=engine, worker=worker, timeout_s=turn_timeout_s) if engine else None
        Receiving.__init__(self, **timed, worker=worker, runner=runner, turns_at_once=turns_at_once)
        Reading.__init__(self, **shared, events=events)
        Keeping.__init__(self, **timed)

    # — beginning —

    async def begin(self, conn: AsyncConnection, *, conversation_id: str, person_id: str, channel: str, state: DialogueState) -> None:
        """A new conversation that no token opens: a channel knows by other means who speaks in it."""
        now = self._clock.now()
        await store.add_conversation(
            conn, id=conversation_id, person_id=person_id, channel=channel, state=state.model_dump(exclude_defaults=True), created_at=now, last_at=now
        )

    async def begin_many(self, conn: AsyncConnection, *, ids: Sequence[str], people: Sequence[str], channel: str) -> None:
        """As :meth:`begin`, for many at once."""
        await bulk.begin(conn, ids=ids, people=people, channel=channel, now=self._clock.now())

    async def change_person(self, conn: AsyncConnection, *, conversation_id: str, person_id: str) -> None:
        """The visitor of a conversation has proved who he is."""
        await store.change_person(conn, conversation_id, person_id)
        self.sessions.forget()

    # — for the action server —

    async def turn(self, turn_id: str) -> Turn:
        """A pending turn with its conversation as it stood when the turn began."""
        async with self._database.begin() as conn:
            row = await store.turn_by_id(conn, turn_id)
            if row is None:
                raise NotFound
            conversation = await store.conversation_by_id(conn, row.conversation_id)
            pending = await store.open_turns(conn, row.conversation_id)
        group = [t for t in pending if t.seq <= row.seq] or [row]
        kept = [t for t in group if t.kind == row.kind == "text"] if row.kind == "text" else [row]
        return build_turn(to_conversation(conversation), kept, self._vault)

    async def stage(self, *, turn_id: str, staged: Staged) -> None:
        """Puts the result of a turn down for its commit; staging again replaces it."""
        async with self._database.begin() as conn:
            await store.put_staged(conn, turn_id, self._vault.seal(staged.model_dump(mode="json")))

    async def recall(self, conn: AsyncConnection, *, conversation_id: str, channel_message_id: str, shown: str) -> bool:
        """The citizen took a message back where he wrote it: ``shown`` stands there now, and nobody answers it if nobody has. False when there is
        no such message."""
        return await recall(conn, self._vault, self._clock, conversation_id, channel_message_id, shown)

    async def blot(self, conn: AsyncConnection, *, conversation_id: str, seq: int, shown: str) -> bool:
        """A person who serves him took a message back in the platform's own client: ``shown`` stands there now. False when there is none."""
        return await blot(conn, self._vault, conversation_id, seq, shown)

    # — writing from outside a turn —

    async def post(self, *, conversation_id: str, messages: Sequence[Message], conn: AsyncConnection | None = None) -> list[Message]:
        """Adds messages of an agent or the system. With ``conn`` inside that transaction; the caller then tells with :meth:`tell`."""
        assert self.runner is not None, "this process does not run turns"
        if conn is not None:
            return await self.runner.append(conn, conversation_id, messages, voice=await self._voice(conn, conversation_id))
        async with self._database.begin() as own:
            stored = await self.runner.append(own, conversation_id, messages, voice=await self._voice(own, conversation_id))
        await self.tell(conversation_id)
        return stored

    async def _voice(self, conn: AsyncConnection, conversation_id: str) -> Voice:
        row = await store.conversation_by_id(conn, conversation_id)
        if row is None:
            raise NotFound
        return to_conversation(row).state.voice

    async def tell(self, conversation_id: str) -> None:
        """Nudges everybody who watches this conversation, and the desk."""
        await self.events.publish(conversation_id, kind="messages")
        await self.events.publish(DESK, kind="conversation", conversation_id=conversation_id)

    async def change_owner(
        self,
        conn: AsyncConnection,
        *,
        conversation_id: str,
        version: int,
        owner: Owner,
        agent_id: str | None = None,
        state: DialogueState | None = None,
    ) -> Conversation:
        """Compare and set inside the caller's transaction; ``state`` replaces what the bot remembers when it is its turn again.

        :raises StaleVersion: somebody was faster; ``fields`` say who owns it now.
        """
        row = await store.change_owner(
            conn, conversation_id, version=version, owner=owner, agent_id=agent_id, state=state and state.model_dump(exclude_defaults=True)
        )
        if row is None:
            now = await store.conversation_by_id(conn, conversation_id)
            if now is None:
                raise NotFound
            raise StaleVersion(fields={"owner": now.agent_id or now.owner, "version": now.version})
        return to_conversation(row)
