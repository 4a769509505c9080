"""Choosing from options: by value, by label, by the words people use, by their order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import cn2an

from services.forms.folding import fold
from services.forms.formats.wrong import ValueWrong
from services.forms.model import Context, Option
from services.forms.words import words

_ORDINAL = re.compile(r"第?([0-9]{1,2}|[一二两三四五六七八九十]{1,2})(?:个|项|种|条|号)?(?:吧|啦|的)?")
_SPLIT = re.compile(r"[或、，,/；;]|和")
_BRACKETS = re.compile(r"[（(].*?[）)]")
_NEGATIVE = re.compile(r"^(?:不|没|无|否|未|非)")


def check(raw: str, context: Context, *, options: Sequence[Option]) -> str:
    """The option's value."""
    chosen = choose(raw, options) or choose(fold(raw), options)
    if chosen is None:
        raise ValueWrong("choice.none", options="、".join(o.label for o in options))
    return chosen.value


def choose(text: str, options: Sequence[Option]) -> Option | None:
    """The option meant by an answer to the question itself (so 是/不是 and 第二个 count)."""
    text = text.strip()
    exact = next((o for o in options if text in (o.value, o.label, fold(o.label))), None)
    return exact or by_order(text, options) or mentioned(text, options) or by_polarity(text, options)


def by_order(text: str, options: Sequence[Option]) -> Option | None:
    if text in words()["last"]:
        return options[-1]
    match = _ORDINAL.fullmatch(text.removeprefix("选").removeprefix("就").removeprefix("要"))
    if not match:
        return None
    index = int(match[1]) if match[1].isdigit() else int(cn2an.cn2an(match[1], "smart"))
    return options[index - 1] if 1 <= index <= len(options) else None


def mentioned(text: str, options: Sequence[Option], *, least: int = 1) -> Option | None:
    """The only option named in the text and not denied there; of several the one with the longest name, ``None`` on a tie."""
    best: dict[str, int] = {}
    for option in options:
        lengths = [len(name) for name in names(option) if len(name) >= least and said(name, text)]
        if lengths:
            best[option.value] = max(lengths)
    longest = max(best.values(), default=0)
    winners = [o for o in options if best.get(o.value) == longest] if longest else []
    return winners[0] if len(winners) == 1 else None


def said(name: str, text: str) -> bool:
    """Whether ``name`` occurs without a denial before it (不是被盗, 没有丢). One character must stand alone or be all but all there is."""
    for match in re.finditer(re.escape(name), text):
        if re.search(words()["denial"] + "$", text[: match.start()]):
            continue
        if len(name) > 1 or len(text) <= 3:
            return True
    return False


def by_polarity(text: str, options: Sequence[Option]) -> Option | None:
    """Yes or no, where the two options are a thing and its denial."""
    if len(options) != 2:
        return None
    negative = [bool(_NEGATIVE.match(o.label)) for o in options]
    if sum(negative) != 1:
        return None
    answer = yes_or_no(text)
    return None if answer is None else options[negative.index(answer == "no")]


def yes_or_no(text: str) -> str | None:
    """``yes``, ``no``, or ``None`` for neither."""
    cut = re.sub(words()["particles"] + "$", "", text.strip())
    for answer in ("no", "yes"):
        if cut in words()[answer]:
            return answer
    return None


def check_yes_no(raw: str, context: Context) -> str:
    answer = raw.strip() if raw.strip() in ("yes", "no") else yes_or_no(raw)
    if answer is None:
        raise ValueWrong("yes_no.neither")
    return answer


@cache
def names(option: Option) -> tuple[str, ...]:
    """Everything an option is called: its label, the label's alternatives, its words, and common synonyms."""
    plain = _BRACKETS.sub("", option.label).strip()
    found = {option.label, plain, *option.words, *words()["options"].get(plain, ())}
    found |= {part for part in _SPLIT.split(plain) if len(part) >= 2 and part not in ("是", "不是")}
    return tuple(sorted({fold(n) for n in found if n}, key=lambda n: (-len(n), n)))
