"""A channel's numbers and words, each kind in a YAML file beside its code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from channels.base import Allowance
from channels.scripts import converted, script


class Catalogue:
    """The files of one channel's folder."""

    def __init__(self, folder: Path):
        self._folder = folder

    def file(self, name: str) -> dict[str, Any]:
        """``<name>.yml``."""
        return read(self._folder, name)

    def limits(self) -> dict[str, Any]:
        """``limits.yml``: the platform's numbers."""
        return self.file("limits")

    def words(self) -> dict[str, Any]:
        """``words.yml``: what the channel itself says."""
        return self.file("words")

    def allowance(self, kind: str, at: int | None = None) -> Allowance:
        """What a deed of this kind lets us send. ``at``: when it was done, seconds since 1970 by the platform's clock."""
        return allowance_of(self.limits(), kind, at)


def read(folder: Path, name: str) -> dict[str, Any]:
    """``<name>.yml`` of a channel's folder, in the script that is written in just now; not to be changed by who reads it."""
    return _read(folder, name, script())


@cache
def _read(folder: Path, name: str, written_in: str) -> dict[str, Any]:
    found = yaml.safe_load((folder / f"{name}.yml").read_text(encoding="utf-8"))
    return converted(found)


def allowance_of(limits: Mapping[str, Any], kind: str, at: int | None = None) -> Allowance:
    """What a deed of this kind lets us send, by ``allowances`` of the channel's limits: ``count`` messages within ``seconds``."""
    numbers = limits["allowances"][kind]
    since = datetime.fromtimestamp(at + 1, UTC) if at else None  # whole seconds: what was sent within this one may have been before
    return Allowance(count=numbers["count"], window=timedelta(seconds=numbers["seconds"]), kind=kind, since=since)
