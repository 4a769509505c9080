"""The door of the package: a citizen rates an episode; a low mark gets looked into; figures by agent."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
import yaml
from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.database import Database
from services.conversations.model import Turn
from services.handoff.service import Episode
from services.messages.model import Message
from services.messages.rendering import words as message_words
from services.ratings.tables import rating
from services.tickets.service import TicketService

__all__ = ["RatingService"]
CHANGEABLE = timedelta(hours=24)
LOW = 2


class Episodes(Protocol):
    async def episode(self, conn: AsyncConnection, episode_id: str) -> Episode | None: ...


@cache
def _words() -> dict[str, str]:
    return yaml.safe_load((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))


class RatingService:
    def __init__(self, *, database: Database, clock: Clock, episodes: Episodes, tickets: TicketService):
        self._database, self._clock, self._episodes, self._tickets = database, clock, episodes, tickets

    async def from_turn(self, conn: AsyncConnection, turn: Turn, data: dict[str, Any]) -> list[Message]:
        """Effect ``rating``: ``episode_id``, ``value`` (1 to 5). Another person's episode, one that is not over, or a change after a day
        is left alone: the citizen was thanked, and nothing is wrong that he could mend."""
        episode = await self._episodes.episode(conn, data["episode_id"])
        if episode is None or episode.person_id != turn.person_id or episode.state != "ended":
            return []
        now, value = self._clock.now(), int(data["value"])
        known = (await conn.execute(sa.select(rating).where(rating.c.episode_id == episode.id).with_for_update())).first()
        if known is not None and now - known.first_at > CHANGEABLE:
            return []
        ticket = await self._follow_up(conn, episode, value) if value <= LOW else None
        kept = {"value": value, "changed_at": now, **({"ticket_number": ticket} if ticket else {})}
        if known is not None:
            await conn.execute(rating.update().where(rating.c.episode_id == episode.id).values(**kept))
        else:
            who = {"episode_id": episode.id, "person_id": episode.person_id, "agent_id": episode.agent_id, "guide_id": episode.guide_id}
            await conn.execute(rating.insert().values(**who, first_at=now, **kept))
        return []

    async def _follow_up(self, conn: AsyncConnection, episode: Episode, value: int) -> str:
        """One ticket per episode, for the supervisor."""
        names = {"value": value, "label": message_words()["levels"][value], "summary": episode.summary}
        ticket = await self._tickets.open(
            conn, kind="follow_up", about=_words()["low"].format(**names), detail=_words()["detail"].format(**names), by="system",
            origin="rating", source_key=f"rating:{episode.id}", person_id=episode.person_id, conversation_id=episode.conversation_id,
            guide_id=episode.guide_id,
        )  # fmt: skip
        return ticket.number

    async def figures(self, *, since: datetime) -> dict[str, dict[str, Any]]:
        """By agent id (``bot`` where no agent was involved): ``{"count", "mean", "low"}`` of the ratings given since then."""
        mean = sa.func.round(sa.func.avg(rating.c.value), 2).label("mean")
        low = sa.func.count().filter(rating.c.value <= LOW).label("low")
        query = sa.select(rating.c.agent_id, sa.func.count().label("count"), mean, low)
        async with self._database.begin() as conn:
            rows = await conn.execute(query.where(rating.c.first_at >= since).group_by(rating.c.agent_id))
            return {row.agent_id or "bot": {"count": row._mapping["count"], "mean": float(row.mean), "low": row.low} for row in rows}

    async def erase(self, *, person_id: str) -> None:
        """The marks stay as figures, without the person."""
        async with self._database.begin() as conn:
            await conn.execute(rating.update().where(rating.c.person_id == person_id).values(person_id=""))
