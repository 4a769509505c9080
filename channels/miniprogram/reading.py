"""What a push says the citizen did: pure reading of its fields, nothing fetched and nothing stored.

Fields and types: developers.weixin.qq.com/miniprogram/dev/framework/open-ability/customer-message/receive.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from channels.miniprogram.catalogue import words
from channels.wechat import xml
from channels.wechat.errors import Malformed
from channels.wechat.pushes import Deed, Push, Said, Sent, Unread, made_at, parties, push_id
from channels.wechat.xml import text_of
from services.messages.payloads import ChooseItem

_GUIDE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SCENE_CHARS, _TITLE_CHARS, _MOST = 64, 100, 100


def fields_of(body: bytes) -> dict[str, Any]:
    """The fields of a push in either format the console offers; numbers as texts. :raises Malformed: neither of them."""
    if body.lstrip()[:1] != b"{":
        return xml.read(body)
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Malformed(fields={"body": "json"}) from error
    if not isinstance(found, dict) or len(found) > _MOST:
        raise Malformed(fields={"body": "shape"})
    return {name: str(value) for name, value in found.items() if isinstance(value, (str, int)) and not isinstance(value, bool)}


def read_push(fields: Mapping[str, Any]) -> Push:
    """:raises Malformed: a field is missing that every push has."""
    account, address, kind = parties(fields)
    return Push(account, address, push_id(fields, address), _deed(kind, fields), made_at(fields))


def _deed(kind: str, fields: Mapping[str, Any]) -> Deed:
    match kind:
        case "text":
            content = text_of(fields, "Content")
            return Said("text", content) if content.strip() else Unread("unsupported")
        case "image":
            return Sent("picture", text_of(fields, "MediaId"))
        case "miniprogrampage":
            return _card(text_of(fields, "Title").strip()[:_TITLE_CHARS], text_of(fields, "PagePath"))
        case "event":
            entered = text_of(fields, "Event") == "user_enter_tempsession"
            return Said("scene", text_of(fields, "SessionFrom").strip(), label=words()["labels"]["entered"], allows="enter") if entered else Unread()
    return Unread("unsupported")


def _card(title: str, path: str) -> Deed:
    """A card of a guide's page means that guide; of another, its title is what he says."""
    page = urlsplit(path)
    guide_id = (parse_qs(page.query).get("id") or [""])[0]
    if re.fullmatch(r"/?pages/guide/guide(\.html)?", page.path) and guide_id:
        return Said("scene", guide_id, label=title or words()["labels"]["card"])
    return Said("text", title) if title else Unread("unsupported")


def scene_payload(key: str, known: Callable[[str], bool]) -> str | None:
    """What ``session-from`` of the contact button opens with; None when it says nothing to us."""
    if key in words()["scenes"]:
        return str(words()["scenes"][key])
    return str(ChooseItem(guide_id=key)) if _GUIDE.fullmatch(key) and len(key) <= _SCENE_CHARS and known(key) else None
