"""Typed messages as parts, as far as a channel goes: richest form first, plain text always possible, within its limits and its quota.

What a button would do can be done without it: lists are numbered and a bare number means its entry, actions can be said in words. One turn's
messages are joined when the quota is short, and cards that only add to an answer are left out before any of it would have to wait; what does
not fit even so waits for "继续".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from channels.base import Capabilities, Part, TextPart, TypedPart
from channels.cards import doors, form_card
from channels.fitting import goal_of, hinted, joined
from channels.manner import Manner, Site
from channels.menus import menus
from channels.plain import channel_words, closing_line, numbered, plain_text
from channels.promises import kept
from channels.splitting import Limit, split
from services.messages.model import Form, Handoff, Message
from services.messages.rendering import ways_on


def plan(
    messages: Sequence[Message], *, capabilities: Capabilities, room: int | None, public_url: str | None = None,
    page_url: Callable[[str], str] | None = None,
) -> list[Part]:  # fmt: skip
    """The messages in order as parts; in at most ``room`` parts where leaving out and joining can do it, the rest behind a hint at the last
    that fits. ``public_url``: where our pages are; ``page_url``: the address of one of the citizen's own, where the channel has its own way."""
    if not messages:
        return []
    if capabilities.typed:
        return [TypedPart(messages=[m.model_dump(mode="json") for m in messages], upto=messages[-1].seq)]
    limit = Limit(capabilities.text_bytes, capabilities.text_chars)
    fullest = Manner(capabilities, limit, Site(public_url, page_url) if public_url else None)
    *richer, plain, plainest = fullest.plainer()
    for manner in (*richer, plain, plainest):
        parts = joined(_all(messages, manner), manner, room)
        if room is None or len(parts) <= (goal_of(room) if manner in richer else room):
            return parts
    hint = channel_words()["more"]
    tight = replace(plain, limit=Limit(limit.bytes, limit.chars, reserve=f"\n{hint}"))
    return hinted(joined(_all(messages, tight), tight, room), room or 0, hint)


def _all(messages: Sequence[Message], manner: Manner) -> list[Part]:
    parts: list[Part] = []
    for index, message in enumerate(messages):
        manner = replace(manner, how_told=_how_told(messages, index))
        purpose = f"handoff.{message.state}" if isinstance(message, Handoff) else message.type
        own = [p.model_copy(update={"purpose": purpose}) for p in _parts_of(kept(message, manner.can), manner)]
        before = parts[-1].upto if parts else 0
        parts += [p.model_copy(update={"upto": before, "whole": False}) for p in own[:-1]]
        parts += [p.model_copy(update={"upto": message.seq}) for p in own[-1:]]
    return parts


def _how_told(messages: Sequence[Message], index: int) -> bool:
    """Whether a neighbour of these times says in which words one is chosen."""
    said = channel_words()["how_told"]
    beside = [*messages[max(index - 1, 0) : index], *messages[index + 1 : index + 2]]
    return messages[index].type == "slots" and any(m.sender == "bot" and m.type in ("text", "choices") and said in m.text for m in beside)


def _parts_of(message: Message, manner: Manner) -> list[Part]:
    """What answers stands nearest to where he writes: doors behind a text, but before a menu."""
    if isinstance(message, Form) and (card := form_card(message, manner)) is not None:
        return [card if manner.cards else TextPart(text=card.instead)]
    extra = doors(message, manner)
    if ways_on(message) and manner.can.choices == "menu":
        before, shown = menus(message, manner, carded=bool(extra))
        return [*before, *extra, *shown]
    return [*_texts(message, manner, carded=bool(extra)), *extra]


def _texts(message: Message, manner: Manner, *, carded: bool) -> list[Part]:
    text = plain_text(message, site=manner.linked, links=manner.can.links, anchors=manner.can.anchors, carded=carded)
    if not manner.how_told and (line := closing_line(message)):
        text = f"{text}\n\n{line}"
    texts: list[Part] = [TextPart(text=piece) for piece in split(text, manner.limit)]
    if texts and (choices := numbered(message)):
        texts[-1] = texts[-1].model_copy(update={"choices": choices})
    return texts
