"""Which characters the words of the channels themselves are in: those of the one who reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from common.errors import NotFound
from services.conversations.service import Conversations, Script, Voice, leaning, worded, written_in
from services.messages.model import Message

_script: ContextVar[Script] = ContextVar("channels.script", default="hans")


def script() -> Script:
    """Of whom words are read for now."""
    return _script.get()


@contextmanager
def written(voice: Voice) -> Iterator[None]:
    """What is read of catalogues (:func:`channels.numbers.read`) within is in this script."""
    token = _script.set("hans" if voice == "hans" else "hant")
    try:
        yield
    finally:
        _script.reset(token)


def script_of(messages: Sequence[Message]) -> Script:
    """What the messages of an answer are in: they were put into his script when they were stored."""
    return leaning("\n".join(message.text for message in messages))


async def script_in(conversations: Conversations, conversation_id: str | None, *, said: str = "") -> Script:
    """Of whoever talks there: the one he chose, else of what he has just ``said``, else of what he said before."""
    seen = written_in(said)
    try:
        state = (await conversations.conversation(conversation_id or "")).state
    except NotFound:  # nobody has talked there yet, or it was forgotten for its age
        return seen or "hans"
    return state.script if state.script_chosen else seen or state.script


def converted(value: Any) -> Any:
    """A catalogue, or a word of one, in the script that is written in just now; keys, which are names in code, as they are."""
    if script() == "hans":
        return value
    if isinstance(value, dict):
        return {key: converted(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [converted(inner) for inner in value]
    return worded(value, "hant") if isinstance(value, str) else value
