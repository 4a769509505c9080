"""The complete plain text of every message type, from Jinja templates (``templates/<type>.j2``); any channel can send it."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from common.clock import local
from services.messages.cases import asked, chosen
from services.messages.catalogue import words
from services.messages.model import Choice, Message

_HERE = Path(__file__).parent


@cache
def _environment() -> Environment:
    environment = Environment(loader=FileSystemLoader(_HERE / "templates"), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {
        "date": _date,
        "day": lambda d: words()["dates"]["day"].format(d),
        "clock": lambda m: words()["dates"]["clock"].format(local(m)),
        "moment": lambda m: words()["dates"]["moment"].format(local(m)),
        "asked": asked,
        "chosen": chosen,
        "visit": lambda m: words()["dates"]["visit"].format(local(m), words()["weekdays"][local(m).weekday()]),
    }
    environment.globals["words"] = words()
    return environment


def _date(value: Any) -> Any:
    """A field's date as people write it; anything else as it is."""
    try:
        return words()["dates"]["date"].format(date.fromisoformat(value))
    except (TypeError, ValueError):
        return value


def render_template(template: str, /, **values: Any) -> str:
    """A template by its path below ``templates/``."""
    return _environment().get_template(f"{template}.j2").render(**values).strip()


def render(message: Message) -> str:
    """The plain text of a message; ``text`` and ``notice`` are their own text, ``answer`` is written by whoever makes it."""
    if message.type in ("text", "notice", "answer"):
        return message.text
    return render_template(message.type, m=message)


def with_text(message: Message) -> Message:
    """The message, its ``text`` filled in where it is empty."""
    return message if message.text else message.model_copy(update={"text": render(message)})


def ways_on(message: Message) -> list[Choice]:
    """Everything that may be tapped in a message, in the order it is shown; a place in this list stands for the payload."""
    match message.type:
        case "choices":
            return message.choices
        case "item_list":
            return [*(Choice(label=i.name, payload=i.payload) for i in message.items), *message.choices]
        case "guide":
            return [*message.actions, *message.nearby]
        case "answer":
            return message.nearby
        case "rating":
            return [Choice(label=level.label, payload=level.payload) for level in message.levels]
        case "slots":
            open_slots = [(day, slot) for day in message.days for slot in day.slots if slot.left > 0]
            return [Choice(label=render_template("slot_label", day=day, slot=slot), payload=slot.payload) for day, slot in open_slots]
    return []
