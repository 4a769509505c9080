"""The channel's numbers, words and menu, each in a file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from channels.base import Allowance
from channels.numbers import allowance_of, read

_HERE = Path(__file__).parent  # made once: looking it up anew is felt at each callback


def _file(name: str) -> dict[str, Any]:
    return read(_HERE, name)


def limits() -> dict[str, Any]:
    """``limits.yml``."""
    return _file("limits")


def words() -> dict[str, Any]:
    """``words.yml``."""
    return _file("words")


def menu() -> dict[str, Any]:
    """``menu.yml``."""
    return _file("menu")


def allowance(kind: str) -> Allowance:
    """What a deed of this kind lets us send."""
    return allowance_of(limits(), kind)
