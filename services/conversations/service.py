"""Door of the conversations package: everything channels, the desk and the actions may ask of it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.database import Database
from common.errors import NotFound
from common.ids import new_id
from common.vault import Vault
from services.conversations import bulk, retention, store
from services.conversations.errors import StaleVersion, UploadMissing
from services.conversations.events import DESK, EVERYTHING, Events
from services.conversations.inbox import LEASE, Inbox, Receipt, Within, check
from services.conversations.model import Conversation, Effect, Engine, Incoming, Owner, Session, Staged, Turn, TurnRecord, TurnResult, Utter
from services.conversations.pace import Pace
from services.conversations.recalling import recall
from services.conversations.runner import Runner, build_turn, to_conversation
from services.conversations.script import leaning, preferred_script, worded, written_in
from services.conversations.sessions import Sessions
from services.conversations.state import DialogueState, Goal, Offer, Script, Voice
from services.conversations.together import Together, Wanted
from services.conversations.triage import emergency
from services.conversations.turns import Turns
from services.conversations.uploads import check_image
from services.messages.model import Message, Outcome, message_adapter

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
    "leaning",
    "preferred_script",
    "worded",
    "written_in",
]
log = structlog.get_logger(__name__)
_CHECK_EVERY_S = 1.0
_CLAIMED = 1000  # abandoned conversations at a time


class Conversations:
    """One per process. The gateway runs turns; the action server only loads and stages them."""

    def __init__(
        self,
        *,
        database: Database,
        vault: Vault,
        clock: Clock,
        events: Events,
        engine: Engine | None = None,
        worker: str = "gateway-0",
        turn_timeout_s: float = 24,
        turns_at_once: int = 32,
    ):
        self._database, self._vault, self._clock, self.events, self._worker = database, vault, clock, events, worker
        self.sessions = Sessions(database=database, clock=clock)
        self._inbox = Inbox(database=database, vault=vault, clock=clock, worker=worker)
        self._timeout_s = turn_timeout_s
        self.runner = (
            Runner(database=database, vault=vault, clock=clock, events=events, engine=engine, worker=worker, timeout_s=turn_timeout_s)
            if engine
            else None
        )
        self._together = Together(vault=vault, clock=clock, worker=worker)
        self.pace = Pace()
        self._turns = (
            Turns(step=self.runner.step, renew=self._renew, pace=self.pace, at_once=turns_at_once, renew_s=LEASE.total_seconds() / 4)
            if self.runner
            else None
        )

    # — receiving and waiting —

    async def receive(self, *, conversation_id: str, incoming: Incoming, label: str | None = None) -> str:
        """Stores the message, starts its turn, and returns the turn's id at once; the same channel message id returns the first turn's."""
        return (await self.received(conversation_id=conversation_id, incoming=incoming, label=label)).turn_id

    async def received(self, *, conversation_id: str, incoming: Incoming, label: str | None = None, within: Within | None = None) -> Receipt:
        """As :meth:`receive`; also says whether it was here before. ``within`` writes in the transaction that stores it, if it was not."""
        receipt = await self._inbox.receive(conversation_id=conversation_id, incoming=incoming, label=label, within=within)
        self._take_up(conversation_id, incoming, receipt)
        return receipt

    async def received_together(self, conn: AsyncConnection, wanted: Sequence[Wanted]) -> list[Receipt | None]:
        """As :meth:`received` for messages of many conversations, in the caller's transaction, never waiting for anybody: None for those whose
        conversation is locked or gone. Once it is committed the caller hands both to :meth:`take_up`. :func:`check` them before."""
        return await self._together.store(conn, wanted)

    def take_up(self, wanted: Sequence[Wanted], receipts: Sequence[Receipt | None]) -> None:
        """Begins the turns of what was received together."""
        for one, receipt in zip(wanted, receipts, strict=True):
            if receipt is not None:
                self._take_up(one.conversation_id, one.incoming, receipt)

    def _take_up(self, conversation_id: str, incoming: Incoming, receipt: Receipt) -> None:
        if self._turns is None or receipt.duplicate:
            return
        urgent = receipt.owner not in ("bot", "closed") or (incoming.kind == "text" and emergency(incoming.content) is not None)
        if receipt.mine:
            self._turns.put(conversation_id, urgent=urgent)
        elif urgent:
            self._turns.hurry(conversation_id)

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

    async def _renew(self, ids: Collection[str]) -> Collection[str]:
        async with self._database.begin() as conn:
            return await bulk.renew(conn, list(ids), worker=self._worker, until=self._clock.now() + LEASE)

    async def recover(self, *, first: bool = False) -> int:
        """Takes up turns whose worker died; ``first`` (at start) also those of this worker's former life. Returns how many conversations."""
        if first:
            async with self._database.begin() as conn:
                await store.release_all(conn, worker=self._worker)
        count = 0
        while found := await self._claim_abandoned():
            count += len(found)
            if self._turns is not None:
                for conversation_id, owner in found:
                    self._turns.put(conversation_id, urgent=owner not in ("bot", "closed"))
            if len(found) < _CLAIMED:
                break
        return count

    async def _claim_abandoned(self) -> list[tuple[str, str]]:
        now = self._clock.now()
        async with self._database.begin() as conn:
            return await bulk.claim_abandoned(conn, worker=self._worker, now=now, until=now + LEASE, limit=_CLAIMED)

    async def sweep(self, every_s: float = 5.0) -> None:
        """Runs for ever beside the gateway: looks for abandoned turns."""
        await self.recover(first=True)
        while True:
            await asyncio.sleep(every_s)
            with contextlib.suppress(Exception):
                if count := await self.recover():
                    log.info("turn.recovered", conversations=count)

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

    # — reading —

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

    async def recall(self, conn: AsyncConnection, *, conversation_id: str, channel_message_id: str, shown: str) -> bool:
        """The citizen took a message back where he wrote it: ``shown`` stands there now, and nobody answers it if nobody has. False when there is
        no such message."""
        return await recall(conn, self._vault, self._clock, conversation_id, channel_message_id, shown)

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

    # — writing from outside a turn —

    async def post(self, *, conversation_id: str, messages: Sequence[Message], conn: AsyncConnection | None = None) -> list[Message]:
        """Adds messages of an agent or the system. With ``conn`` inside that transaction; the caller then tells with :meth:`tell`."""
        runner = self._need_runner()
        if conn is not None:
            return await runner.append(conn, conversation_id, messages, voice=await self._voice(conn, conversation_id))
        async with self._database.begin() as own:
            stored = await runner.append(own, conversation_id, messages, voice=await self._voice(own, conversation_id))
        await self.tell(conversation_id)
        return stored

    async def _voice(self, conn: AsyncConnection, conversation_id: str) -> Voice:
        row = await store.conversation_by_id(conn, conversation_id)
        if row is None:
            raise NotFound
        return to_conversation(row).state.voice

    async def script_of(self, *, person_id: str) -> Script | None:
        """Which characters a person has written or asked for lately; None where he has shown nothing of it."""
        async with self._database.begin() as conn:
            kept = await store.latest_state(conn, person_id)
        state = DialogueState.model_validate(kept or {})
        return state.script if state.script == "hant" or state.script_chosen else None

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

    # — uploads —

    async def upload(self, *, session: Session, body: bytes) -> str:
        """Stores a checked picture; :raises UploadInvalid: not an image, or too large."""
        media_type, clean = check_image(body)
        upload_id = new_id("up")
        async with self._database.begin() as conn:
            await store.add_upload(
                conn,
                id=upload_id,
                conversation_id=session.conversation_id,
                person_id=session.person_id,
                media_type=media_type,
                body=self._vault.seal_bytes(clean),
                created_at=self._clock.now(),
            )
        return upload_id

    async def uploaded(self, *, upload_id: str, person_id: str) -> tuple[str, bytes]:
        """(media type, bytes) of the person's own picture; :raises UploadMissing: otherwise."""
        async with self._database.begin() as conn:
            row = await store.upload_by_id(conn, upload_id, person_id)
        if row is None:
            raise UploadMissing
        return row.media_type, self._vault.open_bytes(row.body)

    async def hand_over_uploads(self, *, visitor_id: str, person_id: str) -> None:
        """The pictures of a visitor become those of the citizen he turned out to be."""
        async with self._database.begin() as conn:
            await store.change_uploader(conn, visitor_id, person_id)

    async def erase(self, *, person_id: str) -> int:
        """Deletes every conversation of a person with its messages, turns, sessions and pictures; how many conversations there were."""
        async with self._database.begin() as conn:
            count = await store.erase_person(conn, person_id)
        self.sessions.forget()
        return count

    async def forget_old(self, *, keep: timedelta) -> list[str]:
        """See :func:`services.conversations.retention.forget_old`."""
        return await retention.forget_old(database=self._database, clock=self._clock, keep=keep)

    async def forget_leftovers(self) -> int:
        """See :func:`services.conversations.retention.forget_leftovers`."""
        return await retention.forget_leftovers(database=self._database, clock=self._clock)

    def _need_runner(self) -> Runner:
        assert self.runner is not None, "this process does not run turns"
        return self.runner

    async def close(self) -> None:
        if self._turns is not None:
            await self._turns.close()

    def status(self) -> dict[str, Any]:
        return {"running_turns": self._turns.running if self._turns else 0, "waiting_turns": self._turns.waiting if self._turns else 0}
