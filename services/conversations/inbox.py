"""Messages in: checked, numbered, stored once, before anything is acknowledged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.database import Database
from common.ids import new_id
from common.masking import mask
from common.vault import Vault
from services.conversations import store
from services.conversations.errors import EmptyMessage, MessageTooLong, NotSignedIn
from services.conversations.model import Incoming, Owner
from services.messages.model import Text
from services.messages.payloads import parse_payload

MAX_TEXT = 2000
Within = Callable[[AsyncConnection], Awaitable[None]]  # what else the transaction that stores a new message writes
LEASE = timedelta(seconds=40)


@dataclass(frozen=True)
class Receipt:
    """The message is safe. ``mine``: this worker has to run the conversation's turns now. ``owner``: who answers in it."""

    turn_id: str
    duplicate: bool
    mine: bool
    owner: Owner = "bot"


class _Duplicate(Exception):
    pass


class Inbox:
    def __init__(self, *, database: Database, vault: Vault, clock: Clock, worker: str):
        self._database, self._vault, self._clock, self.worker = database, vault, clock, worker

    async def receive(self, *, conversation_id: str, incoming: Incoming, label: str | None = None, within: Within | None = None) -> Receipt:
        """Stores one citizen message and its turn. ``label`` is what the tapped button said, for the record people read.

        :raises EmptyMessage, MessageTooLong, PayloadInvalid: and then nothing is stored.
        """
        check(incoming)
        try:
            return await self._store(conversation_id, incoming, label, within)
        except _Duplicate:
            async with self._database.begin() as conn:
                earlier = await store.turn_by_channel_id(conn, conversation_id, incoming.channel_message_id)
            assert earlier is not None
            return Receipt(earlier.id, duplicate=True, mine=False)

    async def _store(self, conversation_id: str, incoming: Incoming, label: str | None, within: Within | None) -> Receipt:
        now = self._clock.now()
        turn_id, shown = new_id("tn"), label if incoming.kind != "text" else incoming.content
        async with self._database.begin() as conn:
            taken = await store.take_number(conn, conversation_id, worker=self.worker, now=now, lease=LEASE)
            if taken is None:
                raise NotSignedIn
            added = await store.add_turn(
                conn,
                id=turn_id,
                conversation_id=conversation_id,
                seq=taken.last_seq,
                channel_message_id=incoming.channel_message_id,
                kind=incoming.kind,
                masked=mask(incoming.content),
                sealed=self._vault.seal(incoming.content),
                received_at=now,
            )
            if not added:
                raise _Duplicate  # rolls back the number and the lease
            said = Text(seq=taken.last_seq, id=new_id("ms"), sender="citizen", text=shown or "", created_at=now)
            body = self._vault.seal(said.model_dump(mode="json"))
            row = {
                "id": said.id,
                "conversation_id": conversation_id,
                "seq": said.seq,
                "sender": "citizen",
                "type": "text",
                "turn_id": None,
                "body": body,
                "created_at": now,
            }
            await store.add_messages(conn, [row])
            if within is not None:
                await within(conn)
        return Receipt(turn_id, duplicate=False, mine=taken.mine, owner=taken.owner)


def check(incoming: Incoming) -> None:
    """Refuses what cannot be a message, before anything is stored."""
    if not incoming.content.strip():
        raise EmptyMessage(fields={incoming.kind: "empty"})
    if incoming.kind == "text" and len(incoming.content) > MAX_TEXT:
        raise MessageTooLong(fields={"text": "too_long"}, limit=MAX_TEXT)
    if incoming.kind == "payload":
        parse_payload(incoming.content)
