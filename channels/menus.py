"""Menus: a question or an answer with entries to tap beneath it. What the menu has no room for can still be said in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from channels.manner import Manner
from channels.plain import channel_words, closing_line, nearby_line, numbered, plain_text, question_of, told_by_entries
from channels.scripts import converted
from channels.splitting import Limit, shortened, split, told_apart
from services.deliveries.service import MenuChoice, MenuPart, Part, TextPart
from services.messages.model import Choice, Message, Slots
from services.messages.rendering import ways_on


@dataclass(frozen=True)
class _Way:
    """``index``: its place in ``ways_on``, which is what a tap is understood by."""

    index: int
    choice: Choice


def menus(message: Message, manner: Manner, *, carded: bool) -> tuple[list[Part], list[Part]]:
    """(texts that are too long to stand over a menu, menus): mostly none and one."""
    ways, near = _split(message)
    line = told_by_entries(message, nearby_line(message))
    said = message.model_copy(update={"text": question_of(message, most=manner.can.menu_choices)})
    text = plain_text(said, site=manner.linked, links=manner.can.links, anchors=manner.can.anchors, carded=carded)
    if not ways:  # an answer whose entries are all something else
        head = f"{text}\n{line}"
        return _under(message, manner, text, head, _entries(message, manner, near), then=line)
    if not near:
        return _under(message, manner, text, text, _entries(message, manner, ways), tail=_unshown(message, ways, manner))
    if manner.apart and not manner.can.menu_lines:
        before, shown = _under(message, manner, text, text, _entries(message, manner, ways))
        return before, [*shown, *_under(message, manner, line, line, _entries(message, manner, near))[1]]
    kept = ways[: max(manner.can.menu_choices - len(near), 1)]
    entries = _entries(message, manner, kept)
    if manner.can.menu_lines:
        others = _entries(message, manner, near)
        others[0] = others[0].model_copy(update={"under": line})
        return _under(message, manner, text, text, [*entries, *others])
    others = _entries(message, manner, near, label=channel_words()["or_this"])
    return _under(message, manner, text, text, [*entries, *others], tail=nearby_line(message))


def _split(message: Message) -> tuple[list[_Way], list[_Way]]:
    """What goes on with this message, and what may have been meant instead."""
    all_ways = [_Way(k, choice) for k, choice in enumerate(ways_on(message))]
    number = len(getattr(message, "nearby", []))
    return (all_ways[:-number], all_ways[-number:]) if number else (all_ways, [])


def _entries(message: Message, manner: Manner, ways: Sequence[_Way], *, label: str = "{}") -> list[MenuChoice]:
    can, numbers = manner.can, {c.key: c.number for c in numbered(message)}
    shown = _spread(message, ways, can.menu_choices)
    labels = told_apart([label.format(converted(way.choice.label)) for way in shown], bytes=can.menu_label_bytes)
    keys = [f"{message.seq}.{way.index}" for way in shown]
    return [MenuChoice(key=key, label=text, number=numbers.get(key)) for key, text in zip(keys, labels, strict=True)]


def _spread(message: Message, ways: Sequence[_Way], most: int) -> list[_Way]:
    """As many as there is room for; of times, some of every day and not only the first day's."""
    if len(ways) <= most or not isinstance(message, Slots):
        return list(ways[:most])
    counts = [sum(slot.left > 0 for slot in day.slots) for day in message.days]
    places = [(_turn(k, count), number) for number, count in enumerate(counts) for k in range(count)]
    first = sorted(zip(places, ways, strict=True), key=lambda pair: pair[0])[:most]
    return sorted((way for _, way in first), key=lambda way: way.index)


def _turn(k: int, of: int) -> int:
    """When the ``k``-th time of a day gets its place: the first, the one in the middle, then one after the other."""
    return 0 if k == 0 else 1 if k == of // 2 else 1 + k


def _unshown(message: Message, ways: Sequence[_Way], manner: Manner) -> str:
    """How to choose what the menu has no entry for."""
    return (closing_line(message) or "") if len(ways) > manner.can.menu_choices else ""


def _under(
    message: Message, manner: Manner, text: str, head: str, entries: list[MenuChoice], *, tail: str = "", then: str = ""
) -> tuple[list[Part], list[Part]]:
    """A menu under its words; words too long for a menu go before it, and ``then`` or a plain request to choose stands over it."""
    most, before = manner.can.menu_head_bytes, list[Part]()
    if not Limit(bytes=most).fits(head):
        before, head = [TextPart(text=piece) for piece in split(text, manner.limit)], shortened(then, bytes=most) or channel_words()["choose"]
    return before, [MenuPart(head=head, choices=entries, tail=shortened(tail, bytes=most))]
