"""Subscription templates: which notices they carry, and a notice's values in the form that their fields take.

Kinds of fields and their limits: …/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html; at most three templates a prompt, one-time
and lasting ones never together: …/api/open-api/subscribe-message/wx.requestSubscribeMessage.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from channels.miniprogram.catalogue import templates as catalogue
from channels.scripts import written
from common.clock import local
from services.notices.service import Kind, Notice, said

Occasion = Literal["booking", "submitting", "ticket"]
Value = Literal["item", "hall", "address", "start", "code", "number", "state", "hint"]
_WORDS = ("thing", "name", "keyword")  # of the last, templates of old have a few left
_FORMS = {"character_string": re.compile(r"[!-~ ]+"), "phrase": re.compile("[\u4e00-\u9fa5]+"), "phone_number": re.compile(r"[0-9+() -]+")}


class Template(BaseModel):
    """``lasting``: he may allow it for good (only for 政务民生 and the like), else each yes is one message. ``asked``: on which occasions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    id: str = Field(min_length=1, max_length=64)
    kinds: list[Kind]
    fields: dict[str, Value]
    page: str
    asked: list[Occasion]
    lasting: bool = False


class Unfit(Exception):
    """A value that a field does not take, whatever is done to it."""


def read_templates(path: Path | None) -> dict[str, Template]:
    """Those that have an id, by name. :raises ValueError: a file that cannot be right."""
    if path is None:
        return {}
    try:
        own = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        known = catalogue()["templates"]
        found = {name: Template.model_validate({"name": name, **known[name], **entry}) for name, entry in own.items()}
    except (OSError, yaml.YAMLError, KeyError, AttributeError, TypeError, ValidationError) as error:
        raise ValueError(f"BANGBAN_MINIPROGRAM_TEMPLATES: {path.name}: {type(error).__name__}: {str(error)[:300]}") from None
    for occasion in ("booking", "submitting", "ticket"):
        asked = [t for t in found.values() if occasion in t.asked]
        if len({t.id for t in asked}) > catalogue()["at_once"] or len({t.lasting for t in asked}) > 1:
            raise ValueError(f"BANGBAN_MINIPROGRAM_TEMPLATES: {occasion}: at most three are asked for at once, one-time or lasting ones")
    return found


def data_of(template: Template, notice: Notice) -> dict[str, dict[str, str]]:
    """The ``data`` of the message. :raises Unfit: a value is missing or cannot be written in its field."""
    values = values_of(notice)
    return {field: {"value": fitted(field, values.get(name, ""))} for field, name in template.fields.items()}


def page_for(template: Template, notice: Notice) -> str:
    return template.page.format(subject=notice.subject)


def fitted(field: str, value: str) -> str:
    """The value as a field of this name (``thing1`` …) takes it: words are cut, codes never. :raises Unfit:"""
    kind, words = field.rstrip("0123456789"), catalogue()
    most, value = words["longest"].get(kind, 20), " ".join(value.split())
    if kind in _WORDS and len(value) > most:
        value = value[: most - len(words["cut"])] + words["cut"]
    if not value or len(value) > most or (kind in _FORMS and not _FORMS[kind].fullmatch(value)):
        raise Unfit(field)
    return value


def values_of(notice: Notice) -> Mapping[str, str]:
    """What may stand in a field, by its name, in the script that he reads."""
    facts = said(notice).facts
    with written(notice.script):
        words = catalogue()
    values: dict[str, Any] = {name: facts[name] for name in ("item", "hall", "address", "code", "number") if facts.get(name)}
    values |= {"state": words["state"][notice.kind], "hint": words["hint"][notice.kind]}
    if start := notice.fields.get("start"):
        at = local(datetime.fromisoformat(start))
        values["start"] = words["moment"].format(year=at.year, month=at.month, day=at.day, clock=f"{at:%H:%M}")
    return values
