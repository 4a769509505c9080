"""The Chinese of this package: what citizens read, and what they say that the reader must know."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def words() -> dict[str, Any]:
    """``words.yml`` and ``cues.yml`` in one."""
    folder = Path(__file__).parent
    loaded: dict[str, Any] = {}
    for name in ("words.yml", "cues.yml"):
        loaded |= yaml.safe_load((folder / name).read_text(encoding="utf-8"))
    return loaded


def error(reason: str, **data: Any) -> str:
    """Why a value was refused, in words."""
    return words()["errors"][reason].format(**data)
