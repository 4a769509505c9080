"""Who is said to go to the office: the one it is for, or somebody in his stead."""

from __future__ import annotations

import re
from functools import cache

from services.dialogue import lexicon


def who_goes(text: str, whom: str) -> str | None:
    """ "不是我去，我老婆去": ``self`` (the one it is for) or ``proxy``; None when nobody is said to go. ``whom``: who the matter is for."""
    clauses = re.split(r"[\s，。！!,.~～、；;]+", lexicon.simplified(text))
    for clause in reversed(clauses):
        if match := _goes().match(clause):
            return "self" if _is_for(match["who"], whom) else "proxy"
    stays = any(re.match(lexicon.entries()["stays"], clause) for clause in clauses)
    return "proxy" if stays and whom == "self" else None


@cache
def _goes() -> re.Pattern[str]:
    people = "|".join(sorted(map(re.escape, [*lexicon.somebody_else(), *lexicon.entries()["anybody"]]), key=len, reverse=True))
    return re.compile(lexicon.entries()["goes"].format(people=people))


def _is_for(said: str, whom: str) -> bool:
    """Whether the one said to go is the one it is for."""
    named = next((who for who, words in lexicon.entries()["somebody_else"].items() if any(w in said for w in words)), None)
    if named or any(w in said for w in lexicon.entries()["anybody"]):
        return named == whom
    return whom == "self" or lexicon.entries()["in_person"] in said


def stands_in(label: str) -> bool:
    """Whether an option says that somebody else goes."""
    return bool(re.search(lexicon.entries()["stands_in"], label))
