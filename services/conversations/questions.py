"""Second door of the package, for those who mend the knowledge: what was asked and how it went, masked, nobody named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from common.database import Database
from services.conversations.tables import conversation, turn


@dataclass(frozen=True)
class Asked:
    """``text`` is masked; ``nearest`` the guide that came first among the candidates, if there were any."""

    text: str
    outcome: str
    at: datetime
    nearest: str | None = None


class QuestionLog:
    """Turns of conversations that nobody asked to erase."""

    def __init__(self, *, database: Database):
        self._database = database

    async def ended(self, *, outcomes: Sequence[str], since: datetime, limit: int = 1000) -> list[Asked]:
        """Citizens' sentences whose turn ended so, newest first."""
        query = _spoken().where(turn.c.outcome.in_(outcomes), turn.c.received_at >= since).order_by(turn.c.received_at.desc()).limit(limit)
        async with self._database.begin() as conn:
            rows = (await conn.execute(query)).all()
        return [Asked(r.masked, r.outcome, r.received_at, r.candidates[0]["guide_id"] if r.candidates else None) for r in rows]

    async def about(self, *, guide_id: str, since: datetime, limit: int = 40) -> list[str]:
        """Different sentences that were answered from this guide, newest first."""
        last = func.max(turn.c.received_at)
        query = select(turn.c.masked).join(conversation, conversation.c.id == turn.c.conversation_id)
        query = query.where(turn.c.kind == "text", turn.c.masked != "", turn.c.guide_id == guide_id, turn.c.received_at >= since)
        query = query.where(conversation.c.erased_at.is_(None)).group_by(turn.c.masked).order_by(last.desc()).limit(limit)
        async with self._database.begin() as conn:
            return list((await conn.execute(query)).scalars())


def _spoken() -> Select[Any]:
    columns = (turn.c.masked, turn.c.outcome, turn.c.received_at, turn.c.candidates)
    query = select(*columns).join(conversation, conversation.c.id == turn.c.conversation_id)
    return query.where(turn.c.kind == "text", turn.c.masked != "", conversation.c.erased_at.is_(None))
