"""The words of what is computed in a bundle."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def words() -> dict[str, Any]:
    return yaml.safe_load((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))


def listed(names: Iterable[str]) -> str:
    """“出生登记”、“社会保障卡申领”"""
    return words()["between"].join(words()["item"].format(item=name) for name in names)
