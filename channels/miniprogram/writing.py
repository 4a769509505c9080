"""Parts as customer-service messages of a mini-program: no menus, no voice; cards are pages of the mini-program.

Shapes: developers.weixin.qq.com/miniprogram/dev/api-backend/open-api/customer-message/customerServiceMessage.send.html
"""

from __future__ import annotations

import re
from typing import Any

from channels.base import CardPart, Part, Refused, TextPart

_PAGES = (
    (re.compile(r"/#/form/([A-Za-z0-9_]+)"), "pages/form/form?id={}"),
    (re.compile(r"/#/appointment/([A-Za-z0-9_]+)"), "pages/appointment/appointment?id={}"),
)


def page_of(path: str) -> str:
    """The mini-program's page for a path of the citizens' pages; the talk itself where there is none."""
    found = next((page.format(match[1]) for pattern, page in _PAGES if (match := pattern.fullmatch(path))), None)
    return found or "pages/chat/chat"


def customer_message(address: str, part: Part, *, cover: str | None = None, picture: str | None = None) -> dict[str, Any]:
    """The body of ``message/custom/send``. ``cover``: the media id of a card's picture, without which a card is a link, and without an
    address of ours (``url``) a text; ``picture``: a link's. :raises Refused: a part that this channel never asked for."""
    match part:
        case TextPart():
            kind, content = "text", {"content": part.text}
        case CardPart() if cover is not None:
            kind, content = "miniprogrampage", {"title": part.title, "pagepath": page_of(part.page), "thumb_media_id": cover}
        case CardPart() if part.url:
            kind, content = "link", {"title": part.title, "description": part.text, "url": part.url, "thumb_url": picture or ""}
        case CardPart():
            kind, content = "text", {"content": f"{part.title}\n{part.text}"}
        case _:
            raise Refused("part")
    return {"touser": address, "msgtype": kind, kind: content}
