"""How long a citizen will wait, from who is there, who is ahead and how long conversations lately took. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class DeskLoad:
    """``free`` places now, ``capacity`` in all; mean seconds a conversation takes and until a free agent picks up."""

    free: int
    capacity: int
    handling_s: float
    pickup_s: float


def smoothed(observed: Sequence[float], *, prior: float, weight: float) -> float:
    """The mean of what was observed, drawn to ``prior`` as if that had been seen ``weight`` times: few figures move it little."""
    return (prior * weight + sum(observed)) / (weight + len(observed))


def estimated_wait(position: int, load: DeskLoad) -> int:
    """Whole seconds for the one at ``position`` (from 1).

    Whoever finds a free place waits for the pick-up alone. Everybody else also waits until enough conversations have ended:
    with every place taken one ends each ``handling / capacity`` seconds.
    """
    must_end = max(0, position - load.free)
    return math.ceil(load.pickup_s + must_end * load.handling_s / max(1, load.capacity))
