"""Regions and which of them are nearest: the rule of the nearest region that has one applies (区 → 市 → 省 → 全国)."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

import yaml


@cache
def region_names() -> dict[str, str]:
    """Names by GB/T 2260 code."""
    return yaml.safe_load((Path(__file__).parent / "regions.yml").read_text(encoding="utf-8"))


def region_code(said: str | None) -> str | None:
    """The code of a region given as a code or by name, with or without 市 and 区; ``None`` if it is not known."""
    if not said:
        return None
    if said.isdigit() and len(said) == 6:
        return said
    names = {name: code for code, name in region_names().items()}
    return names.get(said) or next((code for name, code in names.items() if name[:-1] == said), None)


@lru_cache(4096)
def chain(code: str) -> tuple[str, ...]:
    """A region and those it lies in, nearest first: 440113 → 440113, 440100, 440000, 000000."""
    return tuple(dict.fromkeys((code, code[:4] + "00", code[:2] + "0000", "000000")))


def distance(code: str, region: str) -> int | None:
    """How far up the chain from ``region`` a rule of ``code`` stands; ``None`` if it does not apply there."""
    steps = chain(region)
    return steps.index(code) if code in steps else None
