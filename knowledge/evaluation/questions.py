"""The project's questions and their split: ``train`` teaches, ``dev`` is looked at, ``test`` is left alone.

``questions/*.tsv``: question, name of the item it asks for (``NONE``: no service answers it), kind. Within each item of a file
the questions are ordered by a hash of their text and cut 70/15/15: the split needs no file of its own, does not depend on order,
and a new file moves no question of another from one part to the other. Files that end with ``_train`` only teach.

Two guides of the same item are one guide: ``_same_items.tsv`` says which name such an item goes by (its other name, the name of
the guide). The questions keep the part that their own name gave them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parent / "questions"
NONE = "NONE"
ONLY_TRAIN = "_train"
Split = Literal["train", "dev", "test"]


@dataclass(frozen=True)
class Question:
    """``item`` is the name of a guide (shipped or not yet), or ``NONE``."""

    text: str
    item: str
    kind: str
    split: Split


def read_questions(folder: Path = FOLDER) -> list[Question]:
    """Every question once, in the order of the files."""
    rows: dict[tuple[str, str], tuple[str, str]] = {}
    for path in sorted(folder.glob("[!_]*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            text, item, kind = line.split("\t")
            rows.setdefault((item, text), (kind, path.stem))
    parts: dict[tuple[str, str], list[str]] = {}
    for (item, text), (_, file) in rows.items():
        parts.setdefault((file, item), []).append(text)
    splits = {(item, text): split for (file, item), texts in parts.items() for text, split in _cut(texts, whole=file.endswith(ONLY_TRAIN))}
    names = _same_items(folder)
    found = [Question(text, names.get(item, item), kind, splits[item, text]) for (item, text), (kind, _) in rows.items()]
    return list({(q.item, q.text): q for q in reversed(found)}.values())[::-1]


def _same_items(folder: Path) -> dict[str, str]:
    path = folder / "_same_items.tsv"
    return dict(line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()) if path.exists() else {}  # type: ignore[misc]


def _cut(texts: list[str], *, whole: bool) -> Iterable[tuple[str, Split]]:
    if whole:
        yield from ((text, "train") for text in texts)
        return
    ordered = sorted(texts, key=lambda text: hashlib.sha256(text.encode()).hexdigest())
    for at, text in enumerate(ordered):
        place = (at + 0.5) / len(ordered)
        yield text, "train" if place < 0.7 else "dev" if place < 0.85 else "test"
