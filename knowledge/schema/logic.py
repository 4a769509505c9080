"""Putting conditions together. ``True`` and ``False`` stand for "always" and "never", which no guide writes down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from knowledge.schema.condition import Condition

Logic = Condition | bool
Clause = Callable[[str, list[str]], Logic]


def logic(when: Condition | None) -> Logic:
    return True if when is None else when


def both(*parts: Logic) -> Logic:
    """All of them."""
    return _joined(parts, "all", neutral=True)


def either(*parts: Logic) -> Logic:
    """At least one of them."""
    return _joined(parts, "any", neutral=False)


def negated(part: Logic) -> Logic:
    if isinstance(part, bool):
        return not part
    return part["not"] if list(part) == ["not"] else {"not": part}


def rewritten(condition: Condition | None, clause: Clause) -> Logic:
    """The condition with every "this situation is one of these options" replaced by what ``clause`` makes of it."""
    return both(*(_rewritten(key, value, clause) for key, value in (condition or {}).items()))


def _rewritten(key: str, value: Any, clause: Clause) -> Logic:
    if key == "all":
        return both(*(rewritten(part, clause) for part in value))
    if key == "any":
        return either(*(rewritten(part, clause) for part in value))
    if key == "not":
        return negated(rewritten(value, clause))
    return clause(key, [value] if isinstance(value, str) else value)


def _joined(parts: tuple[Logic, ...], word: str, *, neutral: bool) -> Logic:
    kept: list[Condition] = []
    for part in parts:
        if part is neutral:
            continue
        if isinstance(part, bool):
            return part
        for inner in part[word] if list(part) == [word] else [part]:
            if inner not in kept:
                kept.append(inner)
    if not kept:
        return neutral
    return kept[0] if len(kept) == 1 else {word: kept}


def simplified(part: Logic, options: Mapping[str, Sequence[str]]) -> Logic:
    """The same, shorter. ``options``: those of situations that are always asked, where "not this one" can be said as "one of the others"."""
    if isinstance(part, bool):
        return part
    if list(part) == ["not"]:
        inner = simplified(part["not"], options)
        plain = _plain(inner)
        if plain is None or plain[0] not in options:
            return negated(inner)
        return _one_of(plain[0], [o for o in options[plain[0]] if o not in plain[1]])
    if list(part) == ["any"]:
        return _gathered(either(*(simplified(p, options) for p in part["any"])), "any")
    if list(part) == ["all"] or len(part) > 1:
        parts = part["all"] if list(part) == ["all"] else [{key: value} for key, value in part.items()]
        return _gathered(both(*(simplified(p, options) for p in parts)), "all")
    return part


def _gathered(part: Logic, word: str) -> Logic:
    """Clauses over one situation made one: what both allow under ``all``, what either allows under ``any``."""
    if isinstance(part, bool) or list(part) != [word]:
        return part
    over: dict[str, list[str]] = {}
    rest: list[Logic] = []
    for inner in part[word]:
        plain = _plain(inner)
        if plain is None:
            rest.append(inner)
        elif plain[0] not in over:
            over[plain[0]] = plain[1]
        elif word == "all":
            over[plain[0]] = [o for o in over[plain[0]] if o in plain[1]]
        else:
            over[plain[0]] = [*over[plain[0]], *(o for o in plain[1] if o not in over[plain[0]])]
    clauses = [_one_of(key, found) for key, found in over.items()]
    if word == "any":
        return either(*clauses, *rest)
    if rest or any(clause is False for clause in clauses):
        return both(*clauses, *rest)
    return {key: value for clause in clauses if isinstance(clause, dict) for key, value in clause.items()}


def _plain(part: Logic) -> tuple[str, list[str]] | None:
    """The situation and the options of a clause that is nothing more."""
    if isinstance(part, bool) or len(part) != 1:
        return None
    key, value = next(iter(part.items()))
    if key in ("any", "all", "not"):
        return None
    return key, [value] if isinstance(value, str) else list(value)


def _one_of(situation: str, options: list[str]) -> Logic:
    if not options:
        return False
    return {situation: options[0] if len(options) == 1 else options}
