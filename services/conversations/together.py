"""Messages of many citizens stored in one transaction: what one of them costs alone is mostly the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from common.clock import Clock
from common.ids import new_id
from common.masking import mask
from common.vault import Vault
from services.conversations import bulk
from services.conversations.inbox import LEASE, Receipt
from services.conversations.model import Incoming
from services.messages.model import Text


@dataclass(frozen=True)
class Wanted:
    """One checked message for a conversation; ``label`` is what the tapped button said."""

    conversation_id: str
    incoming: Incoming
    label: str | None = None


class Together:
    def __init__(self, *, vault: Vault, clock: Clock, worker: str):
        self._vault, self._clock, self._worker = vault, clock, worker

    async def store(self, conn: AsyncConnection, wanted: Sequence[Wanted]) -> list[Receipt | None]:
        """In order; None for a conversation that somebody else has locked, or that is gone: it was not touched."""
        now = self._clock.now()
        locked = await bulk.lock(conn, sorted({w.conversation_id for w in wanted}))
        here = [w for w in wanted if w.conversation_id in locked]
        if not here:
            return [None] * len(wanted)
        known = await bulk.earlier(conn, [w.conversation_id for w in here], [w.incoming.channel_message_id for w in here])
        free = {key for key, row in locked.items() if row.busy_by is None or row.busy_until < now}
        last = {key: row.last_seq for key, row in locked.items()}
        new: list[dict[str, Any]] = []
        receipts: dict[int, Receipt] = {}
        for one in here:
            cid, key = one.conversation_id, (one.conversation_id, one.incoming.channel_message_id)
            if duplicate := key in known:
                turn_id = known[key]
            else:
                last[cid] += 1
                new.append(self._row(one, last[cid], now))
                turn_id = known[key] = new[-1]["id"]
            receipts[id(one)] = Receipt(turn_id, duplicate=duplicate, mine=cid in free and not duplicate, owner=locked[cid].owner)
        if new:
            changed = {row["conversation_id"]: last[row["conversation_id"]] for row in new}
            await bulk.number(conn, last=changed, leased=free, worker=self._worker, now=now, until=now + LEASE)
            await bulk.add(conn, new, now=now)
        return [receipts.get(id(one)) for one in wanted]

    def _row(self, one: Wanted, seq: int, now: datetime) -> dict[str, Any]:
        """What is written of one message: its turn, and the words for the record people read."""
        incoming, content = one.incoming, one.incoming.content
        shown = content if incoming.kind == "text" else one.label or ""
        said = Text(seq=seq, id=new_id("ms"), sender="citizen", text=shown, created_at=now)
        return {
            "id": new_id("tn"), "conversation_id": one.conversation_id, "seq": seq, "channel_message_id": incoming.channel_message_id,
            "kind": incoming.kind, "masked": mask(content), "sealed": self._vault.seal(content),
            "said": said.id, "body": self._vault.seal(said.model_dump(mode="json")),
        }  # fmt: skip
