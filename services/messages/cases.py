"""Which case something holds for, so that it can be read without its question: answers that are short ("要") have it beside them, told apart."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.guidance.situations import phrases
from services.messages.catalogue import words

_SHORT = 4  # as many characters stand alone
_INNER = str.maketrans("“”", "‘’")  # quotes within quotes


def asked(case: str, asks: Sequence[str]) -> str:
    """A case in words (``Fact.only_if``) with its questions, which are among ``asks``, in quotes: 要不要临时证？要 → “要不要临时证？”选“要”."""
    questions = "|".join(re.escape(ask) for ask in sorted(filter(None, asks), key=len, reverse=True))
    if not questions:
        return case
    joined, alternative = re.escape(phrases()["and"]), re.escape(phrases()["or"])
    one = rf"({questions})((?:(?!{joined}|{alternative}(?:{questions}))[^”])+)"
    return re.sub(one, lambda found: _said(found[1], found[2].replace(phrases()["or"], words()["case_or"])), case)


def _said(ask: str, answer: str) -> str:
    return str(words()["case_asked"]).format(ask.translate(_INNER), answer)


def chosen(answer: str, ask: str) -> str:
    """An answer as it stands in a list of answers: without the yes that its question asked for, or with the question where it is nothing else."""
    yes = next((said for said in words()["yes_or_no"] if answer.startswith(said)), "")
    rest = answer.removeprefix(yes)
    if len(rest) >= _SHORT and not rest.startswith(words()["and_yet"]):
        return rest
    return _said(ask, answer) if len(answer) < _SHORT else answer
