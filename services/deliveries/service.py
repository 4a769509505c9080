"""Door of the deliveries package: what channels hand in, and how what was answered reaches the citizen.

In: ``arrived`` (a message), ``touched`` (he tapped, followed, scanned: something may be sent), ``left``. Out: the worker ``run`` pushes
through outlets; channels that can only answer within a request ``collect``. Nobody is handed a message twice unless a gateway died between
the platform's yes and our writing it down.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.database import Database
from common.vault import Vault
from services.conversations.model import Incoming
from services.conversations.service import Conversations
from services.deliveries.errors import Gone, QuotaUsed, Refused, SendFailed, TryLater, WindowClosed
from services.deliveries.model import Allowance, Arrival, CardPart, MenuChoice, MenuPart, Parked, Part, Place, TextPart, TypedPart
from services.deliveries.ports import Outlet
from services.messages.model import Choice

__all__ = [
    "Allowance", "Arrival", "CardPart", "Deliveries", "Gone", "MenuChoice", "MenuPart", "Outlet", "Parked", "Part", "Place", "QuotaUsed",
    "Refused", "SendFailed", "TextPart", "TryLater", "TypedPart", "WindowClosed",
]  # fmt: skip


class Deliveries:
    """One per process."""

    def __init__(
        self, *, database: Database, vault: Vault, clock: Clock, conversations: Conversations, secrets: list[str], worker: str = "gateway-0"
    ):
        raise NotImplementedError

    # — what channels hand in —

    async def arrived(
        self, *, place: Place, incoming: Incoming, label: str | None = None, allowance: Allowance | None = None, hold_s: float = 0.0
    ) -> Arrival:
        """Stores one message of a citizen before anything is acknowledged; finds or makes who he is and his conversation.

        ``incoming.channel_message_id`` is ``"<channel>:<the platform's id>"``; the same one again is the same message. ``allowance`` counts
        anew from now, and what was kept for him is sent. ``hold_s``: the worker leaves his answers alone so long, for ``collect``.

        :raises EmptyMessage, MessageTooLong, PayloadInvalid: and then nothing is stored.
        """
        raise NotImplementedError

    async def touched(self, *, place: Place, allowance: Allowance | None = None) -> str:
        """He did something that is no message (followed, tapped, scanned); what was kept is sent. Returns his conversation, made if need be."""
        raise NotImplementedError

    async def left(self, *, place: Place) -> None:
        """He unfollowed: nothing is tried any more until he is heard of again."""
        raise NotImplementedError

    async def picture(self, *, place: Place, body: bytes) -> str:
        """Keeps a picture of his and returns its upload id, for an ``Incoming("upload", …)``. :raises UploadInvalid:"""
        raise NotImplementedError

    async def tapped(self, *, place: Place, key: str) -> Choice | None:
        """What stands behind the key of a menu entry (:class:`MenuChoice`): label and payload; None when it is not known any more."""
        raise NotImplementedError

    async def first_time(self, *, key: str, keep: timedelta = timedelta(days=1)) -> bool:
        """Whether ``key`` (an event's, a nonce's) is seen for the first time within ``keep``; several gateways share one memory."""
        raise NotImplementedError

    async def conversation_of(self, *, place: Place) -> str | None:
        """His conversation, or None when nobody is known there."""
        raise NotImplementedError

    async def places_of(self, *, person_id: str) -> list[Place]:
        """Where a person is reached."""
        raise NotImplementedError

    # — answers within a request —

    async def collect(self, *, place: Place, outlet: Outlet, key: str, room: int | None, wait_s: float, turn_id: str | None = None) -> list[Part]:
        """Hands over what is due, waiting up to ``wait_s`` seconds for the first of it (with ``turn_id``: until that turn is answered).

        At most ``room`` parts; what is left stays for the next time, and :meth:`waiting` says so. The same ``key`` (the platform's message
        id) gets the same parts again, so a repeated push is answered alike. Empty: nothing was ready in time.
        """
        raise NotImplementedError

    async def waiting(self, *, place: Place) -> bool:
        """Whether something is kept for him that he has not been handed."""
        raise NotImplementedError

    # — pushing —

    async def due(self, conn: AsyncConnection, conversation_id: str, seq: int) -> None:
        """Notes, in the very transaction that stores messages, that the citizen is owed everything up to ``seq``."""
        raise NotImplementedError

    async def run(self, outlets: Mapping[str, Outlet]) -> None:
        """For ever: hands what is due to the outlets; woken by events, and looks by itself every few seconds."""
        raise NotImplementedError

    # — keeping and forgetting —

    async def erase(self, *, person_id: str) -> int:
        """Forgets where a person is reached and what was kept for him; how many places."""
        raise NotImplementedError

    async def forget_old(self) -> int:
        """Forgets keys that ran out; how many."""
        raise NotImplementedError
