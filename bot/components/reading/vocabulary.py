"""The word lists beside this file. Words are data: adding one never touches code."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent


@cache
def load(name: str) -> Any:
    """The parsed ``<name>.yml`` of this folder (read once per process; treat as read-only)."""
    return yaml.safe_load((HERE / f"{name}.yml").read_text(encoding="utf-8"))


def any_of(words: list[str]) -> re.Pattern[str]:
    """A pattern that finds the longest of the words at each place."""
    return re.compile("|".join(re.escape(w) for w in sorted(set(words), key=len, reverse=True)))
