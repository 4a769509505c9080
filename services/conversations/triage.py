"""Life and limb first: words that call for 120, 119, 110 or a listening ear, seen before anything else and without the engine.

Patterns are data (``triage.yml``): each has what must be there and what shows that it is paperwork after all.
The engine's own intents catch the oblique ones; this net must be precise, because it overrides everything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from opencc import OpenCC


@dataclass(frozen=True)
class _Rule:
    code: str
    signs: re.Pattern[str]
    unless: re.Pattern[str] | None


@cache
def _rules() -> list[_Rule]:
    entries = yaml.safe_load((Path(__file__).parent / "triage.yml").read_text(encoding="utf-8"))
    return [_Rule(e["code"], re.compile("|".join(e["signs"])), re.compile("|".join(e["unless"])) if e.get("unless") else None) for e in entries]


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


def emergency(text: str) -> str | None:
    """The notice code (``emergency.120`` …) a sentence calls for, or None."""
    plain = _to_simplified().convert(text)
    return next((r.code for r in _rules() if r.signs.search(plain) and not (r.unless and r.unless.search(plain))), None)
