"""Times to choose from as lines that can be read: seven days of fourteen times each are nothing to read."""

from __future__ import annotations

from itertools import groupby

from common.clock import local
from services.messages.model import Day, Slot, Slots
from services.messages.rendering import ways_on

_MANY = 12  # times that can still be read one by one


def spans(message: Slots, *, separator: str) -> str:
    """Of many times those that follow each other as "from – to", and neighbouring days with the same ones together."""
    first, *lines = message.text.rstrip().split("\n")
    days = [day for day in message.days if day.slots]
    if len(ways_on(message)) <= _MANY or len(lines) != len(days):  # few, or not as our template writes them
        return message.text
    told = [(line.rpartition("：")[0], _runs(day, separator)) for day, line in zip(days, lines, strict=True)]
    whole = [(name, line if not runs else "", runs) for line, (name, runs) in zip(lines, told, strict=True)]
    found = [first]
    for (full, runs), alike in groupby(whole, key=lambda day: day[1:]):
        found.append(full or f"{separator.join(name for name, *_ in alike)}：{runs}")
    return "\n".join(found)


def _runs(day: Day, separator: str) -> str:
    runs: list[list[Slot]] = []
    for slot in (s for s in day.slots if s.left > 0):
        if runs and runs[-1][-1].end == slot.start:
            runs[-1].append(slot)
        else:
            runs.append([slot])
    return separator.join(f"{local(run[0].start):%H:%M}–{local(run[-1].end):%H:%M}" for run in runs)


def where_of(message: Slots) -> str:
    """The hall, and of the days what their entries do not say: that one is full, or has a note."""
    first, *lines = message.text.rstrip().split("\n")
    days = [day for day in message.days if day.slots]
    if len(days) != len(lines):  # it was not written by our template
        return message.text
    told = [day.note is None and any(slot.left > 0 for slot in day.slots) for day in days]
    return "\n".join([first, *(line for line, all_told in zip(lines, told, strict=True) if not all_told)])
