"""What a message says in plain text to somebody who sees no buttons: links where they can be opened, numbers and words instead of taps."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from common.masking import find_personal, shorten
from services.deliveries.service import MenuChoice
from services.messages.model import Appointment, Case, Choices, Form, Message, Rating
from services.messages.rendering import ways_on

_ADDRESS = re.compile(r"https?://[^\s，。；、）)]+")
_SAID = 6  # actions named in words


@cache
def channel_words() -> dict[str, Any]:
    """``words.yml``."""
    return yaml.safe_load((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))


def plain_text(message: Message, *, links: bool, public_url: str | None) -> str:
    """The message's own text, with what belongs to it beside the talk; a form's numbers shortened, since other companies carry this."""
    text = discreet(message.text) if isinstance(message, Form) else message.text
    if links and public_url:
        text = "\n".join([text, *_links(message, public_url.rstrip("/"))])
    if not links:
        text = _ADDRESS.sub(channel_words()["address_elsewhere"], text)
    return channel_words()["agent"].format(text) if message.sender == "agent" else text


def head_of(message: Message, *, links: bool, public_url: str | None) -> str:
    """What stands over a menu: the question alone where the entries say the rest."""
    if isinstance(message, Choices) and message.prompt:
        return plain_text(message.model_copy(update={"text": message.prompt}), links=links, public_url=public_url)
    if isinstance(message, Rating):
        return message.text.split("\n")[0]
    return plain_text(message, links=links, public_url=public_url)


def _links(message: Message, base: str) -> list[str]:
    if isinstance(message, Form) and message.state != "submitted":
        return [channel_words()["open_form"].format(base + message.url)]
    if isinstance(message, Appointment) and message.state in ("held", "booked"):
        return [channel_words()["open_code"].format(base + message.qr_url), channel_words()["open_calendar"].format(base + message.ics_url)]
    if isinstance(message, Case) and message.form_pdf_url:
        return [channel_words()["open_pdf"].format(base + message.form_pdf_url)]
    return []


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
    return names["reply_number"].format(len(ways)) if message.type != "rating" else names["reply_numbers"]


def discreet(text: str) -> str:
    """Personal numbers and addresses as their owner may be shown them in passing."""
    for value in reversed(find_personal(text)):
        text = text[: value.start] + shorten(value.kind, value.text) + text[value.end :]
    return text
