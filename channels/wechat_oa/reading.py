"""What a push says the citizen did: pure reading of its fields, nothing fetched and nothing stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from channels.wechat.places import district_at
from channels.wechat.pushes import Deed, Left, Push, Said, Sent, Undelivered, Unread, made_at, parties, push_id
from channels.wechat.xml import text_of
from channels.wechat_oa.catalogue import menu, words
from services.messages.payloads import ChooseItem, SetRegion

_GUIDE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SCENE_CHARS = 64


def read_push(fields: Mapping[str, Any]) -> Push:
    """:raises Malformed: a field is missing that every push has."""
    account, address, kind = parties(fields)
    return Push(account, address, push_id(fields, address), _deed(kind, fields), made_at(fields))


def _deed(kind: str, fields: Mapping[str, Any]) -> Deed:
    match kind:
        case "text":
            return _text(fields)
        case "image":
            return Sent("picture", text_of(fields, "MediaId"))
        case "voice":
            return Sent("voice", text_of(fields, "MediaId"), text_of(fields, "Format"))
        case "location":
            return _location(fields)
        case "link":
            title = text_of(fields, "Title").strip()
            return Said("text", title) if title else Unread("unsupported")
        case "event":
            if text_of(fields, "Event") == "TEMPLATESENDJOBFINISH":
                return _told(text_of(fields, "MsgID").strip(), text_of(fields, "Status").strip())
            return _event(text_of(fields, "Event"), text_of(fields, "EventKey").strip())
    return Unread("unsupported")


def _text(fields: Mapping[str, Any]) -> Deed:
    content, entry = text_of(fields, "Content"), text_of(fields, "bizmsgmenuid").strip()
    if entry:
        return Said("entry", entry, label=content, allows="menu")
    return Said("text", content) if content.strip() else Unread("unsupported")


def _location(fields: Mapping[str, Any]) -> Deed:
    try:
        north, east = float(text_of(fields, "Location_X")), float(text_of(fields, "Location_Y"))
    except ValueError:
        return Unread("where")
    district = district_at(north, east, text_of(fields, "Label"))
    if district is None:
        return Unread("where")
    return Said("payload", str(SetRegion(region=district)), label=words()["labels"]["location"].format(district=district))


def _event(event: str, key: str) -> Deed:
    match event:
        case "subscribe":
            return Said("scene", key.removeprefix("qrscene_"), label=words()["labels"]["follow"], allows="follow")
        case "SCAN":
            return Said("scene", key, label=words()["labels"]["scan"], allows="scan")
        case "CLICK" if key in menu()["keys"]:
            return Said("payload", menu()["keys"][key], label=name_of(key), allows="menu")
        case "unsubscribe":
            return Left()
    return Unread()


def _told(reference: str, status: str) -> Deed:
    """``success``, ``failed:user block``, ``failed: system failed``, ``failed:freq limit``: with and without the space."""
    return Unread() if status == "success" or not reference else Undelivered(reference, status.removeprefix("failed:").strip()[:40])


def scene_payload(key: str, known: Callable[[str], bool]) -> str:
    """What a code's scene opens with: a key of the menu, a guide by its id (``known`` tells whether there is one), or a greeting."""
    if key in menu()["keys"]:
        return str(menu()["keys"][key])
    return str(ChooseItem(guide_id=key)) if _GUIDE.fullmatch(key) and len(key) <= _SCENE_CHARS and known(key) else "/greet"


def name_of(key: str) -> str:
    """The words of the menu entry with this key."""
    entries = [entry for top in menu()["menu"] for entry in top.get("entries", [top])]
    return next((str(e["name"]) for e in entries if e.get("key") == key), key)
