"""One message of the other side as the page draws it: its fields, and its text cut into words, links and entries to tap.

WeChat makes a link of ``<a href>`` and of a bare address; everything else of a text is words, whatever it looks like.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fakes.wechat import Seen

_LINK = re.compile(r"<a\s([^<>]*)>([^<>]*)</a>|(https?://[^\s<>\"'，。；、！？）】》“”]+)")
_HREF = re.compile(r"href\s*=\s*[\"']([^\"']*)[\"']")
_ENTRY = "weixin://bizmsgmenu"


def shown(seen: Seen) -> dict[str, Any]:
    """What is there; ``pieces`` and ``tail_pieces`` instead of texts."""
    found = {name: value for name, value in asdict(seen).items() if value}
    found["pieces"] = pieces(seen.text)
    found["tail_pieces"] = pieces(seen.tail)
    found["choices"] = [{"id": key, "label": label} for key, label in seen.choices]
    if seen.kind == "image":
        found["url"] = _address(seen.url)
    if seen.picture:
        found["picture"] = _address(seen.picture)
    return found


def pieces(text: str) -> list[dict[str, str]]:
    """``{"text"}`` for words, with ``url`` for a link and ``id`` for an entry that says it."""
    found, end = [], 0
    for match in _LINK.finditer(text):
        if match.start() > end:
            found.append({"text": text[end : match.start()]})
        found.append(_linked(match))
        end = match.end()
    return found + ([{"text": text[end:]}] if end < len(text) else [])


def _linked(match: re.Match[str]) -> dict[str, str]:
    if match[3]:
        return {"text": match[3], "url": match[3]}
    href = _HREF.search(match[1])
    url = unescape(href[1]) if href else ""
    if url.startswith(_ENTRY):
        query = parse_qs(urlsplit(url).query)
        return {"text": query.get("msgmenucontent", [match[2]])[0], "id": query.get("msgmenuid", [""])[0], "label": match[2]}
    return {"text": match[2], "url": url} if url.startswith(("https://", "http://")) else {"text": match[2]}


def _address(picture: str) -> str:
    """A picture somewhere, or one of the platform's own."""
    return picture if picture.startswith(("http://", "https://")) else f"/media/{picture}"
