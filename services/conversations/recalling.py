"""Whoever wrote a message takes it back in the channel he wrote it in: it is not to be read any more, here either."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.vault import Vault
from services.conversations import store
from services.conversations.tables import message, turn


async def recall(conn: AsyncConnection, vault: Vault, clock: Clock, conversation_id: str, channel_message_id: str, shown: str) -> bool:
    """Puts ``shown`` in the place of what he wrote, in the talk and in its turn, which is dropped if it was not answered yet."""
    said = await store.turn_by_channel_id(conn, conversation_id, channel_message_id)
    if said is None:
        return False
    values: dict[str, Any] = {"masked": shown, "sealed": vault.seal(shown)}
    if said.state == "pending":
        values |= {"state": "dropped", "finished_at": clock.now()}
    await conn.execute(update(turn).where(turn.c.id == said.id).values(**values))
    await blot(conn, vault, conversation_id, said.seq, shown)
    return True


async def blot(conn: AsyncConnection, vault: Vault, conversation_id: str, seq: int, shown: str) -> bool:
    """Puts ``shown`` in the place of one message's words. False when there is none."""
    there = select(message).where(message.c.conversation_id == conversation_id, message.c.seq == seq)
    if (found := (await conn.execute(there)).first()) is None:
        return False
    body = vault.seal({**vault.open(found.body), "text": shown})
    await conn.execute(update(message).where(message.c.id == found.id).values(body=body))
    return True
