"""The channel's numbers and words, each in a file of its own."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from channels.base import Allowance


@cache
def _file(name: str) -> dict[str, Any]:
    return yaml.safe_load(Path(__file__).with_name(f"{name}.yml").read_text(encoding="utf-8"))


def limits() -> dict[str, Any]:
    """``limits.yml``."""
    return _file("limits")


def words() -> dict[str, Any]:
    """``words.yml``."""
    return _file("words")


def templates() -> dict[str, Any]:
    """``templates.yml``."""
    return _file("templates")


def allowance(kind: str) -> Allowance:
    """What a deed of this kind lets us send."""
    numbers = limits()["allowances"][kind]
    return Allowance(count=numbers["count"], window=timedelta(seconds=numbers["seconds"]), kind=kind)
