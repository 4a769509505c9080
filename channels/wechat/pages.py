"""Pages of our mini-program (``web/miniprogram``) for those of the citizens' web pages."""

from __future__ import annotations

import re

CHAT = "pages/chat/chat"
_PAGES = (
    (re.compile(r"/#/form/([A-Za-z0-9_]+)"), "pages/form/form?id={}"),
    (re.compile(r"/#/appointment/([A-Za-z0-9_]+)"), "pages/appointment/appointment?id={}"),
    (re.compile(r"/#/guide/([a-z0-9-]+)"), "pages/guide/guide?id={}"),
    (re.compile(r"/#/(me)"), "pages/{0}/{0}"),
)


def mini_page(path: str) -> str:
    """The mini-program's page for a path of the web pages; empty where it has none of its own."""
    return next((page.format(match[1]) for pattern, page in _PAGES if (match := pattern.fullmatch(path))), "")
