"""Parts as the platform takes them: customer-service messages, or the one passive reply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from channels.base import CardPart, MenuPart, Part, Refused, TextPart
from channels.wechat import xml
from channels.wechat_oa.reading import Push


def customer_message(address: str, part: Part) -> dict[str, Any]:
    """The body of ``message/custom/send``. :raises Refused: a part that this channel never asked for."""
    match part:
        case TextPart():
            kind, content = "text", {"content": part.text}
        case MenuPart():
            entries = [{"id": choice.key, "content": choice.label} for choice in part.choices]
            kind, content = "msgmenu", {"head_content": part.head, "list": entries, "tail_content": part.tail}
        case CardPart():
            kind, content = "news", {"articles": [{"title": part.title, "description": part.text, "url": part.url}]}
        case _:
            raise Refused("part")
    return {"touser": address, "msgtype": kind, kind: content}


def mini_card(address: str, part: CardPart, *, app_id: str, cover: str) -> dict[str, Any]:
    """The card as a page of the mini-program, which has to be linked to the account. ``cover``: the media id of its picture."""
    content = {"title": part.title, "appid": app_id, "pagepath": part.mini, "thumb_media_id": cover}
    return {"touser": address, "msgtype": "miniprogrampage", "miniprogrampage": content}


def picture_message(address: str, media_id: str) -> dict[str, Any]:
    """A picture that was uploaded before."""
    return {"touser": address, "msgtype": "image", "image": {"media_id": media_id}}


def passive_text(push: Push, text: str, *, at: float) -> bytes:
    """The XML of a text reply: to him who wrote, from the account he wrote to."""
    fields = {"ToUserName": push.address, "FromUserName": push.account, "CreateTime": int(at), "MsgType": "text", "Content": text}
    return xml.write(fields)


def as_text(parts: Sequence[Part]) -> str:
    """Parts that were planned for an account without menus and cards."""
    return "\n\n".join(part.text for part in parts if isinstance(part, TextPart))
