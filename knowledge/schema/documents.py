"""When two names mean one document."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml


@cache
def _patterns() -> list[re.Pattern[str]]:
    words = yaml.safe_load((Path(__file__).parent / "documents.yml").read_text(encoding="utf-8"))
    return [re.compile(pattern) for pattern in words["same_document"]]


def bare_name(name: str) -> str:
    """A material's name without its form, so that 身份证原件 and 居民身份证（复印件） are one document."""
    for pattern in _patterns():
        name = pattern.sub("", name)
    return name
