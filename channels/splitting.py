"""Long texts in pieces that a channel takes, cut where a sentence ends if at all possible, never inside a link, a web address or a number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# From the best place to cut to the worst: blank lines, lines, sentences, clauses, words.
_CUTS = [re.compile(p) for p in (r"(?<=\n\n)", r"(?<=\n)", r"(?<=[。！？!?])(?!\n)|(?<=[；;])(?!\n)", r"(?<=[，、：,])", r"(?<=\s)")]
_WHOLE = re.compile(r"<a\s[^<>]*>[^<>]*</a>|https?://[^\s，。；、）)]+|[0-9A-Za-z][0-9A-Za-z.:_/-]*|.", re.S)


@dataclass(frozen=True)
class Limit:
    """What one text may hold; ``reserve``: what will be added behind it."""

    bytes: int | None = None
    chars: int | None = None
    reserve: str = ""

    def fits(self, text: str) -> bool:
        whole = text + self.reserve
        return (self.chars is None or len(whole) <= self.chars) and (self.bytes is None or len(whole.encode()) <= self.bytes)


def split(text: str, limit: Limit) -> list[str]:
    """The text in pieces that fit, in order and without loss but for the white space at the cuts."""
    text = text.strip()
    if limit.fits(text):
        return [text] if text else []
    return [piece for piece in (p.strip() for p in _fill(text, limit, 0)) if piece]


def _fill(text: str, limit: Limit, level: int) -> list[str]:
    """As much as fits into each piece; what is too long by itself is cut at the next worse kind of place."""
    if level == len(_CUTS):
        return _cut_hard(text, limit)
    pieces: list[str] = [""]
    for chunk in _chunks(text, level):
        if limit.fits((pieces[-1] + chunk).strip()):
            pieces[-1] += chunk
        elif limit.fits(chunk.strip()):
            pieces.append(chunk)
        else:
            first, *rest = _fill(chunk, limit, level + 1)
            pieces += [first, *rest]
    return pieces


def _chunks(text: str, level: int) -> list[str]:
    """Cut at the places of one kind, but not inside a link."""
    chunks: list[str] = []
    for chunk in _CUTS[level].split(text):
        if chunks and chunks[-1].rfind("<a ") > chunks[-1].rfind("</a>"):
            chunks[-1] += chunk
        else:
            chunks.append(chunk)
    return chunks


def _cut_hard(text: str, limit: Limit) -> list[str]:
    pieces = [""]
    for unit in _WHOLE.findall(text):
        for bit in [unit] if limit.fits(unit) else unit:
            if limit.fits(pieces[-1] + bit):
                pieces[-1] += bit
            else:
                pieces.append(bit)
    return pieces


def shortened(text: str, *, bytes: int | None = None, chars: int | None = None) -> str:
    """One line within the limits; what is cut off is shown by an ellipsis."""
    line, limit = " ".join(text.split()), Limit(bytes=bytes, chars=chars)
    if limit.fits(line):
        return line
    while line and not limit.fits(line + "…"):
        line = line[:-1]
    return line + "…"


def told_apart(texts: Sequence[str], *, bytes: int) -> list[str]:
    """Each shortened to one line that fits; where two would then look alike, the middle is left out and not the end."""
    short = [shortened(text, bytes=bytes) for text in texts]
    return [_middle_out(texts[k], bytes) if short.count(s) > 1 and s.endswith("…") else s for k, s in enumerate(short)]


def _middle_out(text: str, bytes: int) -> str:
    line, limit = " ".join(text.split()), Limit(bytes=bytes)
    kept = len(line)
    while kept and not limit.fits(found := f"{line[: kept - kept // 2]}…{line[len(line) - kept // 2 :]}"):
        kept -= 1
    return found if kept else "…"
