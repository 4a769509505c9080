"""What a push says that the citizen did, in the words that Official Account and mini-program share; and the number it is known by."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from channels.wechat.errors import Malformed
from channels.wechat.xml import text_of

_ADDRESS = re.compile(r"[A-Za-z0-9_@.-]{1,64}")


@dataclass(frozen=True)
class Said:
    """``text``: his words. ``payload``: what a button says. ``entry``: the key of a menu entry, ``scene``: what a code opens; both have
    still to be looked up."""

    kind: Literal["text", "payload", "entry", "scene"]
    content: str
    label: str = ""
    allows: str = "message"


@dataclass(frozen=True)
class Sent:
    """A picture or a recording that has to be fetched."""

    kind: Literal["picture", "voice"]
    media_id: str
    format: str = ""


@dataclass(frozen=True)
class Left:
    """He follows no more."""


@dataclass(frozen=True)
class Unread:
    """Something that gets a kind word (a name in ``words.yml``), or only its acknowledgement."""

    words: str = ""


@dataclass(frozen=True)
class Undelivered:
    """A template message that the platform took did not reach him. ``reference``: the number it gave it; ``why``: its word."""

    reference: str
    why: str


Deed = Said | Sent | Left | Unread | Undelivered


@dataclass(frozen=True)
class Push:
    """``account``: ours (``gh_…``). ``address``: his openid. ``id``: the same for every push of the same message. ``at``: when he did it,
    seconds since 1970 by the platform's clock; 0 where it does not say."""

    account: str
    address: str
    id: str
    deed: Deed
    at: int = 0

    def __repr__(self) -> str:  # the address is personal
        return f"Push({self.id}, {type(self.deed).__name__})"


def parties(fields: Mapping[str, Any]) -> tuple[str, str, str]:
    """(account, address, type). :raises Malformed: a field is missing that every push has."""
    account, address, kind = (text_of(fields, name).strip() for name in ("ToUserName", "FromUserName", "MsgType"))
    if not _ADDRESS.fullmatch(account) or not _ADDRESS.fullmatch(address) or not kind:
        raise Malformed(fields={"body": "fields"})
    return account, address, kind


def made_at(fields: Mapping[str, Any]) -> int:
    """``CreateTime``."""
    at = text_of(fields, "CreateTime").strip()
    return int(at) if re.fullmatch(r"\d{1,10}", at, re.ASCII) else 0


def push_id(fields: Mapping[str, Any], address: str) -> str:
    """The message's number; of an event, who did what when, without saying who."""
    number = text_of(fields, "MsgId").strip()
    if re.fullmatch(r"\d{1,20}", number, re.ASCII):
        return number
    whole = "\n".join([address, *(text_of(fields, name) for name in ("CreateTime", "MsgType", "Event", "EventKey", "SessionFrom"))])
    return "e" + hashlib.sha256(whole.encode()).hexdigest()[:32]
