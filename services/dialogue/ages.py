"""Ages: the one a sentence says, and those a label or a value asks for."""

from __future__ import annotations

import re
from typing import Any

import cn2an

from services.dialogue.lexicon import entries, simplified


def age_in(text: str) -> float | None:
    """An age said in the sentence, in years."""
    plain = simplified(text)
    if reached := re.search(_ages()["reached"], plain):
        return float(reached["n"]) - (0.5 if reached["under"] else 0)
    match = re.search(_ages()["said"], plain)
    if not match:
        return None
    numeral = match["n"].translate(str.maketrans(_ages()["numerals"]))
    try:
        number = float(cn2an.cn2an(numeral, "smart"))
    except ValueError:
        return None
    return number if match["unit"] == _ages()["years"] else number / 12


def least_age(value: str) -> int | None:
    """The age from which on a facet's value fits, when it names one."""
    match = re.search(_ages()["least"], value)
    return int(match[1]) if match else None


def without_years(label: str) -> str:
    """ "16周岁" as it is said: "16"."""
    return label.removesuffix(_ages()["years_of_law"])


def in_range(value: float, bounds: tuple[float | None, float | None]) -> bool:
    low, high = bounds
    return (low is None or value >= low) and (high is None or value < high)


def _ages() -> dict[str, Any]:
    return entries()["ages"]
