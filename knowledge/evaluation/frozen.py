"""Question sets that do not change: the project's own by split, and others as JSON lines.

A line of a set: ``{"question": "…", "expected": ["guide id or name", …], "kind": "oblique", "region": "440113", "aspect": "fee"}``. Only the
question is obligatory. ``expected`` empty, left out or ``"NONE"``: no guide answers it. ``region`` is a code or a name (番禺区).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, field_validator

from knowledge.errors import BadQuestions
from knowledge.evaluation.questions import NONE, Split, read_questions
from knowledge.guidance.aspects import SECTIONS
from knowledge.schema.regions import region_code

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


@dataclass(frozen=True)
class Asked:
    """``expected``: ids or names of the guides any of which is right; empty where none of ours is. ``source``: the set's name."""

    text: str
    expected: tuple[str, ...]
    kind: str
    region: str | None = None
    aspect: str | None = None
    source: str = ""


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore")

    question: _Text
    expected: list[_Text] = []
    kind: _Text = "plain"
    region: str | None = None
    aspect: str | None = None

    @field_validator("expected", mode="before")
    @classmethod
    def _as_list(cls, value: object) -> object:
        listed = [value] if isinstance(value, str) else value or []
        return [one for one in listed if one != NONE] if isinstance(listed, list) else listed

    @field_validator("region")
    @classmethod
    def _known_region(cls, value: str | None) -> str | None:
        if value and (code := region_code(value)) is None:
            raise ValueError(f"no region {value!r}")
        return code if value else None

    @field_validator("aspect")
    @classmethod
    def _known_aspect(cls, value: str | None) -> str | None:
        if value and value not in SECTIONS:
            raise ValueError(f"no aspect {value!r}")
        return value or None


def own_questions(split: Split) -> list[Asked]:
    """The project's questions of one split."""
    return [Asked(q.text, () if q.item == NONE else (q.item,), q.kind, source=split) for q in read_questions() if q.split == split]


def read_set(path: Path) -> list[Asked]:
    """A set of JSON lines. :raises BadQuestions: a line is not a question; none of the set is taken."""
    lines = path.read_text(encoding="utf-8").splitlines()
    asked = [_read(line, at, path.stem) for at, line in enumerate(lines, 1) if line.strip()]
    if not asked:
        raise BadQuestions(line=0, fields={"0": "empty"})
    return asked


def _read(line: str, at: int, source: str) -> Asked:
    try:
        row = _Line.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadQuestions(line=at, fields={".".join(map(str, first["loc"])) or str(at): first["msg"]}) from None
    return Asked(row.question, tuple(row.expected), row.kind, row.region, row.aspect, source)


def once(asked: Iterable[Asked]) -> list[Asked]:
    """Every question with what it expects once, the first of them kept."""
    return list({(a.text, a.expected): a for a in reversed(list(asked))}.values())[::-1]
