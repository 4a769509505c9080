"""A notice in words: title, one complete sentence or two, and the facts as label and value, for ways that show more than a text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import yaml

from common.clock import local
from services.conversations.service import worded
from services.messages.model import LabelValue
from services.notices.model import Kind, Notice

_CODES = {"code", "number", "start", "end", "state"}
_ROWS = ("item", "hall", "address", "when", "code", "bring", "number", "title")


@dataclass(frozen=True)
class Said:
    """``facts``: the plain values by name (``item``, ``hall``, ``when``, ``code``, ``number`` …), for templates that a platform keeps.
    ``page``: where in the citizen's pages it is about."""

    title: str
    text: str
    rows: list[LabelValue]
    facts: Mapping[str, str]
    page: str


@cache
def words() -> dict[str, Any]:
    return yaml.safe_load((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))


def said(notice: Notice) -> Said:
    """In the script that he reads; every kind says everything that matters in ``text`` alone."""
    entry, facts = words()["kinds"][notice.kind], _facts(notice)
    his = partial(worded, voice=notice.script)
    text = his(entry["text"].format(**facts))
    facts = {name: value if name in _CODES else his(value) for name, value in facts.items()}
    shown = [LabelValue(label=his(words()["rows"][name]), value=facts[name]) for name in _ROWS if facts.get(name)]
    return Said(his(entry["title"]), text, shown, facts, words()["page"][notice.topic].format(subject=notice.subject))


def moment(at: datetime) -> str:
    """``3月19日（周四）09:00``."""
    there = local(at)
    return words()["moment"].format(month=there.month, day=there.day, weekday=words()["weekdays"][there.weekday()], clock=f"{there:%H:%M}")


def label_of_way(way: str) -> str:
    return words()["ways"][way]


def title_of(kind: Kind) -> str:
    return words()["kinds"][kind]["title"]


def _facts(notice: Notice) -> dict[str, str]:
    fields = notice.fields
    facts = {name: value for name, value in fields.items() if isinstance(value, str)}
    facts["item"] = fields.get("item") or words()["plain_item"]
    if start := fields.get("start"):
        facts["when"] = moment(datetime.fromisoformat(start))
    if bring := fields.get("bring"):
        facts["bring"] = "、".join(bring)
    if notice.topic == "ticket":
        del facts["item"]
    return facts
