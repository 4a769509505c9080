"""How fields are called: their labels taken apart into whose and what, and the other words for both (``cues.yml``)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from services.forms.folding import fold
from services.forms.model import Field
from services.forms.words import words

_BRACKETS = re.compile(r"[（(].*?[）)]")
OR = re.compile(words()["either"])


@dataclass(frozen=True)
class Cue:
    """A mention of fields in a sentence; more than one name where several fields are called the same."""

    start: int
    end: int
    fields: tuple[str, ...]


def find(text: str, fields: Iterable[Field]) -> list[Cue]:
    """Mentions in order; of overlapping ones the longest."""
    table: dict[str, list[str]] = {}
    for field in fields:
        for name in called(field.name, field.label):
            table.setdefault(name, []).append(field.name)
    if not table:
        return []
    pattern = re.compile("|".join(re.escape(n) for n in sorted(table, key=len, reverse=True)), re.I)
    return [Cue(m.start(), m.end(), tuple(table[m.group().lower()])) for m in pattern.finditer(text)]


@lru_cache(maxsize=4096)
def called(name: str, label: str) -> frozenset[str]:
    """Everything a field of this name and label is called, folded, each of two characters at least."""
    names = {fold(label), *words()["fields"].get(name, ())}
    for plain in without_brackets(fold(label)):
        names.add(plain)
        names.update(part for part in OR.split(plain) if len(part) >= 3)
        names.update(_taken_apart(plain))
    return frozenset(fold(n).lower() for n in names if len(n) >= 2)


def without_brackets(label: str) -> list[str]:
    """法定代表人(负责人)姓名: both 法定代表人姓名 and 负责人姓名."""
    match = _BRACKETS.search(label)
    if match is None:
        return [label]
    before, inside, after = label[: match.start()], match.group()[1:-1], label[match.end() :]
    return [before + after, inside + after] if after else [before]


def _taken_apart(label: str) -> set[str]:
    for noun, same in sorted(words()["nouns"].items(), key=lambda item: -len(item[0])):
        ending = next((n for n in sorted((noun, *same), key=len, reverse=True) if len(n) > 1 and label.endswith(n)), None)
        if ending:
            owner = label[: -len(ending)].removesuffix(words()["of"])
            return {f"{o}{between}{n}" for o in _owners(owner) for between in ("", words()["of"]) for n in same if len(f"{o}{n}") >= 2}
    return set()


def _owners(owner: str) -> set[str]:
    if owner in words()["self_owners"]:
        return set(words()["self_owners"])
    found: set[str] = set()
    for part in OR.split(owner):
        found.add(part)
        found.update(words()["owners"].get(part, ()))
    return {o for o in found if o}
