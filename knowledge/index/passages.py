"""A guide cut into passages: the pieces of text that a question may resemble."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from knowledge.schema.guide import Guide, Situation

# What a guide is called; what it is about; what is asked and answered about it; everything else it says.
Kind = Literal["name", "alias", "faq", "question", "about", "condition", "material", "step", "situation"]
KINDS: tuple[Kind, ...] = ("name", "alias", "faq", "question", "about", "condition", "material", "step", "situation")


@dataclass(frozen=True)
class Passage:
    """``text`` is what a reader is shown; ``searched`` what is encoded (the guide's name in front where the text alone says little)."""

    guide_id: str
    kind: Kind
    section: str  # the field of the guide it stands in: name, aliases, summary, conditions, materials, steps, situations, faq
    text: str
    searched: str


def passages_of(guide: Guide) -> list[Passage]:
    """Every passage of a guide, in a fixed order."""
    return [Passage(guide.id, *parts) for parts in _parts(guide)]


def _parts(guide: Guide) -> Iterator[tuple[Kind, str, str, str]]:
    name = guide.name
    yield "name", "name", name, name
    for alias in guide.aliases:
        yield "alias", "aliases", alias, alias
    facets = "，".join(guide.facets.values())
    yield "about", "summary", guide.summary, f"{name}，又叫{'、'.join(guide.aliases)}"
    yield "about", "summary", guide.summary, f"{guide.topic}：{facets}。{guide.summary}"
    for condition in guide.conditions:
        yield "condition", "conditions", condition, f"{name}：{condition}"
    for entry in guide.faq:
        yield "faq", "faq", f"{entry.q}{entry.a}", f"{entry.q} {entry.a}"
        yield "question", "faq", f"{entry.q}{entry.a}", entry.q
    if not guide.bundle:  # what a bundle says of its items is found with the items
        yield from _own_parts(guide)


def _own_parts(guide: Guide) -> Iterator[tuple[Kind, str, str, str]]:
    name = guide.name
    if guide.materials:
        materials = "、".join(m.name for m in guide.materials)
        yield "material", "materials", materials, f"{name}需要什么材料：{materials}"
    if guide.steps:
        yield "step", "steps", "；".join(s.what for s in guide.steps), f"{name}怎么办理：{'；'.join(s.what for s in guide.steps)}"
    for situation in guide.situations:
        if isinstance(situation, Situation) and situation.known_from is None:  # 满16岁了吗 says nothing of the item
            options = "／".join(o.label for o in situation.options)
            yield "situation", "situations", f"{situation.ask}{options}", f"{name}：{situation.ask}{options}"
