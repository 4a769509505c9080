"""What was offered, and which of it is meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Offer:
    """One thing that was offered: ``label`` and ``words`` as shown, ``number`` the range of numbers that mean it
    (at least the first, less than the second; ``None`` is open)."""

    label: str
    payload: str
    words: tuple[str, ...] = ()
    number: tuple[float | None, float | None] | None = None

    @classmethod
    def parse(cls, raw: dict[str, Any]) -> Offer:
        number = raw.get("number")
        return cls(
            str(raw.get("label") or ""), str(raw.get("payload") or ""), tuple(map(str, raw.get("words") or ())), tuple(number) if number else None
        )


@dataclass(frozen=True)
class Choice:
    """The index of the offer that is meant and how it was recognised."""

    index: int
    how: str
