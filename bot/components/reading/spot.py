"""What is named in a sentence: places, things, aspects, ordinals, numbers, days and times, what is wanted instead of what."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from components.reading.dates import Moment, find_moment
from components.reading.numbers import find_quantities, parse_numeral
from components.reading.vocabulary import any_of, load

# 第一次 is no place in a list
_ORDINAL = re.compile(r"第([一二两三四五六七八九十\d]{1,2})(?:个|种|项|条|张|家|间|类|款|位|行|档)?(?![次回遍趟步届代])")
_INSTEAD = re.compile(
    r"不是(?:要)?(?P<rejected>[^,。;!?，]{1,12}?)[,。;，\s]*(?:而是|我?是|我?要的?是|我?想要?|应该是|换成|改成)(?P<wanted>[^,。;!?，]{1,20})"
)
_NOT_BUT = re.compile(r"(?:是|要)(?P<wanted>[^,。;!?，]{1,20}?)[,，]?(?:而)?不是(?P<rejected>[^,。;!?，]{1,12})")


@dataclass(frozen=True)
class Entity:
    """One thing named: ``start``/``end`` are places in the normalised text; ``extra`` is carried beside the value."""

    entity: str
    value: Any
    start: int
    end: int
    extra: dict[str, Any] = field(default_factory=dict)


@cache
def _regions() -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    names = {name: (code, all_names[0]) for code, all_names in load("regions").items() for name in all_names}
    return any_of(list(names)), names


@cache
def _objects() -> re.Pattern[str]:
    return any_of([word for words in load("objects").values() for word in words])


@cache
def _aspects() -> dict[str, re.Pattern[str]]:
    return {aspect: re.compile("|".join(f"(?:{p})" for p in patterns)) for aspect, patterns in load("aspects").items()}


def find_regions(text: str) -> list[Entity]:
    pattern, names = _regions()
    return [Entity("region", names[m.group()][1], m.start(), m.end(), {"code": names[m.group()][0]}) for m in pattern.finditer(text)]


def find_objects(text: str) -> list[Entity]:
    return [Entity("object", m.group(), m.start(), m.end()) for m in _objects().finditer(text)]


def find_aspects(text: str) -> list[Entity]:
    """Aspects in order of appearance, each once. One that lies inside another's longer match is dropped (``交什么材料`` is materials only)."""
    spans = [(m.start(), m.end(), aspect) for aspect, pattern in _aspects().items() for m in pattern.finditer(text) if m.end() > m.start()]
    spans.sort(key=lambda s: (s[0] - s[1], s[0]))
    kept: list[tuple[int, int, str]] = []
    for start, end, aspect in spans:
        if all(end <= s or e <= start for s, e, _ in kept):
            kept.append((start, end, aspect))
    kept.sort()
    starts = {start for start, _, aspect in kept if aspect != "conditions"}
    kept = [s for s in kept if s[2] != "conditions" or s[1] not in starts]  # 能不能|邮寄 asks about the post, not who may
    seen: dict[str, Entity] = {}
    for start, end, aspect in kept:
        seen.setdefault(aspect, Entity("aspect", aspect, start, end))
    return list(seen.values())


def find_ordinal(text: str, count: int | None = None) -> Entity | None:
    """``第二个`` → 2; ``最后一个`` → -1 (or ``count`` when it is known)."""
    words = load("words")
    if m := _ORDINAL.search(text):
        return Entity("ordinal", int(parse_numeral(m[1]) or 0), m.start(), m.end())
    for value, key in ((-1, "last"), (1, "first"), (2, "second_of_two")):
        for word in sorted(words[key], key=len, reverse=True):
            if (at := text.find(word)) >= 0:
                return Entity("ordinal", count if value == -1 and count else value, at, at + len(word))
    return None


def moment_entities(moment: Moment, text: str) -> list[Entity]:
    whole = (0, len(text))
    found = [Entity("date", day.isoformat(), *whole) for day in moment.days]
    if moment.daypart:
        found.append(Entity("daypart", moment.daypart, *whole))
    if moment.at:
        found.append(Entity("time", moment.at.strftime("%H:%M"), *whole))
    if moment.earliest or moment.latest:
        found.append(Entity("preference", "earliest" if moment.earliest else "latest", *whole))
    return found


def find_instead(text: str) -> list[Entity]:
    """``不是补领,是换领`` → rejected 补领, wanted 换领."""
    m = _INSTEAD.search(text) or _NOT_BUT.search(text)
    return [Entity(name, m[name].strip(), m.start(name), m.end(name)) for name in ("rejected", "wanted") if m[name].strip()] if m else []


def spot(text: str, today: date) -> list[Entity]:
    """Every entity of a normalised text."""
    entities = [*find_regions(text), *find_objects(text), *find_aspects(text), *find_instead(text)]
    if ordinal := find_ordinal(text):
        entities.append(ordinal)
    entities += moment_entities(find_moment(text, today), text)
    for quantity in find_quantities(text):
        entities.append(Entity("age" if quantity.age else "number", quantity.value, quantity.start, quantity.end))
    return entities
