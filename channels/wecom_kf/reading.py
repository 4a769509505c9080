"""What one entry of ``sync_msg`` says (developer.work.weixin.qq.com/document/path/94670): pure reading, nothing fetched and nothing stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import unquote

from channels.wechat.places import district_at
from channels.wechat_oa.catalogue import menu
from channels.wecom_kf.catalogue import words
from services.messages.payloads import ChooseItem, SetRegion

_ID, _CUSTOMER = re.compile(r"[A-Za-z0-9_-]{1,128}"), re.compile(r"[A-Za-z0-9_@.-]{1,64}")
_GUIDE, _SCENE_CHARS = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*"), 128


@dataclass(frozen=True)
class Said:
    """``text``: his words. ``entry``: the key of a menu entry he tapped. ``payload``: what a button would say."""

    kind: Literal["text", "payload", "entry"]
    content: str
    label: str = ""


@dataclass(frozen=True)
class Sent:
    """A picture or a recording that has to be fetched."""

    kind: Literal["picture", "voice"]
    media_id: str


@dataclass(frozen=True)
class Unread:
    """Something that gets a kind word (a name in ``words.yml``); ``label``: what people are shown of it."""

    words: str
    label: str


@dataclass(frozen=True)
class Served:
    """A person wrote to him in the WeCom client."""

    text: str


@dataclass(frozen=True)
class Entered:
    """He opened the talk. ``scenes``: what the link he came by says, most telling first; ``code``: lets us greet him once."""

    scenes: tuple[str, ...]
    code: str = ""


@dataclass(frozen=True)
class Failed:
    """A message of ours was accepted and did not reach him. ``key``: which; ``why``: the platform's number for the reason."""

    key: str
    why: int


@dataclass(frozen=True)
class Moved:
    """His session changed hands. ``how``: 1 taken from the pool, 2 handed on, 3 ended, 4 taken up again after its end."""

    how: int
    code: str = ""


@dataclass(frozen=True)
class Recalled:
    """A message was taken back: by him, or (``served``) by the person who wrote to him."""

    msgid: str
    served: bool = False


@dataclass(frozen=True)
class Switched:
    """He switched our messages off, or on again."""

    off: bool


Deed = Said | Sent | Unread | Served | Entered | Failed | Moved | Recalled | Switched


@dataclass(frozen=True)
class Item:
    """``at``: when it happened, seconds since 1970 by the platform's clock."""

    id: str
    open_kfid: str
    customer: str
    at: int
    deed: Deed

    def __repr__(self) -> str:  # the customer is personal
        return f"Item({self.id}, {type(self.deed).__name__})"

    @property
    def spoken(self) -> bool:
        """Whether the citizen sent it, so that he may be answered."""
        return isinstance(self.deed, Said | Sent | Unread)


def read_item(raw: Any, open_kfid: str) -> Item | None:
    """None for what concerns no customer, or has not the shape of an item."""
    if not isinstance(raw, Mapping) or not _ID.fullmatch(msgid := _text(raw, "msgid")):
        return None
    origin, kind, at = raw.get("origin"), _text(raw, "msgtype"), raw.get("send_time")
    event = _inner(raw, "event")
    customer = _text(event if kind == "event" else raw, "external_userid")
    if not _CUSTOMER.fullmatch(customer) or not isinstance(at, int):
        return None
    deed = _event(event) if kind == "event" else _said(kind, _inner(raw, kind), raw, served=origin == 5)
    return Item(msgid, open_kfid, customer, at, deed) if deed is not None else None


def _said(kind: str, content: Mapping[str, Any], raw: Mapping[str, Any], *, served: bool) -> Deed:
    label = str(words()["kinds"].get(kind, words()["kinds"]["other"]))
    if served:
        return Served(_text(content, "content") if kind == "text" else label)
    match kind:
        case "text":
            return _words(content, label)
        case "image" if media_id := _text(content, "media_id"):
            return Sent("picture", media_id)
        case "voice" if media_id := _text(content, "media_id"):
            return Sent("voice", media_id)
        case "location":
            return _location(content, label)
        case "link" | "miniprogram" if title := _text(content, "title").strip():
            return Said("text", title)
    return Unread("unsupported", label)


def _words(content: Mapping[str, Any], label: str) -> Deed:
    said = _text(content, "content")
    if entry := _text(content, "menu_id").strip():
        return Said("entry", entry, label=said)
    return Said("text", said) if said.strip() else Unread("unsupported", label)


def _location(content: Mapping[str, Any], label: str) -> Deed:
    try:
        north, east = float(content["latitude"]), float(content["longitude"])
    except (KeyError, TypeError, ValueError):
        return Unread("where", label)
    district = district_at(north, east, _text(content, "address") + _text(content, "name"))
    if district is None:
        return Unread("where", label)
    return Said("payload", str(SetRegion(region=district)), label=words()["labels"]["location"].format(district=district))


def _event(event: Mapping[str, Any]) -> Deed | None:
    match _text(event, "event_type"):
        case "enter_session":
            scenes = (unquote(_text(event, "scene_param")), _text(event, "scene"))
            return Entered(tuple(s.strip() for s in scenes if s.strip()), _text(event, "welcome_code"))
        case "msg_send_fail":
            return Failed(_text(event, "fail_msgid"), _number(event, "fail_type"))
        case "session_status_change":
            return Moved(_number(event, "change_type"), _text(event, "msg_code"))
        case "user_recall_msg" | "servicer_recall_msg" as event_type:
            return Recalled(_text(event, "recall_msgid"), served=event_type == "servicer_recall_msg")
        case "reject_customer_msg_switch_change":
            return Switched(_number(event, "reject_switch") == 1)
    return None


def scene_payload(scenes: tuple[str, ...], known: Callable[[str], bool]) -> str | None:
    """What a link opens with: a key of the Official Account's menu, or a guide by its id (``known`` tells whether there is one)."""
    for scene in scenes:
        if scene in menu()["keys"]:
            return str(menu()["keys"][scene])
        if len(scene) <= _SCENE_CHARS and _GUIDE.fullmatch(scene) and known(scene):
            return str(ChooseItem(guide_id=scene))
    return None


def _inner(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = raw.get(name)
    return found if isinstance(found, Mapping) else {}


def _text(raw: Mapping[str, Any], name: str) -> str:
    found = raw.get(name)
    return found if isinstance(found, str) else ""


def _number(raw: Mapping[str, Any], name: str) -> int:
    found = raw.get(name)
    return found if isinstance(found, int) else 0
