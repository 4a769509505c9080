"""Paths in a guide as an editor reads them: ``materials[0].name`` is 申请材料第1项 · 名称."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_PART = re.compile(r"\[([^\]]*)\]|([^.\[\]]+)")


@cache
def labels() -> dict[str, Any]:
    return yaml.safe_load((Path(__file__).parent / "labels.yml").read_text(encoding="utf-8"))


def section_label(name: str) -> str:
    return labels()["sections"].get(name, name)


def field_label(name: str) -> str:
    return labels()["fields"].get(name, name)


def path_label(path: str) -> str:
    """A place in a document; list entries are given by their place (from 0) or by their id, as the lint writes them."""
    words, said = labels(), []
    for index, name in _PART.findall(path):
        if name:
            said.append(field_label(name) if said else section_label(name))
        elif said:
            given = words["nth"].format(label=said[-1], at=int(index) + 1) if index.isdigit() else words["named"].format(label=said[-1], id=index)
            said[-1] = given
    return words["between"].join(said) or words["document"]
