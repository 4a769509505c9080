"""What a sentence names: an item by the words of its alias, or a thing that no guide knows."""

from __future__ import annotations

import re

from knowledge.schema.guide import Guide
from knowledge.service import Hit
from services.dialogue import lexicon
from services.dialogue.assistant import Assistant
from services.dialogue.lexicon import entries

_LEAST, _LONGER = 3, 4  # characters said, and how many more the alias may have
_MOST = 5  # items that may be meant


def by_alias(assistant: Assistant, text: str) -> list[Hit]:
    """ "社保怎么转" is 社保关系转移: the items with an alias in which everything that was said stands in its order; none when they are many."""
    said = lexicon.without_function_words(text)
    if len(said) < _LEAST:
        return []
    found = [p for p in assistant.knowledge.guides() if any(_holds(name, said) for name in (p.guide.name, *p.guide.aliases))]
    return [Hit.for_guide(p) for p in found] if len(found) <= _MOST else []


def _holds(name: str, said: str) -> bool:
    rest = iter(name)
    return len(name) <= len(said) + _LONGER and all(character in rest for character in said)


def unknown_thing(assistant: Assistant, text: str) -> str | None:
    """The certificate or card the sentence names that no item is about (退休证, 学生证); None when there is none, or it is known."""
    named = [m["thing"] for m in re.finditer(entries()["things"]["named"], lexicon.simplified(text))]
    if not named:
        return None
    names = "\n".join(name for p in assistant.knowledge.guides() for name in (p.guide.name, p.guide.topic, *p.guide.aliases))
    return next((thing for thing in named if not _known(thing, names)), None)


def _known(thing: str, names: str) -> bool:
    """Whether a name holds it, or the thing without what only tells which one ("二代身份证")."""
    return any(thing[at:] in names for at in range(len(thing) - 2))


def speaks_of(guide: Guide, thing: str) -> bool:
    """Whether the guide says the word anywhere a citizen reads."""
    told = [guide.name, guide.summary, *guide.aliases, *guide.conditions, *(m.name for m in guide.materials), *(f"{e.q}{e.a}" for e in guide.faq)]
    return any(thing in text for text in told)
