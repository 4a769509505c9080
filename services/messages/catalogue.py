"""The words of messages."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def words() -> dict[str, Any]:
    """Labels of aspects, states, levels and buttons (``words.yml``)."""
    return yaml.safe_load((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))
