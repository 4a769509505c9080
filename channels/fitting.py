"""Making parts fit the quota: neighbours put together, and a word where something has to wait."""

from __future__ import annotations

import math
from itertools import pairwise

from channels.base import MenuPart, Part, TextPart
from channels.manner import Manner
from channels.splitting import Limit


def goal_of(room: int) -> int:
    """Half the room, rounded up: more may have to be said before he writes again."""
    return max(math.ceil(room / 2), 1)


def joined(parts: list[Part], manner: Manner, room: int | None) -> list[Part]:
    """Neighbours put together until the goal is reached, the shortest pair first."""
    parts = list(parts)
    while room is not None and len(parts) > goal_of(room):
        pairs = [(k, both) for k, (a, b) in enumerate(pairwise(parts)) if (both := _together(a, b, manner)) is not None]
        if not pairs:
            break
        k, both = min(pairs, key=lambda pair: _words(pair[1]))
        parts[k : k + 2] = [both]
    return parts


def _together(a: Part, b: Part, manner: Manner) -> Part | None:
    """Two texts of which one is no list, or a text over a menu; None where they do not go together or would be too long."""
    if not isinstance(a, TextPart):
        return None
    if isinstance(b, TextPart) and not (a.choices and b.choices):
        text = f"{a.text}\n\n{b.text}"
        whole = TextPart(text=text, choices=[*a.choices, *b.choices], upto=b.upto, whole=b.whole, purpose=b.purpose)
        return whole if manner.limit.fits(text) else None
    if isinstance(b, MenuPart) and not a.choices:
        head = f"{a.text}\n\n{b.head}"
        return b.model_copy(update={"head": head}) if Limit(bytes=manner.can.menu_head_bytes).fits(head) else None
    return None


def _words(part: Part) -> int:
    return len(part.head if isinstance(part, MenuPart) else part.text if isinstance(part, TextPart) else "")


def hinted(parts: list[Part], room: int, hint: str) -> list[Part]:
    """With a word at the end of each portion that something waits; a card cannot say it, the part before it may."""
    parts, portion = list(parts), max(room, 1)
    for end in range(portion, len(parts), portion):
        for k in range(end - 1, end - portion - 1, -1):
            if (said := _with(parts[k], hint)) is not None:
                parts[k] = said
                break
    return parts


def _with(part: Part, hint: str) -> Part | None:
    match part:
        case TextPart():
            return part.model_copy(update={"text": f"{part.text}\n{hint}"})
        case MenuPart():
            return part.model_copy(update={"tail": f"{part.tail}{hint}"})
    return None
