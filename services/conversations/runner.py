"""Turns, one at a time per conversation: emergency words first, then the engine, then one commit.

A turn that dies before its commit is run again from the stored message; nothing but that commit changes the
conversation, so running again is safe. A turn whose conversation changed hands meanwhile is dropped at the commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import chain, repeat
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.database import Database
from common.vault import Vault
from services.conversations import composing, store
from services.conversations.errors import EngineFailed
from services.conversations.events import DESK, Events
from services.conversations.grouping import build_turn, mergeable, to_conversation
from services.conversations.model import Effect, Engine, EngineReply, Staged, Turn
from services.conversations.script import written_in
from services.conversations.state import DialogueState
from services.conversations.triage import emergency
from services.conversations.writing import Ending, TurnTaken, Writer
from services.messages.model import Message, Outcome

log = structlog.get_logger(__name__)
RETRY_PAUSES_S = (0.3, 0.7, 1.5, 2.5)  # and then every three seconds while the turn may last: a killed engine is back in ten

EffectHandler = Callable[[AsyncConnection, Turn, dict[str, Any]], Awaitable[list[Message]]]
OwnerHandler = Callable[[AsyncConnection, Turn], Awaitable[list[Message]]]
FormReader = Callable[[Turn], Awaitable[tuple[str, bool]]]  # → (further masked text, whether it filled a field)


class Runner:
    def __init__(self, *, database: Database, vault: Vault, clock: Clock, events: Events, engine: Engine, worker: str, timeout_s: float):
        self._database, self._vault, self._clock, self._events, self._engine = database, vault, clock, events, engine
        self._worker, self._timeout_s = worker, timeout_s
        self.effects: dict[str, EffectHandler] = {}
        self.owners: dict[str, OwnerHandler] = {}
        self._writer = Writer(vault=vault, clock=clock)
        self.stored, self.append = self._writer.stored, self._writer.append
        self.read_form: FormReader | None = None

    async def step(self, conversation_id: str) -> bool:
        """Runs the oldest pending turn of the conversation; expects to hold its lease. False when there is no other one: the lease is given
        back then. A turn that fails leaves the lease too, and is taken up by the next look for abandoned ones."""
        try:
            batch = await self._next(conversation_id)
            return await self._run_one(*batch) if batch else False
        except TurnTaken:
            log.warning("turn.taken", conversation_id=conversation_id)
        except Exception:
            log.exception("turn.run.failed", conversation_id=conversation_id)
        async with self._database.begin() as conn:
            await store.release(conn, conversation_id, worker=self._worker)
        return False

    async def _next(self, conversation_id: str) -> tuple[Turn, list[str], int] | None:
        """The next turn with the ids merged into it and its attempt number; None, and the lease released, when there is none."""
        now = self._clock.now()
        async with self._database.begin() as conn:
            row = await store.hold(conn, conversation_id, worker=self._worker, now=now, until=now + timedelta(seconds=self._timeout_s + 20))
            if row is None:  # somebody else's, or forgotten
                return None
            pending = await store.open_turns(conn, conversation_id)
            if not pending:
                await store.release(conn, conversation_id, worker=self._worker)
                return None
            if row.owner == "closed":  # the citizen is back: the bot listens again
                row = await store.change_owner(conn, conversation_id, version=row.version, owner="bot") or row
            group = mergeable(pending)
            attempt = await store.count_attempt(conn, group[-1].id)
        return build_turn(to_conversation(row), group, self._vault), [t.id for t in group[:-1]], attempt

    async def _run_one(self, turn: Turn, merged: list[str], attempt: int) -> bool:
        """Whether there are more."""
        code = emergency(turn.original) if turn.kind == "text" else None
        if code:
            return await self._commit(turn, merged, [composing.notice(code)], Outcome(code="answered"), section=code)
        if turn.conversation.owner in self.owners:
            return await self._hand_on(turn, merged)
        if attempt > 3:
            return await self._commit(turn, merged, composing.unavailable(), Outcome(code="failed"))
        return await self._ask_engine(turn, merged)

    async def _hand_on(self, turn: Turn, merged: list[str]) -> bool:
        """A person owns the conversation, or it waits for one: the bot stays silent.

        If it changed hands this very moment the turn stays pending, and the next round gives it to the new owner.
        """
        async with self._database.begin() as conn:
            row = await store.conversation_by_id(conn, turn.conversation.id, lock=True)
            if row is None or row.version != turn.conversation.version:
                return True
            await self._writer.end(conn, turn, merged, Ending([], "silent", None))
            said = await self.owners[turn.conversation.owner](conn, turn)
            if said:
                await self.append(conn, turn.conversation.id, said, turn_id=turn.id, voice=turn.state.voice)
            more = await self._more(conn, turn)
        await self._tell(turn)
        return more

    async def _ask_engine(self, turn: Turn, merged: list[str]) -> bool:
        masked, form_found = await self.read_form(turn) if self.read_form and turn.kind == "text" and turn.state.form_id else (turn.masked, False)
        turn = Turn(turn.id, turn.conversation, turn.kind, turn.original, masked, turn.received_at)
        reply = await self._with_retries(turn, {**turn.state.engine_context(), "form_found": form_found})
        if reply is None:
            return await self._commit(turn, merged, composing.unavailable(), Outcome(code="failed"))
        async with self._database.begin() as conn:
            sealed = await store.pop_staged(conn, turn.id)
            staged = Staged.model_validate(self._vault.open(sealed)) if sealed else None
            await self._store_reply(conn, turn, merged, reply, staged)
            more = await self._more(conn, turn)
        await self._tell(turn, desk=bool(staged and staged.effects))
        return more

    async def _more(self, conn: AsyncConnection, turn: Turn) -> bool:
        """Whether more turns are pending; else the lease is given back, in the transaction that ends this one."""
        return not await store.release_idle(conn, turn.conversation.id, worker=self._worker)

    async def _with_retries(self, turn: Turn, context: dict[str, Any]) -> EngineReply | None:
        deadline = asyncio.get_running_loop().time() + self._timeout_s
        for pause in chain(RETRY_PAUSES_S, repeat(3.0)):
            try:
                return await self._engine.turn(turn=turn, context=context)
            except EngineFailed as error:
                log.warning("turn.engine.failed", conversation_id=turn.conversation.id, reason=str(error))
                if asyncio.get_running_loop().time() + pause > deadline:
                    break
                await asyncio.sleep(pause)
        return None

    async def _store_reply(self, conn: AsyncConnection, turn: Turn, merged: list[str], reply: EngineReply, staged: Staged | None) -> None:
        messages = composing.compose(reply, staged)
        outcome = staged.outcome if staged else composing.default_outcome(reply)
        state = self._noticing_script(turn, staged.state if staged else turn.state)
        stored = await self._writer.end(conn, turn, merged, Ending(messages, "done", outcome, state, intent=reply.intent, action=reply.action))
        for effect in staged.effects if staged and stored else []:
            await self._apply(conn, turn, effect)

    async def _apply(self, conn: AsyncConnection, turn: Turn, effect: Effect) -> None:
        """Effects run in the commit and may say something themselves (a place in the queue, a ticket number)."""
        said = await self.effects[effect.kind](conn, turn, effect.data)
        if said:
            await self.append(conn, turn.conversation.id, said, turn_id=turn.id, voice=turn.state.voice)

    @staticmethod
    def _noticing_script(turn: Turn, state: DialogueState) -> DialogueState:
        """Who writes traditional characters is answered in them, unless he has chosen otherwise."""
        seen = written_in(turn.masked) if turn.kind == "text" and not state.script_chosen else None
        return state.model_copy(update={"script": seen}) if seen else state

    async def _commit(self, turn: Turn, merged: list[str], messages: list[Message], outcome: Outcome, section: str | None = None) -> bool:
        state = "failed" if outcome.code == "failed" else "done"
        async with self._database.begin() as conn:
            await self._writer.end(conn, turn, merged, Ending(messages, state, outcome.model_copy(update={"section": section})))
            more = await self._more(conn, turn)
        await self._tell(turn)
        return more

    async def _tell(self, turn: Turn, *, desk: bool = False) -> None:
        await self._events.publish(turn.conversation.id, kind="messages", turn_id=turn.id)
        if desk or turn.conversation.owner != "bot":
            await self._events.publish(DESK, kind="conversation", conversation_id=turn.conversation.id)
