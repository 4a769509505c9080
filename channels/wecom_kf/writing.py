"""Parts as the platform takes them (developer.work.weixin.qq.com/document/path/94677)."""

from __future__ import annotations

from typing import Any

from channels.base import CardPart, MenuChoice, MenuPart, Part, Refused, TextPart
from channels.splitting import shortened
from channels.wecom_kf.catalogue import limits


def written(part: Part) -> dict[str, Any]:
    """``msgtype`` and its content, for ``send_msg`` and ``send_msg_on_event`` alike. :raises Refused: a part that this channel never asked for."""
    match part:
        case TextPart():
            return {"msgtype": "text", "text": {"content": part.text}}
        case MenuPart():
            return _menu(part.head, [entry for choice in part.choices for entry in _entries(choice)], part.tail)
        case CardPart():
            view = {"type": "view", "view": {"url": part.url, "content": part.title}}
            return _menu(part.text, [view], "")
    raise Refused("part")


def _entries(choice: MenuChoice) -> list[dict[str, Any]]:
    """What is tapped, under a line of words where the menu goes over to something else."""
    line = [{"type": "text", "text": {"content": shortened(choice.under, bytes=limits()["menu_line_bytes"])}}] if choice.under else []
    return [*line, {"type": "click", "click": {"id": choice.key, "content": choice.label}}]


def _menu(head: str, entries: list[dict[str, Any]], tail: str) -> dict[str, Any]:
    menu: dict[str, Any] = {"head_content": head, "list": entries}
    return {"msgtype": "msgmenu", "msgmenu": {**menu, "tail_content": tail} if tail else menu}
