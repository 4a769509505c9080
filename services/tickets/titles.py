"""The title of a ticket: one line, masked, short enough for a list, never cut inside a clause if that can be helped."""

from __future__ import annotations

import re

from common.masking import mask
from services.tickets.model import words

_LONGEST = 60  # characters
_SHORTEST = 20  # a title cut at a border is not shorter than this
_BORDER = re.compile(r"[。！？!?；;，,、：:]+|\s")
_MASK = re.compile(r"\[\w*$")  # the beginning of a mask, "[pho"


def titled(label: str, about: str) -> str:
    """``label`` is what kind of ticket it is; ``about`` what it is about, as it was said."""
    return words()["opened"].format(kind=label, about=shortened(" ".join(mask(about).split())))


def shortened(text: str) -> str:
    """The text, or as many of its clauses as fit, with an ellipsis; only a single clause that is too long is cut within."""
    if len(text) <= _LONGEST:
        return text
    borders = [m.start() for m in _BORDER.finditer(text, 0, _LONGEST) if m.start() >= _SHORTEST]
    kept = text[: borders[-1]] if borders else _MASK.sub("", text[: _LONGEST - 1])
    return words()["shortened"].format(text=kept.rstrip())
