"""Customers by a keyed hash, and what is known of their sessions: who serves them, as the platform last said, and which events may be answered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.base import Part, Place
from channels.wecom_kf import store
from channels.wecom_kf.catalogue import limits, seconds
from common.clock import Clock
from common.database import Database
from common.signing import Signer
from common.vault import Vault

_REMEMBERED = 10  # of the parts sent last


class Customers:
    """A change of the product's secrets makes everybody unknown here, which only means that the platform is asked again."""

    def __init__(self, *, database: Database, vault: Vault, clock: Clock, signer: Signer):
        self._database, self._vault, self._clock, self._signer = database, vault, clock, signer

    def digest(self, open_kfid: str, customer: str) -> str:
        return self._signer.sign(purpose="wecom_kf.customer", id=f"{open_kfid}\n{customer}")

    def key(self, place: Place) -> store.Key:
        return place.account, self.digest(place.account, place.address)

    async def of(self, place: Place) -> Row[Any]:
        async with self._database.begin() as conn:
            return await store.session(conn, self.key(place), self._clock.now())

    async def heard(self, place: Place, at: int) -> None:
        """He wrote: an ended session has begun anew, and a greeting comes too late."""
        said, now = datetime.fromtimestamp(at, UTC), self._clock.now()
        async with self._database.begin() as conn:
            row = await store.session(conn, self.key(place), now, lock=True)
            values: dict[str, Any] = {"heard_at": max(said, row.heard_at or said), "seen_at": now}
            if row.state in (0, 4) or row.heard_at is None or said - row.heard_at > seconds("session_s"):
                values["state"] = None
            if row.code_kind == "welcome":
                values |= {"code": None, "code_kind": None}
            await store.change_session(conn, self.key(place), **values)

    async def in_state(self, place: Place, state: int | None) -> None:
        """What the platform said; None: it has to be asked."""
        now = self._clock.now()
        async with self._database.begin() as conn:
            await self.note_state(conn, place, state, now)

    async def note_state(self, conn: AsyncConnection, place: Place, state: int | None, now: datetime) -> None:
        await store.session(conn, self.key(place), now)
        await store.change_session(conn, self.key(place), state=state, state_at=now, seen_at=now)

    # — codes: one answer to an event each —

    async def give_code(self, place: Place, *, kind: str, code: str, at: int) -> None:
        """The event happened ``at``; its code is good once, and not for long."""
        async with self._database.begin() as conn:
            await self.note_code(conn, place, kind=kind, code=code, at=at)

    async def note_code(self, conn: AsyncConnection, place: Place, *, kind: str, code: str, at: int) -> None:
        until = datetime.fromtimestamp(at, UTC) + timedelta(seconds=limits()["codes"][kind]["seconds"] - limits()["code_spare_s"])
        await store.session(conn, self.key(place), self._clock.now())
        await store.change_session(conn, self.key(place), code=self._vault.seal(code), code_kind=kind, code_until=until)

    def code_for(self, row: Row[Any], part: Part) -> str | None:
        """A code that lets this part be sent now, whoever serves him: one answer, so it is kept for what the event is to be answered with."""
        if row.code is None or row.code_until <= self._clock.now():
            return None
        rule = limits()["codes"][row.code_kind]
        fits: Collection[int] = rule["states"]
        fit = part.kind in rule["kinds"] and part.purpose not in rule.get("not_for", ()) and (row.state in fits or row.code_kind == "welcome")
        return self._vault.open(row.code) if fit else None

    async def drop_code(self, place: Place, used: Row[Any]) -> None:
        """Forgets the code that stood in ``used``; another that came meanwhile stays."""
        async with self._database.begin() as conn:
            row = await store.session(conn, self.key(place), self._clock.now(), lock=True)
            if row.code == used.code:
                await store.change_session(conn, self.key(place), code=None, code_kind=None, code_until=None)

    # — what was sent —

    async def sending(self, place: Place, part: Part) -> tuple[Row[Any], bool]:
        """Notes a part before it is sent: what is known of the customer, and whether it was tried before."""
        async with self._database.begin() as conn:
            row = await store.session(conn, self.key(place), self._clock.now(), lock=True)
            again = any(key == part.key for key, *_ in row.sent)
            if not again:
                sent = [*row.sent, [part.key, part.upto, self._clock.now().isoformat()]]
                await store.change_session(conn, self.key(place), sent=sent[-_REMEMBERED:])
        return row, again

    async def unsent(self, place: Place, part: Part) -> None:
        """It was surely not sent: a refusal of its next try is that, and no sign of the first one's success."""
        async with self._database.begin() as conn:
            row = await store.session(conn, self.key(place), self._clock.now(), lock=True)
            await store.change_session(conn, self.key(place), sent=[one for one in row.sent if one[0] != part.key])

    async def before(self, place: Place, part_key: str) -> tuple[int, bool] | None:
        """(The number of the message he had in full before this part was sent, whether he has written since.) None when it was not sent
        lately. The platform tells seconds, so who wrote within the same second has written since."""
        row = await self.of(place)
        keys = [key for key, *_ in row.sent]
        if part_key not in keys:
            return None
        index = keys.index(part_key)
        upto = int(row.sent[index - 1][1]) if index else max(int(row.sent[0][1]) - 1, 0)
        at = [datetime.fromisoformat(moment).replace(microsecond=0) for moment in row.sent[index][2:]]  # older ones tell none
        return upto, row.heard_at is not None and bool(at) and row.heard_at >= at[0]
