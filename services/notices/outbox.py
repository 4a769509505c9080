"""Putting a notice where the worker finds it, in the very transaction that causes it; and seeing what waits there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.database import Database
from common.ids import new_id
from common.vault import Vault
from services.notices import store
from services.notices.errors import NoticeUnknown
from services.notices.model import Kind, Notice, State, Waiting
from services.notices.quiet import QuietHours


class Outbox:
    def __init__(self, *, database: Database, clock: Clock, vault: Vault, quiet: QuietHours):
        self._database, self._clock, self._vault, self._quiet = database, clock, vault, quiet

    async def add(
        self, conn: AsyncConnection, *, cause: str, person_id: str, kind: Kind, subject: str, fields: Mapping[str, Any], expires_at: datetime,
        prompt: bool = False, due_at: datetime | None = None,
    ) -> bool:  # fmt: skip
        """Owes a person a notice once the caller's transaction commits. What still waits about the same subject is out of date and goes.

        ``cause`` names what happened: the same cause again is the same notice, and False. Nothing is said after ``expires_at``.
        """
        now = self._clock.now()
        next_at = self._quiet.next(now=due_at or now, created_at=now, prompt=prompt)
        added = await store.add(
            conn, id=new_id("no"), cause=cause, person_id=person_id, kind=kind, subject=subject, sealed=self._vault.seal(dict(fields)),
            prompt=prompt, created_at=now, due_at=due_at or now, expires_at=expires_at, state="waiting", next_at=next_at,
        )  # fmt: skip
        if added:
            await store.withdraw(conn, subject=subject, now=now, but=cause)
        return added

    def notice(self, row: Row[Any]) -> Notice:
        """The opened notice of a row."""
        names = ("id", "person_id", "kind", "subject", "created_at", "due_at", "expires_at", "prompt")
        return Notice(fields=self._vault.open(row.sealed), **{name: getattr(row, name) for name in names})

    # — for the operator —

    async def list(self, *, states: Collection[State] = ("dead",), limit: int = 100) -> Sequence[Waiting]:
        """Newest first; neither words nor persons."""
        async with self._database.begin() as conn:
            rows = await store.in_state(conn, states, limit=limit)
        return [Waiting(r.id, r.kind, r.state, r.way, r.attempts, _why(r), r.created_at, r.next_at) for r in rows]

    async def retry(self, *, notice_id: str | None = None) -> int:
        """A dead letter, or all of them, is tried anew; how many. What expired stays. :raises NoticeUnknown: no such dead letter."""
        async with self._database.begin() as conn:
            revived = await store.revive(conn, ids=None if notice_id is None else [notice_id], now=self._clock.now())
        if notice_id is not None and not revived:
            raise NoticeUnknown
        return revived

    # — forgetting —

    async def forget_settled(self, *, keep: timedelta) -> int:
        async with self._database.begin() as conn:
            return await store.forget_settled(conn, self._clock.now() - keep)


def _why(row: Row[Any]) -> str | None:
    refused = [f"{way}: {why}" for way, why in sorted(row.refused.items())]
    return "; ".join([*refused, *([row.reason] if row.reason else [])]) or None
