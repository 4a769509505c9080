"""Conditions over situation answers, as written in a guide, with three-valued truth: ``None`` means "not known yet".

Grammar (YAML)::

    when: {age16: minor}                     # the answer to `age16` is `minor`
    when: {hukou: [gd, out]}                 # … is one of these
    when: {age16: minor, handler: proxy}     # all of these
    when: {any: [{…}, {…}]}                  # at least one;  {all: [...]} every;  {not: {…}} the contrary
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator

Condition = dict[str, Any]


def _check(condition: Condition) -> Condition:
    if not condition:
        raise ValueError("a condition must not be empty; leave `when` out instead")
    for key, value in condition.items():
        if key in ("any", "all"):
            if not isinstance(value, list) or not value:
                raise ValueError(f"`{key}` takes a list of conditions")
            for part in value:
                _check(part)
        elif key == "not":
            _check(value)
        elif not (isinstance(value, str) or (isinstance(value, list) and value and all(isinstance(v, str) for v in value))):
            raise ValueError(f"`{key}` takes an option id or a list of option ids")
    return condition


When = Annotated[Condition, AfterValidator(_check)]


def _all(values: Iterator[bool | None]) -> bool | None:
    seen_unknown = False
    for value in values:
        if value is False:
            return False
        seen_unknown |= value is None
    return None if seen_unknown else True


def holds(condition: Condition | None, answers: Mapping[str, str]) -> bool | None:
    """Whether a condition holds for the answers known so far; an absent condition always holds."""
    if condition is None:
        return True
    return _all(_clause(key, value, answers) for key, value in condition.items())


def _clause(key: str, value: Any, answers: Mapping[str, str]) -> bool | None:
    if key == "all":
        return _all(holds(part, answers) for part in value)
    if key == "any":
        negated = _all(_not(holds(part, answers)) for part in value)
        return _not(negated)
    if key == "not":
        return _not(holds(value, answers))
    if key not in answers:
        return None
    return answers[key] in ([value] if isinstance(value, str) else value)


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def uses(condition: Condition | None) -> Iterator[tuple[str, str]]:
    """Every (situation id, option id) a condition mentions; the lint checks that they exist."""
    for key, value in (condition or {}).items():
        if key in ("any", "all"):
            for part in value:
                yield from uses(part)
        elif key == "not":
            yield from uses(value)
        else:
            yield from ((key, option) for option in ([value] if isinstance(value, str) else value))
