"""Parts as customer-service messages of a mini-program: no menus, no voice; cards are pages of the mini-program.

Shapes: developers.weixin.qq.com/miniprogram/dev/api-backend/open-api/customer-message/customerServiceMessage.send.html
"""

from __future__ import annotations

from typing import Any

from channels.base import CardPart, Part, PicturePart, Refused, TextPart
from channels.wechat.pages import CHAT, mini_page


def page_of(path: str) -> str:
    """The mini-program's page for a path of the citizens' pages; the talk itself where there is none."""
    return mini_page(path) or CHAT


def customer_message(address: str, part: Part, *, cover: str | None = None, picture: str | None = None) -> dict[str, Any]:
    """The body of ``message/custom/send``. ``cover``: the media id of a card's picture, without which a card is a link, and without an
    address of ours (``url``) a text; ``picture``: a picture's media id. :raises Refused: a part that this channel never asked for."""
    match part:
        case TextPart():
            kind, content = "text", {"content": part.text}
        case CardPart() if cover is not None:
            kind, content = "miniprogrampage", {"title": part.title, "pagepath": part.mini or page_of(part.page), "thumb_media_id": cover}
        case CardPart() if part.url:
            kind, content = "link", {"title": part.title, "description": part.text, "url": part.url, "thumb_url": ""}
        case CardPart():
            kind, content = "text", {"content": part.instead or f"{part.title}\n{part.text}"}
        case PicturePart() if picture is not None:
            kind, content = "image", {"media_id": picture}
        case _:
            raise Refused("part")
    return {"touser": address, "msgtype": kind, kind: content}
