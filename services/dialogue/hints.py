"""What a sentence already tells about a case: answers nobody needs to ask for."""

from __future__ import annotations

from knowledge.schema.guide import Guide, Option, Situation
from services.dialogue import lexicon
from services.dialogue.ages import age_in, in_range, without_years
from services.dialogue.goers import stands_in, who_goes
from services.dialogue.scene import answer_key

SHARED_WHO_GOES = "handler"  # the shared situation


def infer_answers(guide: Guide, text: str) -> dict[str, str]:
    """Situation answers a sentence gives without being asked (keyed as they are remembered); only unmistakable ones."""
    plain, age = lexicon.simplified(text), age_in(text)
    found: dict[str, str] = {}
    for situation in guide.situations:
        option = _option_said(situation, plain, age)
        if option:
            found[answer_key(guide, situation.id)] = option.id
    return {**_registered(guide, text), **found}


def learn_who_goes(guide: Guide, text: str, whom: str) -> dict[str, str]:
    """Answers to who goes, of this guide and of any that asks it alike: told once it is not asked again."""
    goes = who_goes(text, whom)
    if goes is None:
        return {}
    found = {SHARED_WHO_GOES: goes}
    for situation in guide.situations:
        options = {o.id: o for o in situation.options}
        others = [o.id for o in situation.options if o.id != "self" and stands_in(o.label)]
        if "self" in options and others and (goes == "self" or len(others) == 1):
            found[answer_key(guide, situation.id)] = "self" if goes == "self" else others[0]
    return found


def _registered(guide: Guide, text: str) -> dict[str, str]:
    """ "户口在湖南" answers the question where one is registered."""
    where = lexicon.registered_in(text)
    asked = next((s for s in guide.situations if (s.known_from or s.id) == "hukou"), None)
    return {answer_key(guide, asked.id): where} if asked and where in {o.id for o in asked.options} else {}


def _option_said(situation: Situation, text: str, age: float | None) -> Option | None:
    if age is not None and any(o.number for o in situation.options):
        fitting = [o for o in situation.options if o.number and in_range(age, o.number)]
        return fitting[0] if len(fitting) == 1 else None
    words = {o.id: max((w for w in _said_as(o) if w in text), key=len, default="") for o in situation.options}
    longest = max(words.values(), key=len)
    others = [w for w in words.values() if w and w != longest]
    chosen = [o for o in situation.options if longest and words[o.id] == longest]
    return chosen[0] if len(chosen) == 1 and all(w in longest for w in others) else None


def _said_as(option: Option) -> list[str]:
    """How an option may be said unasked; "需要" and "不是" answer nothing outside their own question."""
    words = (option.label, without_years(option.label), *option.words)
    return [w for w in words if len(w) >= 2 and lexicon.without_function_words(w)]


def says_only_an_option(guide: Guide, text: str) -> bool:
    """Whether the text is an option of a situation, word for word."""
    return lexicon.simplified(text).strip("，。！ ") in {w for s in guide.situations for o in s.options for w in (o.label, *o.words)}
