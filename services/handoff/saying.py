"""The messages citizens get about the handoff; the words are in ``words.yml`` and the message templates."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from opencc import OpenCC

from services.conversations.model import Turn
from services.conversations.state import DialogueState, Offer
from services.handoff.model import Place, words
from services.messages.model import Choice, Choices, Handoff, Level, Rating, Text
from services.messages.payloads import CancelHandoff, Human, Rate, parse_payload
from services.messages.rendering import render, with_text
from services.messages.rendering import words as message_words

_ENDINGS = re.compile(r"[\s。，,.!！~～…?？]+")


def queued(place: Place, *, lead: str | None = None, **names: Any) -> Handoff:
    """The place and the estimate; ``lead`` is the sentence (of ``words.yml``) that says why they are told now."""
    told = Handoff(state="queued", position=place.position, estimated_wait_s=place.wait_s, sender="system")
    return told.model_copy(update={"text": "\n".join([words()[lead].format(**names), render(told)] if lead else [render(told)])})


def may_leave() -> Choices:
    """The button that ends the waiting."""
    button = Choice(label=message_words()["buttons"]["cancel_handoff"], payload=str(CancelHandoff()))
    return with_text(Choices(prompt=words()["choices_prompt"], choices=[button], sender="system"))


def left_queue() -> Text:
    return Text(text=words()["cancelled"])


def with_agent(lead: str, *, agent: str) -> Handoff:
    """``lead``: connected, forwarded or taken_over."""
    return Handoff(state="connected", agent=agent, text=words()[lead].format(agent=agent), sender="system")


def passed_on() -> Handoff:
    """He asked for a person, and people elsewhere are being asked."""
    return Handoff(state="queued", text=words()["passed_on"], sender="system")


def connected_elsewhere() -> Handoff:
    return Handoff(state="connected", text=words()["connected_elsewhere"], sender="system")


def over(lead: str, *, agent: str) -> Handoff:
    """``lead``: returned (to the bot) or closed."""
    return Handoff(state="closed", agent=agent, text=words()[lead].format(agent=agent), sender="system")


def rating(episode_id: str) -> Rating:
    """Asks how it was, the best first."""
    labels = message_words()["levels"]
    levels = [Level(value=v, label=labels[v], payload=str(Rate(episode_id=episode_id, value=v))) for v in (5, 4, 3, 2, 1)]
    return with_text(Rating(episode_id=episode_id, levels=levels, sender="system"))


def awaiting_rating(state: DialogueState, asked: Rating) -> DialogueState:
    """What the bot remembers, so that the rating may also be said in words."""
    offers = [Offer(label=level.label, payload=level.payload, number=(level.value, level.value)) for level in asked.levels]
    return state.asks_nothing().model_copy(update={"pending": "rating", "offers": offers})


def wants_out(turn: Turn) -> bool:
    """Whether a waiting citizen says, by button or in clear words, that he will not wait."""
    if turn.kind == "payload":
        return isinstance(parse_payload(turn.original), CancelHandoff)
    return turn.kind == "text" and says_no_more(turn.masked)


def says_no_more(said: str) -> bool:
    """Whether these words alone say that he will not wait."""
    return any(p.search(_ENDINGS.sub("", _simplified().convert(said))) for p in _cancelling())


def asks_again(turn: Turn) -> bool:
    """Whether he taps for a person once more."""
    return turn.kind == "payload" and isinstance(parse_payload(turn.original), Human)


@cache
def _cancelling() -> list[re.Pattern[str]]:
    return [re.compile(p) for p in words()["cancel"]]


@cache
def _simplified() -> OpenCC:
    return OpenCC("t2s")


