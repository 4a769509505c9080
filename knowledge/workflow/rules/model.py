"""What a rule sees and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from knowledge.schema.condition import Condition
from knowledge.schema.guide import Guide, Situation
from knowledge.workflow.rules.cases import Cases

CONDITIONED = ("materials", "steps", "time_limit", "fees", "visits", "online", "proxy", "delivery", "where", "faq")


@dataclass(frozen=True)
class Finding:
    """A rule broken at a path; ``data`` fills the placeholders of the rule's message."""

    rule: str
    path: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Neighbour:
    """What the lint needs to know of another guide."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    topic: str = ""
    facets: tuple[tuple[str, str], ...] = ()
    region: str = ""
    guide: Guide | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, guide: Guide) -> Neighbour:
        facets = tuple(sorted(guide.facets.items()))
        return cls(guide.id, guide.name, tuple(guide.aliases), guide.topic, facets, guide.region.code, guide)


@dataclass(frozen=True)
class Subject:
    """A resolved guide under judgement."""

    guide: Guide
    neighbours: list[Neighbour] = field(default_factory=list)
    today: date | None = None

    @cached_property
    def situations(self) -> dict[str, Situation]:
        return {s.id: s for s in self.guide.situations if isinstance(s, Situation)}

    @cached_property
    def cases(self) -> Cases:
        """The combinations of answers that can really be given."""
        return Cases(list(self.situations.values()))

    def conditioned(self) -> Iterator[tuple[str, Any]]:
        """(path, element) of every part of the guide that may hold only in some situations, the form's fields apart."""
        for section in CONDITIONED:
            for at, element in enumerate(getattr(self.guide, section)):
                yield f"{section}[{getattr(element, 'id', at)}]", element

    def conditions(self) -> Iterator[tuple[str, Condition]]:
        """(path, condition) of every ``when`` over situations, the form's fields apart."""
        for path, element in self.conditioned():
            if element.when is not None:
                yield f"{path}.when", element.when
        for situation in self.situations.values():
            if situation.when is not None:
                yield f"situations[{situation.id}].when", situation.when


@cache
def catalogue() -> dict[str, Any]:
    """Words, severities and word lists of the lint."""
    return yaml.safe_load((Path(__file__).resolve().parent.parent / "lint.yml").read_text(encoding="utf-8"))
