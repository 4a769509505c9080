"""The channel's numbers, words and menu, each in a file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from channels.numbers import Catalogue

_catalogue = Catalogue(Path(__file__).parent)  # made once: looking it up anew is felt at each callback
limits, words, allowance = _catalogue.limits, _catalogue.words, _catalogue.allowance


def menu() -> dict[str, Any]:
    """``menu.yml``."""
    return _catalogue.file("menu")


def templates() -> dict[str, Any]:
    """``templates.yml``."""
    return _catalogue.file("templates")
