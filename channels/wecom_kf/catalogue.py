"""The channel's numbers and words, each in a file of its own."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from channels.numbers import Catalogue

_catalogue = Catalogue(Path(__file__).parent)  # made once: looking it up anew is felt at each callback
limits, words, allowance = _catalogue.limits, _catalogue.words, _catalogue.allowance


def seconds(name: str) -> timedelta:
    """One of the times of ``limits.yml``."""
    return timedelta(seconds=limits()[name])
