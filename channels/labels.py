"""What the record that people read shows for a tap."""

from __future__ import annotations

from services.conversations.service import Conversations
from services.messages.rendering import words


async def label_of(conversations: Conversations, conversation_id: str, payload: str) -> str:
    """The words of the button where it was offered just now, else what such a button does."""
    conversation = await conversations.conversation(conversation_id)
    offered = next((o.label for o in conversation.state.offers if o.payload == payload), None)
    name = payload.split("{")[0].lstrip("/")
    return offered or words()["taps"].get(name, words()["tapped"])
