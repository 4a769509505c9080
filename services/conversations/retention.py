"""What conversations keep only so long: talks nobody has touched for a long time, sessions that ran out, what dead turns left."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from common.clock import Clock
from common.database import Database
from services.conversations.tables import conversation, session, staged, upload

_STAGED_FOR = timedelta(days=1)
_AT_ONCE = 500


async def forget_old(*, database: Database, clock: Clock, keep: timedelta) -> list[str]:
    """Deletes talks not touched for ``keep`` that no person has in hand, with their messages, and pictures of visitors as old; a
    citizen's pictures may belong to an application and stay. Their ids, so that others forget them too; at most 500 at a time."""
    now = clock.now()
    old = select(conversation.c.id).where(conversation.c.last_at < now - keep, conversation.c.owner.in_(["bot", "closed"]))
    async with database.begin() as conn:
        found = (await conn.execute(old.order_by(conversation.c.last_at).limit(_AT_ONCE).with_for_update(skip_locked=True))).scalars().all()
        await conn.execute(delete(conversation).where(conversation.c.id.in_(found)))
        await conn.execute(delete(upload).where(upload.c.created_at < now - keep, upload.c.person_id.startswith("vs_")))
    return list(found)


async def forget_leftovers(*, database: Database, clock: Clock) -> int:
    """Deletes sessions that ran out and what was staged for turns that never came to their commit; how many."""
    now = clock.now()
    async with database.begin() as conn:
        gone = (await conn.execute(delete(session).where(session.c.expires_at < now))).rowcount
        return gone + (await conn.execute(delete(staged).where(staged.c.staged_at < now - _STAGED_FOR))).rowcount
