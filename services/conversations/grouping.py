"""Rows as what they stand for: a conversation, and a turn of one or of several sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from common.vault import Vault
from services.conversations.model import Conversation, Turn
from services.conversations.state import DialogueState

MERGE_AT_MOST = 5


def mergeable(pending: Sequence[Row[Any]]) -> list[Row[Any]]:
    """The first pending turn, with the texts that follow it at once: a burst of short sentences is one thought."""
    group = [pending[0]]
    for row in pending[1:MERGE_AT_MOST]:
        if row.kind != "text" or pending[0].kind != "text":
            break
        group.append(row)
    return group


def build_turn(conversation: Conversation, group: Sequence[Row[Any]], vault: Vault) -> Turn:
    lead = group[-1]
    originals = [vault.open(r.sealed) for r in group]
    return Turn(lead.id, conversation, lead.kind, "，".join(originals), "，".join(r.masked for r in group), lead.received_at)


def to_conversation(row: Row[Any]) -> Conversation:
    return Conversation(
        id=row.id, person_id=row.person_id, channel=row.channel, owner=row.owner, version=row.version, agent_id=row.agent_id,
        state=DialogueState.model_validate(row.state), created_at=row.created_at, last_at=row.last_at,
    )  # fmt: skip
