"""Promises, said as they are true at a channel: where we cannot write of our own accord an answer is there, and he has to ask for it."""

from __future__ import annotations

from pathlib import Path

from channels.base import Capabilities
from channels.numbers import read
from services.messages.model import Handoff, Message

_HERE = Path(__file__).parent


def kept(message: Message, can: Capabilities) -> Message:
    """The message with the way he gets what it promises; agents' own words stay theirs."""
    if can.push or not isinstance(message, Handoff) or message.state != "ticket":
        return message
    words = read(_HERE, "promises")
    return message.model_copy(update={"text": message.text.replace(words["here"], words["fetched"])})
