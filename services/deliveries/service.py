"""Door of the deliveries package: what channels hand in, and how what was answered reaches the citizen.

In: ``arrived`` (a message), ``touched`` (he tapped, followed, scanned: something may be sent), ``left``. Out: the worker ``run`` pushes
through outlets; channels that can only answer within a request ``collect``. Nobody is handed a message twice unless a gateway died between
the platform's yes and our writing it down.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.database import Database
from common.vault import Vault
from services.audit.service import Audit
from services.conversations.model import Incoming, Session
from services.conversations.service import Conversations
from services.deliveries import store
from services.deliveries.addresses import Addresses
from services.deliveries.allowances import reach_of
from services.deliveries.batches import Batches
from services.deliveries.collecting import Collecting
from services.deliveries.errors import Forbidden, Gone, QuotaUsed, Refused, SendFailed, TryLater, WindowClosed
from services.deliveries.intake import Intake
from services.deliveries.model import Allowance, Arrival, CardPart, MenuChoice, MenuPart, Parked, Part, PicturePart, Place, Reach, TextPart, TypedPart
from services.deliveries.ports import Outlet
from services.deliveries.sending import Sending
from services.deliveries.stopping import Stops
from services.deliveries.worker import Worker
from services.messages.model import Choice

__all__ = [
    "Allowance", "Arrival", "CardPart", "Deliveries", "Forbidden", "Gone", "MenuChoice", "MenuPart", "Outlet", "Parked", "Part", "PicturePart",
    "Place", "QuotaUsed", "Refused", "SendFailed", "Stops", "TextPart", "TryLater", "TypedPart", "WindowClosed",
]  # fmt: skip


class Deliveries:
    """One per process. ``stops`` is the kill switch of the channels."""

    def __init__(
        self, *, database: Database, vault: Vault, clock: Clock, conversations: Conversations, secrets: list[str], worker: str = "gateway-0",
        look_s: float = 5.0, at_once: int = 32, audit: Audit | None = None,
    ):  # fmt: skip
        self._database, self._clock, self._conversations = database, clock, conversations
        shared = {"database": database, "clock": clock}
        self._addresses = Addresses(**shared, vault=vault, conversations=conversations, secrets=secrets)
        batches = Batches(**shared, vault=vault, conversations=conversations)
        self._intake = Intake(**shared, conversations=conversations, addresses=self._addresses)
        self._collecting = Collecting(**shared, vault=vault, conversations=conversations, addresses=self._addresses, batches=batches, worker=worker)
        sending = Sending(**shared, conversations=conversations, addresses=self._addresses, batches=batches, worker=worker)
        self.stops = Stops(**shared, audit=audit)
        self.worker = Worker(**shared, conversations=conversations, sending=sending, stops=self.stops, worker=worker, look_s=look_s, at_once=at_once)

    # — what channels hand in —

    async def arrived(
        self, *, place: Place, incoming: Incoming, label: str | None = None, allowance: Allowance | None = None, hold_s: float = 0.0
    ) -> Arrival:
        """Stores one message of a citizen before anything is acknowledged; finds or makes who he is and his conversation.

        ``incoming.channel_message_id`` is ``"<channel>:<the platform's id>"``; the same one again is the same message. ``allowance`` counts
        anew from now, and what was kept for him is sent. ``hold_s``: the worker leaves his answers alone so long, for ``collect``.

        :raises EmptyMessage, MessageTooLong, PayloadInvalid: and then nothing is stored.
        """
        found = await self._intake.arrived(place=place, incoming=incoming, label=label, allowance=allowance, hold_s=hold_s)
        self.worker.wake()
        return found

    async def touched(self, *, place: Place, allowance: Allowance | None = None) -> str:
        """He did something that is no message (followed, tapped, scanned); what was kept is sent. Returns his conversation, made if need be."""
        found = await self._intake.touched(place=place, allowance=allowance)
        self.worker.wake()
        return found

    async def only(self, conn: AsyncConnection, *, place: Place, allowance: Allowance) -> None:
        """A session changed hands: he may be sent this and nothing else, what was kept for him first. In the caller's transaction."""
        await self._intake.only(conn, place=place, allowance=allowance)

    async def left(self, *, place: Place) -> None:
        """He unfollowed: nothing is tried any more until he is heard of again."""
        async with self._database.begin() as conn:
            row = await self._addresses.find(conn, place, lock=True)
            if row is not None:
                await store.change(conn, row.id, parked="gone", allowances=[])

    async def reading(self, *, conversation_id: str, upto: int = 0, for_s: float) -> None:
        """He reads this conversation on a page of ours and has everything up to ``upto`` there: that is not sent to him again, and what comes
        is left to the page for ``for_s`` seconds."""
        async with self._database.begin() as conn:
            await store.read_elsewhere(conn, conversation_id, upto=upto, next_at=self._clock.now() + timedelta(seconds=for_s))

    async def picture(self, *, place: Place, body: bytes) -> str:
        """Keeps a picture of his and returns its upload id, for an ``Incoming("upload", …)``. :raises UploadInvalid:"""
        row, _ = await self._addresses.ensure(place)
        session = Session(id="", conversation_id=row.conversation_id, person_id=row.person_id, expires_at=self._clock.now())
        return await self._conversations.upload(session=session, body=body)

    async def tapped(self, *, place: Place, key: str) -> Choice | None:
        """What stands behind the key of a menu entry (:class:`MenuChoice`): label and payload; None when it is not known any more."""
        return await self._intake.tapped(place=place, key=key)

    async def first_time(self, *, key: str, keep: timedelta = timedelta(days=1)) -> bool:
        """Whether ``key`` (an event's, a nonce's) is seen for the first time within ``keep``; several gateways share one memory."""
        now = self._clock.now()
        async with self._database.begin() as conn:
            return await store.first_time(conn, key=hashlib.sha256(key.encode()).hexdigest(), now=now, until=now + keep)

    async def conversation_of(self, *, place: Place) -> str | None:
        """His conversation, or None when nobody is known there."""
        async with self._database.begin() as conn:
            row = await self._addresses.find(conn, place)
        return row.conversation_id if row is not None else None

    async def person_at(self, *, place: Place) -> str:
        """Who is reached there: ``vs_…`` until he has proved who he is; made if need be."""
        return (await self._addresses.ensure(place))[0].person_id

    async def recognised(self, *, place: Place, person_id: str) -> None:
        """The visitor at a place has proved who he is; his conversation is that person's from now on.

        Pictures and forms he began come along by ``Services.recognise``, which the caller asks for.
        """
        row, _ = await self._addresses.ensure(place)
        async with self._database.begin() as conn:
            await self._conversations.change_person(conn, conversation_id=row.conversation_id, person_id=person_id)
            await store.change(conn, row.id, person_id=person_id)

    async def places_of(self, *, person_id: str, here: bool = False) -> list[Place]:
        """Where a person is reached. ``here``: without those that he has left."""
        async with self._database.begin() as conn:
            return [self._addresses.place(row) for row in await store.of_person(conn, person_id) if not (here and row.parked == "gone")]

    async def reach(self, *, conversation_id: str) -> Reach | None:
        """How far he has what was said to him; None where nothing is sent, for he reads it on a page of ours."""
        async with self._database.begin() as conn:
            row = await store.of_conversation(conn, conversation_id)
        return reach_of(row, self._clock.now()) if row is not None else None

    async def shown(self, conn: AsyncConnection, *, place: Place, seqs: Sequence[int]) -> None:
        """These messages of his conversation were shown to him by the platform itself (a person wrote in its own client): he is not sent
        them again. In the transaction that stores them."""
        row = await self._addresses.find(conn, place, lock=True)
        if row is not None:
            kept = [seq for seq in row.shown or [] if seq > row.delivered_seq]
            await store.change(conn, row.id, shown=[*kept, *seqs])

    async def undelivered(self, *, place: Place, after: int, why: Parked | None) -> None:
        """The platform took parts and now says that he never got what comes after message ``after``: he is owed it again, when he is heard of;
        at once without a ``why``, for he was heard of since."""
        async with self._database.begin() as conn:
            row = await self._addresses.find(conn, place, lock=True)
            if row is not None and (row.delivered_seq > after or row.batch is not None):
                again = {"batch": None, "batch_done": 0, "attempts": 0, **({"parked": why, "allowances": []} if why else {})}
                await store.change(conn, row.id, delivered_seq=min(row.delivered_seq, after), **again)
        self.worker.wake()

    # — answers within a request —

    async def collect(self, *, place: Place, outlet: Outlet, key: str, room: int | None, wait_s: float, turn_id: str | None = None) -> list[Part]:
        """Hands over what is due, waiting up to ``wait_s`` seconds for the first of it (with ``turn_id``: until that turn is answered).

        At most ``room`` parts; what is left stays for the next time, and :meth:`waiting` says so. The same ``key`` (the platform's message
        id) gets the same parts again, so a repeated push is answered alike. Empty: nothing was ready in time.
        """
        found = await self._collecting.collect(place=place, outlet=outlet, key=key, room=room, wait_s=wait_s, turn_id=turn_id)
        self.worker.wake()
        return found

    async def waiting(self, *, place: Place) -> bool:
        """Whether something is kept for him that he has not been handed."""
        return await self._collecting.waiting(place)

    # — pushing —

    async def due(self, conn: AsyncConnection, conversation_id: str, seq: int) -> None:
        """Notes, in the very transaction that stores messages, that the citizen is owed everything up to ``seq``."""
        await store.owe(conn, conversation_id, seq)

    async def run(self, outlets: Mapping[str, Outlet]) -> None:
        """For ever: hands what is due to the outlets; woken by events, and looks by itself every few seconds."""
        await self.worker.run(outlets)

    async def owed(self) -> dict[str, int]:
        """How many citizens of each channel are owed messages, sent soon or parked."""
        async with self._database.begin() as conn:
            rows = await store.figures(conn)
        return {name: sum(row[2] for row in rows if row[0] == name) for name in {row[0] for row in rows}}

    # — keeping and forgetting —

    async def erase(self, *, person_id: str) -> int:
        """Forgets where a person is reached and what was kept for him; how many places."""
        async with self._database.begin() as conn:
            return await store.forget_person(conn, person_id)

    async def forget(self, *, conversation_ids: Sequence[str]) -> int:
        """Forgets the places whose conversations were forgotten for their age, and keys that ran out; how many."""
        async with self._database.begin() as conn:
            gone = await store.forget_conversations(conn, conversation_ids)
            return gone + await store.forget_seen(conn, self._clock.now())
