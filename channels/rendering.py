"""Typed messages as parts, as far as a channel goes: richest form first, plain text always possible, within its limits and its quota.

What a button would do can be done without it: lists are numbered and a bare number means its entry, actions can be said in words. One turn's
messages are joined when the quota is short; what does not fit even so waits for "继续".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from channels.base import Capabilities, CardPart, MenuChoice, MenuPart, Part, TextPart, TypedPart
from channels.plain import channel_words, closing_line, head_of, numbered, plain_text
from channels.splitting import Limit, shortened, split
from services.messages.model import Form, Message
from services.messages.rendering import ways_on, words


def plan(messages: Sequence[Message], *, capabilities: Capabilities, room: int | None, public_url: str | None = None) -> list[Part]:
    """The messages in order as parts; in at most ``room`` parts where joining can do it, the rest behind a hint at the last that fits."""
    if not messages:
        return []
    if capabilities.typed:
        return [TypedPart(messages=[m.model_dump(mode="json") for m in messages], upto=messages[-1].seq)]
    limit = Limit(capabilities.text_bytes, capabilities.text_chars)
    parts = _joined(_all(messages, capabilities, limit, public_url), limit, room)
    if room is None or len(parts) <= room:
        return parts
    hint = channel_words()["more"]
    tight = Limit(limit.bytes, limit.chars, reserve=f"\n{hint}")
    parts = _joined(_all(messages, capabilities, tight, public_url), tight, room)
    return [_with_hint(p, hint) if (k + 1) % max(room, 1) == 0 and k + 1 < len(parts) else p for k, p in enumerate(parts)]


def _all(messages: Sequence[Message], capabilities: Capabilities, limit: Limit, public_url: str | None) -> list[Part]:
    parts: list[Part] = []
    for message in messages:
        own = _parts_of(message, capabilities, limit, public_url)
        before = parts[-1].upto if parts else 0
        parts += [p.model_copy(update={"upto": before, "whole": False}) for p in own[:-1]]
        parts += [p.model_copy(update={"upto": message.seq}) for p in own[-1:]]
    return parts


def _parts_of(message: Message, capabilities: Capabilities, limit: Limit, public_url: str | None) -> list[Part]:
    if isinstance(message, Form) and capabilities.cards and (public_url or capabilities.own_pages):
        return [_form_card(message, capabilities, public_url)]
    ways = ways_on(message)
    if ways and capabilities.choices == "menu":
        return _menu(message, capabilities, limit, public_url)
    text = plain_text(message, links=capabilities.links, public_url=public_url)
    if line := closing_line(message):
        text = f"{text}\n\n{line}"
    texts: list[Part] = [TextPart(text=piece) for piece in split(text, limit)]
    if texts and (choices := numbered(message)):
        texts[-1] = texts[-1].model_copy(update={"choices": choices})
    return texts


def _menu(message: Message, capabilities: Capabilities, limit: Limit, public_url: str | None) -> list[Part]:
    """A menu under its words; words too long for a menu go before it as texts. Entries beyond a menu's size can still be said."""
    shown = ways_on(message)[: capabilities.menu_choices]
    entries = [
        MenuChoice(key=f"{message.seq}.{k}", label=shortened(way.label, bytes=capabilities.menu_label_bytes), number=None)
        for k, way in enumerate(shown)
    ]
    numbers = {c.key: c.number for c in numbered(message)}
    entries = [e.model_copy(update={"number": numbers.get(e.key)}) for e in entries]
    said = head_of(message, links=capabilities.links, public_url=public_url)
    tail = (closing_line(message) or "") if len(ways_on(message)) > len(shown) else ""
    head_limit = Limit(bytes=capabilities.menu_head_bytes)
    before: list[Part] = []
    if not head_limit.fits(said):
        before, said = [TextPart(text=piece) for piece in split(said, limit)], channel_words()["choose"]
    return [*before, MenuPart(head=said, choices=entries, tail=shortened(tail, bytes=capabilities.menu_head_bytes))]


def _form_card(form: Form, capabilities: Capabilities, public_url: str | None) -> CardPart:
    """A form's values stay out of it: they are read on our own page."""
    names = channel_words()
    missing = [f.label for f in form.fields if f.name in form.missing]
    text = names["form_missing"].format(names["separator"].join(missing)) if missing else names["form_done"]
    title = f"{form.title or names['form_card']}·{words()['form_states'][form.state]}"
    return CardPart(
        title=shortened(title, chars=capabilities.card_title_chars), text=shortened(text, chars=capabilities.card_text_chars),
        url=public_url.rstrip("/") + form.url if public_url else "", page=form.url, source=form.type,
    )  # fmt: skip


def _joined(parts: list[Part], limit: Limit, room: int | None) -> list[Part]:
    """Neighbouring texts put together until half the room (rounded up) is enough, the shortest pair first: more may have to be said."""
    goal = math.ceil(room / 2) if room is not None else None
    parts = list(parts)
    while goal is not None and len(parts) > max(goal, 1):
        pairs = [(len(_together(a, b).text), k) for k, (a, b) in enumerate(pairwise(parts)) if _may_join(a, b, limit)]
        if not pairs:
            break
        _, k = min(pairs)
        parts[k : k + 2] = [_together(parts[k], parts[k + 1])]
    return parts


def _may_join(a: Part, b: Part, limit: Limit) -> bool:
    if not (isinstance(a, TextPart) and isinstance(b, TextPart)) or (a.choices and b.choices):
        return False
    return limit.fits(f"{a.text}\n\n{b.text}")


def _together(a: Part, b: Part) -> TextPart:
    assert isinstance(a, TextPart) and isinstance(b, TextPart)
    return TextPart(text=f"{a.text}\n\n{b.text}", choices=[*a.choices, *b.choices], upto=b.upto, whole=b.whole)


def _with_hint(part: Part, hint: str) -> Part:
    if isinstance(part, TextPart):
        return part.model_copy(update={"text": f"{part.text}\n{hint}"})
    return part.model_copy(update={"tail": f"{part.tail}{hint}"}) if isinstance(part, MenuPart) else part
