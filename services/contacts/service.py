"""Door of the contacts: a citizen's telephone, the accounts that are his, and what he agreed to be sent there.

Nothing here is ever logged, indexed or counted; numbers and keys are sealed, places and union ids are known by keyed hashes only.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.database import Database
from common.ids import new_id
from common.vault import Vault
from services.contacts import store
from services.contacts.consents import Consents
from services.deliveries.service import Place

__all__ = ["Consents", "Contacts"]


class Contacts:
    """``secrets``: newest first; the newest hashes, all of them find. ``consents``: what he agreed to be sent."""

    def __init__(self, *, database: Database, vault: Vault, clock: Clock, secrets: list[str]):
        self._database, self._vault, self._clock = database, vault, clock
        self._keys = [hashlib.sha256(b"bangban.contacts:" + s.encode()).digest() for s in secrets]
        self.consents = Consents(database=database, clock=clock, find=self.find)

    # — his telephone —

    async def keep_phone(self, *, person_id: str, number: str) -> None:
        """The number by which he wants to be reached; a later one takes its place."""
        async with self._database.begin() as conn:
            await store.put_phone(conn, person_id=person_id, sealed=self._vault.seal(number), at=self._clock.now())

    async def phone(self, *, person_id: str) -> str | None:
        """The number he gave, None when he gave none."""
        async with self._database.begin() as conn:
            sealed = await store.phone_of(conn, person_id)
        return None if sealed is None else str(self._vault.open(sealed))

    # — the accounts that are his —

    async def note_account(self, *, place: Place, person_id: str, union: str | None = None, session_key: str | None = None) -> list[str]:
        """Writes down whose account is at this place, and with it what the platform told. Returns who else is known there: whose it was when
        his talk was forgotten for its age, then those with the same union id."""
        digests, now = self._digests(f"{place.channel}\n{place.account}\n{place.address}"), self._clock.now()
        unions = [] if union is None else self._digests(f"union\n{union}")
        told: dict[str, Any] = {"digest": digests[0], "person_id": person_id, "changed_at": now}
        told |= {"union_digest": unions[0]} if unions else {}
        told |= {"sealed": self._vault.seal(session_key)} if session_key is not None else {}
        async with self._database.begin() as conn:
            known = await store.at_place(conn, digests, lock=True)
            if known is None:
                await store.add_account(conn, id=new_id("ac"), channel=place.channel, **told)
            else:
                await store.change_account(conn, known.id, **told)
            people = await store.people_of_union(conn, unions) if unions else []
        before = [known.person_id] if known is not None else []
        return [p for p in dict.fromkeys([*before, *people]) if p != person_id]

    async def is_noted(self, *, place: Place) -> bool:
        """Whether this account was written down before."""
        async with self._database.begin() as conn:
            return await self.find(conn, place) is not None

    async def session_key(self, *, place: Place) -> str | None:
        """The platform's key of his session, for what it signs or seals with it; it never leaves the server."""
        async with self._database.begin() as conn:
            known = await self.find(conn, place)
        return None if known is None or known.sealed is None else str(self._vault.open(known.sealed))

    async def find(self, conn: AsyncConnection, place: Place, *, lock: bool = False) -> Row[Any] | None:
        """The row of an account."""
        return await store.at_place(conn, self._digests(f"{place.channel}\n{place.account}\n{place.address}"), lock=lock)

    # — belonging and forgetting —

    async def hand_over(self, *, visitor_id: str, person_id: str) -> None:
        """A visitor turned out to be this person; a number that the person gave himself stays."""
        async with self._database.begin() as conn:
            await store.hand_over(conn, visitor_id=visitor_id, person_id=person_id)

    async def erase(self, *, person_id: str) -> None:
        """Forgets his number, his accounts and what he agreed to."""
        async with self._database.begin() as conn:
            await store.forget_person(conn, person_id)

    async def forget(self, *, keep: timedelta) -> int:
        """Forgets numbers and accounts of those who have not signed in for so long, and keys of deeds nobody repeats; how many persons' things."""
        async with self._database.begin() as conn:
            gone = await store.forget_unused(conn, self._clock.now() - keep)
        await self.consents.forget_old()
        return gone

    def _digests(self, said: str) -> list[str]:
        return [hmac.new(key, said.encode(), hashlib.sha256).hexdigest() for key in self._keys]
