"""Where a citizen's mail goes: an address he typed in and proved to be his by the code that was sent there. Sealed at rest.

Telephones are not kept here: they are part of the identity that the provider verified.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from common.clock import Clock
from common.database import Database
from common.ids import new_id
from common.signing import Signer
from common.vault import Vault
from services.notices import store
from services.notices.errors import AddressInvalid, CodeWrong, NotVerified, TooManyCodes

# What mail servers in use accept (RFC 5321 without quoted local parts and address literals); whether it is his, the code proves.
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
_VALID, _TRIES, _A_DAY, _DAY = timedelta(minutes=10), 5, 5, timedelta(days=1)
_PURPOSE = "notices.mailbox"


@dataclass(frozen=True)
class Mailbox:
    """``state``: ``none``, ``asked`` (the code was sent) or ``confirmed``. While a new address is asked for, the confirmed one stays."""

    id: str | None = None
    state: Literal["none", "asked", "confirmed"] = "none"
    address: str | None = field(default=None, repr=False)  # the confirmed one
    asked: str | None = field(default=None, repr=False)
    asked_until: datetime | None = None


class Mailboxes:
    valid = _VALID

    def __init__(self, *, database: Database, clock: Clock, vault: Vault, signer: Signer):
        self._database, self._clock, self._vault, self._signer = database, clock, vault, signer

    async def of(self, *, person_id: str) -> Mailbox:
        async with self._database.begin() as conn:
            row = await store.mailbox_of(conn, person_id=person_id)
        if row is None:
            return Mailbox()
        waits = row.asked is not None and row.code_until > self._clock.now()
        return Mailbox(
            id=row.id, state="asked" if waits else "confirmed" if row.sealed else "none",
            address=self._vault.open(row.sealed) if row.sealed else None,
            asked=self._vault.open(row.asked) if waits else None, asked_until=row.code_until if waits else None,
        )  # fmt: skip

    async def owner(self, *, mailbox_id: str) -> str | None:
        async with self._database.begin() as conn:
            row = await store.mailbox_of(conn, mailbox_id=mailbox_id)
        return row.person_id if row else None

    async def ask(self, *, person_id: str, address: str, post: Callable[[str, str], Awaitable[None]]) -> Mailbox:
        """Sends a code of six digits there by ``post(address, code)``; it is good for ten minutes, and five are sent a day.

        :raises NotVerified, AddressInvalid, TooManyCodes: and whatever ``post`` raises; a code that could not be sent counts all the same.
        """
        address = address.strip()
        if not person_id.startswith("ct_"):
            raise NotVerified
        if not _ADDRESS.fullmatch(address) or len(address) > 254 or ".." in address.split("@")[0] or address.startswith("."):
            raise AddressInvalid(fields={"address": "invalid"})
        code, now = f"{secrets.randbelow(1_000_000):06d}", self._clock.now()
        async with self._database.begin() as conn:
            await store.lock_person(conn, person_id)
            row = await store.mailbox_of(conn, person_id=person_id)
            fresh = row is None or row.first_code_at is None or row.first_code_at <= now - _DAY
            sent = 0 if fresh or row is None else row.codes_sent
            if sent >= _A_DAY:
                raise TooManyCodes
            await store.put_mailbox(
                conn, person_id=person_id, new_id=new_id("mb"), asked=self._vault.seal(address), code=self._hash(person_id, address, code),
                code_until=now + _VALID, tries=0, codes_sent=sent + 1, first_code_at=now if fresh or row is None else row.first_code_at,
            )  # fmt: skip
        await post(address, code)
        return await self.of(person_id=person_id)

    async def confirm(self, *, person_id: str, code: str) -> Mailbox:
        """The address is his, and mail goes there from now on. :raises CodeWrong: five wrong ones, and a new code is needed."""
        async with self._database.begin() as conn:
            await store.lock_person(conn, person_id)
            row = await store.mailbox_of(conn, person_id=person_id)
            right = False
            if row is not None and row.asked is not None and row.code_until > self._clock.now() and row.tries < _TRIES:
                address = self._vault.open(row.asked)
                right = self._right(person_id, address, code.strip(), row.code)
                done = {"asked": None, "code": None, "code_until": None, "tries": 0, "sealed": row.asked, "confirmed_at": self._clock.now()}
                await store.put_mailbox(conn, person_id=person_id, new_id=row.id, **(done if right else {"tries": row.tries + 1}))
        if not right:
            raise CodeWrong(fields={"code": "wrong"})
        return await self.of(person_id=person_id)

    async def drop(self, *, person_id: str) -> None:
        """No mail any more, and the address is forgotten; the count of codes with it, unless some were sent today."""
        async with self._database.begin() as conn:
            await store.lock_person(conn, person_id)
            row = await store.mailbox_of(conn, person_id=person_id)
            if row is None:
                return
            if row.first_code_at is not None and row.first_code_at > self._clock.now() - _DAY:
                nothing = dict.fromkeys(("sealed", "confirmed_at", "asked", "code", "code_until"))
                await store.put_mailbox(conn, person_id=person_id, new_id=row.id, **nothing)
            else:
                await store.drop_mailbox(conn, person_id)

    async def lost(self, *, person_id: str, address: str) -> None:
        """The mail server says that nobody lives there any more: nothing is sent there until he confirms one anew."""
        async with self._database.begin() as conn:
            await store.lock_person(conn, person_id)
            row = await store.mailbox_of(conn, person_id=person_id)
            if row is not None and row.sealed is not None and self._vault.open(row.sealed) == address:
                await store.put_mailbox(conn, person_id=person_id, new_id=row.id, sealed=None, confirmed_at=None)

    def _hash(self, person_id: str, address: str, code: str) -> str:
        return self._signer.sign(purpose=_PURPOSE, id=f"{person_id}\n{address}\n{code}")

    def _right(self, person_id: str, address: str, code: str, kept: str) -> bool:
        # Signed by whatever secret was the newest then.
        return self._signer.verify(purpose=_PURPOSE, id=f"{person_id}\n{address}\n{code}", key=kept)
