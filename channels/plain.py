"""What a message says in plain text to somebody who sees no buttons: links where they can be opened, numbers and words instead of taps."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from channels.links import ADDRESS, link, tidied
from channels.manner import Site
from channels.numbers import read
from channels.times import spans, where_of
from common.masking import find_personal, shorten
from services.deliveries.service import MenuChoice
from services.messages.model import Answer, Appointment, Case, Choices, Form, GuideCard, ItemList, Materials, Message, Rating, Slots
from services.messages.rendering import ways_on, words

_SAID = 8  # actions named in words
_CASE = re.compile(r"^(\d+\. )?\[([^\]]+)\](?!\()")  # as `aspect.j2` writes it
_NESTED = re.compile(r"（[^（）]*（.*）[^（）]*）")
_LONG_LIST = 8  # materials


def channel_words() -> dict[str, Any]:
    """``words.yml``."""
    return read(Path(__file__).parent, "words")


def plain_text(message: Message, *, site: Site | None, links: bool = True, anchors: bool = False, carded: bool = False) -> str:
    """The message's own text, with what belongs to it beside the talk; a form's numbers shortened, since other companies carry this.

    ``site``: where addresses of ours lead, None when citizens have none. ``links``: whether addresses are of any use to him. ``anchors``: words
    can be links. ``carded``: a card or a picture shows what a link would lead to.
    """
    text = _own_text(message)
    if links and site:
        pages = [(channel_words()[name], site.url(path)) for name, path in _pages(message, carded, anchors)]
        text = "\n".join([text, *(link(said, url, anchors=anchors) for said, url in pages if url)])
    if not links:
        text = ADDRESS.sub(channel_words()["address_elsewhere"], text)
    elif anchors:
        text = tidied(text)
    return channel_words()["agent"].format(text) if message.sender == "agent" else text


def _own_text(message: Message) -> str:
    match message:
        case Form():
            return discreet(message.text)
        case Slots():
            return spans(message, separator=channel_words()["separator"])
        case Answer():
            return marked(message.text)
    return message.text


def marked(text: str) -> str:
    """An answer's text in the marks that people use: the case a line holds for in 【】, what it rests on in no brackets round brackets."""
    lines = [_CASE.sub(r"\1【\2】", line) for line in text.split("\n")]
    return "\n".join(line[1:-1] if _NESTED.fullmatch(line) else line for line in lines)


def question_of(message: Message, *, most: int = 0) -> str:
    """What stands over a menu of at most ``most`` entries: the question alone where they say the rest, without the line they are named in."""
    match message:
        case Choices() if message.prompt:
            return message.prompt
        case Rating():
            return message.text.split("\n")[0]
        case ItemList() if message.choices:
            return "\n".join(message.text.rstrip().split("\n")[: -len(message.choices)])
        case Slots() if len(ways_on(message)) <= most:
            return where_of(message)
    return message.text.rstrip().removesuffix(nearby_line(message)).rstrip()


def nearby_line(message: Message) -> str:
    """The last line of a text that names what else may have been meant, in the script it is written in; empty when nothing else may."""
    if not isinstance(message, GuideCard | Answer) or not message.nearby:
        return ""
    names, last = [choice.label for choice in message.nearby], message.text.rstrip().rpartition("\n")[2]
    if all(name in last for name in names):
        return last
    return str(words()["nearby"]["line"].format(words()["nearby"]["between"].join(names)))


def told_by_entries(message: Message, line: str) -> str:
    """The line up to the first of the names that stand below it as entries."""
    starts = [line.find(choice.label) for choice in getattr(message, "nearby", [])]
    return line[: min(starts)].rstrip() if starts and min(starts) > 0 else line


def is_long(message: Materials) -> bool:
    """Whether a list of materials is better read on a page."""
    return len(message.materials) > _LONG_LIST


def _pages(message: Message, carded: bool, anchors: bool) -> list[tuple[str, str]]:
    """(name of its words, path) of the pages beside the talk. A visit that is not confirmed yet has no code to show and no calendar to be in;
    below a card or a picture of it, five lines of an address for the calendar are only in the way."""
    match message:
        case Form() if message.state != "submitted":
            return [("open_form", message.url)]
        case Appointment(state="booked"):
            calendar = [("open_calendar", message.ics_url)] if anchors or not carded else []
            return [*([] if carded else [("open_code", message.qr_url)]), *calendar]
        case Case() if message.form_pdf_url:
            return [("open_pdf", message.form_pdf_url)]
        case GuideCard() if not carded:
            return [("open_guide", guide_page(message.guide_id))]
        case Materials() if not carded and is_long(message):
            return [("open_guide", guide_page(message.guide_id))]
    return []


def guide_page(guide_id: str) -> str:
    """The path of a guide's page."""
    return f"/#/guide/{guide_id}"


def numbered(message: Message) -> list[MenuChoice]:
    """The entries whose numbers the message's text shows; a rating's number is its mark."""
    ways = ways_on(message)
    if message.type == "rating":
        numbers = [level.value for level in message.levels]
    elif message.type in ("choices", "item_list"):
        numbers = list(range(1, len(ways) + 1))
    else:
        return []
    return [MenuChoice(key=f"{message.seq}.{k}", label=way.label, number=n) for k, (way, n) in enumerate(zip(ways, numbers, strict=True))]


def closing_line(message: Message) -> str | None:
    """How to choose without buttons."""
    ways, names = ways_on(message), channel_words()
    if not ways:
        return None
    if message.type == "slots":
        return names["say_slot"].format(ways[0].label)
    if message.type == "answer":
        return None  # its text names them
    if message.type == "guide":
        return names["say_one"].format(names["separator"].join(w.label for w in message.actions[:_SAID]))
    if message.type == "rating":
        return names["reply_numbers"]
    return names["reply_number"].format(len(ways)) if len(ways) > 1 else names["reply_one"]


def discreet(text: str) -> str:
    """Personal numbers and addresses as their owner may be shown them in passing."""
    for value in reversed(find_personal(text)):
        text = text[: value.start] + shorten(value.kind, value.text) + text[value.end :]
    return text
