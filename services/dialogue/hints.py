"""What a sentence already tells about a case: whose matter it is, and answers nobody needs to ask for."""

from __future__ import annotations

import re

import cn2an

from knowledge.schema.guide import Guide, Option, Situation
from services.dialogue import lexicon
from services.dialogue.scene import answer_key

_AGE = re.compile(r"(?P<n>\d{1,3}|[一二两三四五六七八九十百零]{1,4})(?:周)?(?P<unit>岁|个月|月大)")


def is_about_somebody_else(text: str) -> bool:
    """Whether the matter is a relative's or another person's, so that one's own identity does not answer for it."""
    plain = lexicon.simplified(text)
    return any(word in plain for word in lexicon.somebody_else())


def age_in(text: str) -> float | None:
    """An age said in the sentence, in years."""
    match = _AGE.search(lexicon.simplified(text))
    if not match:
        return None
    try:
        number = float(cn2an.cn2an(match.group("n").replace("两", "二"), "smart"))
    except ValueError:
        return None
    return number if match.group("unit") == "岁" else number / 12


def infer_answers(guide: Guide, text: str) -> dict[str, str]:
    """Situation answers a sentence gives without being asked (keyed as they are remembered); only unmistakable ones."""
    plain, age = lexicon.simplified(text), age_in(text)
    found: dict[str, str] = {}
    for situation in guide.situations:
        option = _option_said(situation, plain, age)
        if option:
            found[answer_key(guide, situation.id)] = option.id
    return found


def _option_said(situation: Situation, text: str, age: float | None) -> Option | None:
    if age is not None and any(o.number for o in situation.options):
        fitting = [o for o in situation.options if o.number and in_range(age, o.number)]
        return fitting[0] if len(fitting) == 1 else None
    lengths = {o.id: max((len(w) for w in (o.label, *o.words) if len(w) >= 2 and w in text), default=0) for o in situation.options}
    best = max(lengths.values())
    longest = [o for o in situation.options if best and lengths[o.id] == best]
    return longest[0] if len(longest) == 1 and sum(1 for n in lengths.values() if n) == 1 else None


def in_range(value: float, bounds: tuple[float | None, float | None]) -> bool:
    low, high = bounds
    return (low is None or value >= low) and (high is None or value < high)
