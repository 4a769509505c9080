"""Parts as the platform takes them (developer.work.weixin.qq.com/document/path/94677)."""

from __future__ import annotations

from typing import Any

from channels.base import CardPart, MenuPart, Part, Refused, TextPart


def written(part: Part) -> dict[str, Any]:
    """``msgtype`` and its content, for ``send_msg`` and ``send_msg_on_event`` alike. :raises Refused: a part that this channel never asked for."""
    match part:
        case TextPart():
            return {"msgtype": "text", "text": {"content": part.text}}
        case MenuPart():
            return _menu(part.head, [_click(choice.key, choice.label) for choice in part.choices], part.tail)
        case CardPart():
            view = {"type": "view", "view": {"url": part.url, "content": part.title}}
            return _menu(part.text, [view], "")
    raise Refused("part")


def _click(key: str, label: str) -> dict[str, Any]:
    return {"type": "click", "click": {"id": key, "content": label}}


def _menu(head: str, entries: list[dict[str, Any]], tail: str) -> dict[str, Any]:
    menu: dict[str, Any] = {"head_content": head, "list": entries}
    return {"msgtype": "msgmenu", "msgmenu": {**menu, "tail_content": tail} if tail else menu}
