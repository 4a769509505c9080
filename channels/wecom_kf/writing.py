"""Parts as the platform takes them (developer.work.weixin.qq.com/document/path/94677)."""

from __future__ import annotations

from typing import Any

from channels import scripts
from channels.base import CardPart, MenuChoice, MenuPart, Part, PicturePart, Refused, TextPart
from channels.splitting import shortened
from channels.wecom_kf.catalogue import limits, words
from services.conversations.service import leaning


def written(part: Part, *, mini_program: str = "", cover: str = "", picture: str = "") -> dict[str, Any]:
    """``msgtype`` and its content, for ``send_msg`` and ``send_msg_on_event`` alike. ``mini_program``: AppID of the one whose pages may be
    opened; ``cover``, ``picture``: media ids of a card's picture and of a picture. :raises Refused: a part that this channel never asked for."""
    match part:
        case TextPart():
            return {"msgtype": "text", "text": {"content": part.text}}
        case MenuPart():
            return _menu(part.head, [entry for choice in part.choices for entry in _entries(choice)], part.tail)
        case CardPart() if part.source == "form" or not cover:  # what is missing is said, which a mini-program's card has no room for
            said, label = (f"{part.title}\n{part.text}", _open_form(part)) if part.source == "form" else (part.text, part.title)
            return _menu(said, [_door(part, label, mini_program)], "")
        case CardPart() if part.mini and mini_program:
            page = {"appid": mini_program, "pagepath": _page(part.mini), "thumb_media_id": cover}
            return {"msgtype": "miniprogram", "miniprogram": {"title": shortened(part.title, bytes=limits()["mini_title_bytes"]), **page}}
        case CardPart() if part.url:
            return {"msgtype": "link", "link": {"title": part.title, "desc": part.text, "url": part.url, "thumb_media_id": cover}}
        case PicturePart() if picture:
            return {"msgtype": "image", "image": {"media_id": picture}}
    raise Refused("part")


def _open_form(part: CardPart) -> str:
    """In the characters of the card, which was written long before."""
    with scripts.written(leaning(f"{part.title}\n{part.text}")):
        return str(words()["open_form"])


def _page(mini: str) -> str:
    """WeCom wants pages with an ending that WeChat's own interfaces do not have; without it the phone says that there is no such page."""
    path, mark, query = mini.partition("?")
    return f"{path}.html{mark}{query}"


def _door(part: CardPart, label: str, mini_program: str) -> dict[str, Any]:
    """The entry of a menu that opens the card's page. :raises Refused: there is none."""
    if part.mini and mini_program:
        return {"type": "miniprogram", "miniprogram": {"appid": mini_program, "pagepath": _page(part.mini), "content": label}}
    if not part.url:
        raise Refused("address")
    return {"type": "view", "view": {"url": part.url, "content": label}}


def _entries(choice: MenuChoice) -> list[dict[str, Any]]:
    """What is tapped, under a line of words where the menu goes over to something else."""
    line = [{"type": "text", "text": {"content": shortened(choice.under, bytes=limits()["menu_line_bytes"])}}] if choice.under else []
    return [*line, {"type": "click", "click": {"id": choice.key, "content": choice.label}}]


def _menu(head: str, entries: list[dict[str, Any]], tail: str) -> dict[str, Any]:
    menu: dict[str, Any] = {"head_content": head, "list": entries}
    return {"msgtype": "msgmenu", "msgmenu": {**menu, "tail_content": tail} if tail else menu}
