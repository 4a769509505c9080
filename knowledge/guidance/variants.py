"""One item, several regions: which variant's rule applies to somebody (区 → 市 → 省 → 全国, the nearest that has one).

Variants of an item are guides of the same name; the same item is called the same everywhere (事项标准化).
"""

from __future__ import annotations

from collections.abc import Iterable

from knowledge.schema.guide import Guide
from knowledge.schema.regions import distance


def variants(guide: Guide, guides: Iterable[Guide]) -> list[Guide]:
    """Every variant of the item, itself among them, in the order given."""
    return [g for g in guides if g.name == guide.name]


def nearest(guide: Guide, guides: Iterable[Guide], *, region: str) -> Guide:
    """The variant whose rule applies in ``region`` (a GB/T 2260 code); the guide itself where none does, so that it can be said whose rule it is."""
    applying = [(steps, g) for g in variants(guide, guides) if (steps := distance(g.region.code, region)) is not None]
    return min(applying, key=lambda pair: pair[0])[1] if applying else guide
