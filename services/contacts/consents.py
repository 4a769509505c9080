"""What a citizen agreed to be sent by an account: counted messages of a template, or a lasting permission.

A deed has a key: a report that a client repeats counts once, and a message that is tried again takes no second permission.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import Row

from common.clock import Clock
from common.database import Database
from services.contacts import store
from services.deliveries.service import Place

Find = Callable[..., Awaitable[Row[Any] | None]]
KEEP = timedelta(days=90)  # a deed older than this is not repeated any more


class Consents:
    def __init__(self, *, database: Database, clock: Clock, find: Find):
        self._database, self._clock, self._find = database, clock, find

    async def agreed(self, *, place: Place, template: str, key: str, lasting: bool = False) -> bool:
        """He allowed one message more of a template, or (``lasting``) all of them. False: counted before, or nobody is known there."""
        now = self._clock.now()
        async with self._database.begin() as conn:
            known = await self._find(conn, place, lock=True)
            if known is None or not await store.first_deed(conn, key=_hashed("report", known.id, template, key), account_id=known.id, at=now):
                return False
            await store.add_consent(conn, account_id=known.id, template=template, lasting=lasting, at=now)
        return True

    async def refused(self, *, place: Place, template: str) -> None:
        """He was asked and said no. What he allowed before message by message stands; a lasting permission ends."""
        async with self._database.begin() as conn:
            known = await self._find(conn, place, lock=True)
            if known is not None:
                await store.refuse(conn, account_id=known.id, template=template, at=self._clock.now())

    async def refused_within(self, *, place: Place, days: int) -> set[str]:
        """The templates he said no to in the last ``days``: he is not asked for them again so soon (网络数据安全管理条例 art. 22)."""
        async with self._database.begin() as conn:
            known = await self._find(conn, place)
            return set() if known is None else set(await store.refused_since(conn, known.id, self._clock.now() - timedelta(days=days)))

    async def allowed(self, *, place: Place, template: str) -> bool:
        """Whether a message of this template may be sent there."""
        async with self._database.begin() as conn:
            known = await self._find(conn, place)
            row = await store.consent_of(conn, known.id, template) if known is not None else None
        return row is not None and (row.lasting or row.messages > 0)

    async def spend(self, *, place: Place, template: str, key: str) -> Literal["spent", "again"] | None:
        """Takes one permission for the message of this key, before it is sent. ``again``: it was taken for it earlier, and nobody knows
        whether the message went. None: there is none."""
        now = self._clock.now()
        async with self._database.begin() as conn:
            known = await self._find(conn, place, lock=True)
            if known is None:
                return None
            deed = _hashed("message", known.id, template, key)
            if await store.is_done(conn, deed):
                return "again"
            row = await store.consent_of(conn, known.id, template)
            if row is None or not (row.lasting or row.messages > 0):
                return None
            await store.first_deed(conn, key=deed, account_id=known.id, at=now)
            if not row.lasting:
                await store.set_consent(conn, known.id, template, messages=row.messages - 1, changed_at=now)
        return "spent"

    async def is_spent(self, *, place: Place, template: str, key: str) -> bool:
        """Whether a permission of this place was taken for the message of this key."""
        async with self._database.begin() as conn:
            known = await self._find(conn, place)
            return known is not None and await store.is_done(conn, _hashed("message", known.id, template, key))

    async def give_back(self, *, place: Place, template: str, key: str) -> None:
        """The platform took no message for this key: the permission is as good as before."""
        async with self._database.begin() as conn:
            known = await self._find(conn, place, lock=True)
            if known is not None and await store.undo_deed(conn, _hashed("message", known.id, template, key)):
                row = await store.consent_of(conn, known.id, template)
                if row is not None and not row.lasting:
                    await store.set_consent(conn, known.id, template, messages=row.messages + 1, changed_at=self._clock.now())

    async def withdrawn(self, *, place: Place, template: str) -> None:
        """The platform says that he wants none: what we counted is worth nothing."""
        async with self._database.begin() as conn:
            known = await self._find(conn, place)
            if known is not None:
                await store.set_consent(conn, known.id, template, messages=0, lasting=False, changed_at=self._clock.now())

    async def forget_old(self) -> int:
        """Forgets the keys of deeds that are not repeated any more; how many."""
        async with self._database.begin() as conn:
            return await store.forget_deeds(conn, self._clock.now() - KEEP)


def _hashed(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
