"""The words of the tables (``words.yml``): what a cell says for yes and no, and what is read as either."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def words() -> dict[str, Any]:
    return yaml.safe_load((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))


def flag(value: bool) -> str:
    """How a yes or no is written into a cell: the first of its words."""
    return words()["flags"][value][0]


def flag_said(text: str) -> bool | None:
    """The yes or no a cell says, in any of their words; None when it says neither."""
    said = text.strip().lower()
    return next((value for value, listed in words()["flags"].items() if said in listed), None)
