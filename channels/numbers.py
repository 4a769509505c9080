"""A channel's numbers and words, each kind in a YAML file beside its code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from channels.base import Allowance


@cache
def read(folder: Path, name: str) -> dict[str, Any]:
    """``<name>.yml`` of a channel's folder; not to be changed by who reads it."""
    return yaml.safe_load((folder / f"{name}.yml").read_text(encoding="utf-8"))


def allowance_of(limits: Mapping[str, Any], kind: str) -> Allowance:
    """What a deed of this kind lets us send, by ``allowances`` of the channel's limits: ``count`` messages within ``seconds``."""
    numbers = limits["allowances"][kind]
    return Allowance(count=numbers["count"], window=timedelta(seconds=numbers["seconds"]), kind=kind)
