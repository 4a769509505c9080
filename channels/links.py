"""Addresses in texts: words that open them where the platform reads ``<a href>``, else the address behind its words."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from channels.numbers import read

ADDRESS = re.compile(r"https?://[^\s<>\"'，。；、！？）)】》“”]+")
ANCHOR = re.compile(r"<a\s[^<>]*>[^<>]*</a>")
_LONG = 40  # characters of an address that nobody reads to its end


def link(words: str, url: str, *, anchors: bool) -> str:
    """A line that leads to ``url``."""
    return _written("anchor" if anchors else "address", words, url)


def tidied(text: str) -> str:
    """Long addresses behind the name of the site they lead to, where anchors are read; what is a link already stays as it is."""
    pieces = ANCHOR.split(text)
    kept = [*ANCHOR.findall(text), ""]
    return "".join(ADDRESS.sub(_named, piece) + anchor for piece, anchor in zip(pieces, kept, strict=True))


def _named(found: re.Match[str]) -> str:
    url = found[0]
    return url if len(url) <= _LONG else _written("anchor", urlsplit(url).hostname or url, url)


def _written(kind: str, words: str, url: str) -> str:
    return str(read(Path(__file__).parent, "words")[kind]).format(words=words, url=url)
