"""One draft, inside the caller's transaction: found, kept, its life prolonged with every change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.vault import Vault
from services.forms import store
from services.forms.errors import FormClosed, FormUnknown
from services.forms.state import Draft
from services.forms.tables import drafts


@dataclass(frozen=True)
class Drafts:
    """``keep``: how long a draft nobody touches lives."""

    clock: Clock
    vault: Vault
    keep: timedelta

    def stale(self) -> tuple[sa.ColumnElement[bool], ...]:
        return drafts.c.state == "open", drafts.c.expires_at <= self.clock.now()

    def open_of(self, person_id: str) -> tuple[sa.ColumnElement[bool], ...]:
        return drafts.c.person_id == person_id, drafts.c.state == "open", drafts.c.expires_at > self.clock.now()

    async def one(self, connection: AsyncConnection, form_id: str, person_id: str, *, lock: bool = False, open_only: bool = False) -> Draft:
        """:raises FormUnknown: not this person's, or run out. :raises FormClosed: submitted, and ``open_only``."""
        found = await store.find(connection, self.vault, drafts.c.id == form_id, drafts.c.person_id == person_id, lock=lock)
        if not found or found[0].state in ("discarded", "expired") or (found[0].state == "open" and found[0].expires_at <= self.clock.now()):
            raise FormUnknown
        if open_only and found[0].state != "open":
            raise FormClosed
        return found[0]

    async def add(self, connection: AsyncConnection, draft: Draft, turn_id: str | None) -> bool:
        """``False`` if the person already has an open one of this guide for this subject."""
        draft.revision = 1
        draft.expires_at = draft.updated_at + self.keep
        if not await store.add(connection, self.vault, draft):
            return False
        await store.note(connection, draft, at=draft.updated_at, actor=draft.person_id, turn_id=turn_id)
        return True

    async def save(self, connection: AsyncConnection, draft: Draft, *, actor: str, turn_id: str | None) -> None:
        draft.revision += 1
        draft.updated_at = self.clock.now()
        draft.expires_at = draft.updated_at + self.keep
        await store.save(connection, self.vault, draft)
        await store.note(connection, draft, at=draft.updated_at, actor=actor, turn_id=turn_id)
