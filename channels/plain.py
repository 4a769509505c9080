"""What a message says in plain text to somebody who sees no buttons: links where they can be opened, numbers and words instead of taps."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from channels.manner import Site
from common.masking import find_personal, shorten
from services.deliveries.service import MenuChoice
from services.messages.model import Answer, Appointment, Case, Choices, Form, GuideCard, Materials, Message, Rating
from services.messages.rendering import ways_on, words

_ADDRESS = re.compile(r"https?://[^\s，。；、）)]+")
_SAID = 6  # actions named in words
_LONG_LIST = 8  # materials


@cache
def channel_words() -> dict[str, Any]:
    """``words.yml``."""
    return yaml.safe_load((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))


def plain_text(message: Message, *, site: Site | None, links: bool = True, carded: bool = False) -> str:
    """The message's own text, with what belongs to it beside the talk; a form's numbers shortened, since other companies carry this.

    ``site``: where addresses of ours lead, None when citizens have none. ``links``: whether addresses are of any use to him. ``carded``: a
    card or a picture shows what a link would lead to.
    """
    text = discreet(message.text) if isinstance(message, Form) else message.text
    if links and site:
        text = "\n".join([text, *_links(message, site, carded)])
    if not links:
        text = _ADDRESS.sub(channel_words()["address_elsewhere"], text)
    return channel_words()["agent"].format(text) if message.sender == "agent" else text


def question_of(message: Message) -> str:
    """What stands over a menu: the question alone where the entries say the rest, and without the line that they are named in."""
    if isinstance(message, Choices) and message.prompt:
        return message.prompt
    if isinstance(message, Rating):
        return message.text.split("\n")[0]
    return message.text.rstrip().removesuffix(nearby_line(message)).rstrip()


def nearby_line(message: Message) -> str:
    """The last line of a text that names what else may have been meant, in the script it is written in; empty when nothing else may."""
    if not isinstance(message, GuideCard | Answer) or not message.nearby:
        return ""
    names, last = [choice.label for choice in message.nearby], message.text.rstrip().rpartition("\n")[2]
    if all(name in last for name in names):
        return last
    return str(words()["nearby"]["line"].format(words()["nearby"]["between"].join(names)))


def is_long(message: Materials) -> bool:
    """Whether a list of materials is better read on a page."""
    return len(message.materials) > _LONG_LIST


def _links(message: Message, site: Site, carded: bool) -> list[str]:
    names = channel_words()
    match message:
        case Form() if message.state != "submitted" and (url := site.url(message.url)):
            return [names["open_form"].format(url)]
        case Appointment() if message.state in ("held", "booked"):
            code = [] if carded else [names["open_code"].format(site.url(message.qr_url))]
            return [*code, names["open_calendar"].format(site.url(message.ics_url))]
        case Case() if message.form_pdf_url:
            return [names["open_pdf"].format(site.url(message.form_pdf_url))]
        case GuideCard() if not carded:
            return [names["open_guide"].format(site.url(guide_page(message.guide_id)))]
        case Materials() if not carded and is_long(message):
            return [names["open_guide"].format(site.url(guide_page(message.guide_id)))]
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
