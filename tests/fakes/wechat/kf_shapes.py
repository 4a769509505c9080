"""What 微信客服 takes, and how it looks on the phone (developer.work.weixin.qq.com/document/path/94677).

A mini-program that is not bound to the corporation is 90207, the code for it in the platform's list of this interface's codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.wechat.account import Account
from tests.fakes.wechat.failed import Failed
from tests.fakes.wechat.phone import Seen

if TYPE_CHECKING:
    from tests.fakes.wechat.platform import Platform

Item = dict[str, Any]
_KINDS = ("text", "image", "voice", "video", "file", "link", "miniprogram", "location", "msgmenu")
_LINES, _ENTRIES = 50, 10  # of a menu: all, and those that can be tapped


def shown(platform: Platform, account: Account, body: Item) -> Seen:
    """:raises Failed: more than the platform takes, or not in its shape."""
    kind = body.get("msgtype")
    content = body.get(str(kind))
    if kind not in _KINDS or not isinstance(content, dict):
        raise Failed(40008, "invalid message type")
    match kind:
        case "text":
            return Seen("custom", kind, _short(content.get("content"), platform.rules.text_bytes))
        case "link":
            thumb = _media(platform, content.get("thumb_media_id"))
            title, words = _short(content.get("title"), 128), _short(content.get("desc"), 512)
            return Seen("custom", kind, words, title=title, url=_address(content.get("url")), picture=thumb)
        case "miniprogram":
            thumb, title = _media(platform, content.get("thumb_media_id")), str(content.get("title", ""))
            cut = title.encode()[:64].decode(errors="ignore")
            return Seen("custom", kind, "", title=cut, url=_page(platform, account, content), picture=thumb)
        case "location":
            return Seen(
                "custom", kind, f"{content.get('name', '')} {content.get('address', '')} {float(content['latitude'])},{float(content['longitude'])}"
            )
        case "msgmenu":
            return _menu(platform, account, content)
    return Seen("custom", kind, "", url=_media(platform, content.get("media_id")))


def _menu(platform: Platform, account: Account, content: Item) -> Seen:
    """``url``: what the first entry with a page opens."""
    choices, lines, doors, entries = [], [], [], content.get("list", [])
    for entry in entries:
        inner = entry[entry["type"]]
        match entry["type"]:
            case "click":
                choices.append((_short(inner["id"], 128), _short(inner["content"], 128)))
            case "view":
                doors.append(_address(inner["url"]))
                lines.append(_short(inner["content"], 1024))
            case "miniprogram":
                doors.append(_page(platform, account, inner))
                lines.append(_short(inner["content"], 1024))
            case "text":
                lines.append(_short(inner["content"], 256))
            case _:
                raise Failed(40058, "invalid type")
    head, tail = str(content.get("head_content", "")), str(content.get("tail_content", ""))
    if not entries or len(entries) > _LINES or len(choices) + len(doors) > _ENTRIES or len({key for key, _ in choices}) != len(choices):
        raise Failed(40058, "invalid menu")
    if len(head.encode()) > 1024 or len(tail.encode()) > 1024:
        raise Failed(40058, "invalid menu")
    return Seen("custom", "msgmenu", "\n".join([head, *lines]).strip(), choices=choices, tail=tail, url=doors[0] if doors else "")


def _page(platform: Platform, account: Account, content: Item) -> str:
    """What opens on the phone. A path without its ending is taken, and opens nothing."""
    if content.get("appid") not in account.linked:
        raise Failed(90207, "invalid appid")
    path, _, query = _short(content.get("pagepath"), 1024).partition("?")
    mini, page = platform.accounts.get(str(content["appid"])), path.removesuffix(".html")
    if page == path or (mini is not None and mini.pages and page not in mini.pages):
        return ""
    return f"{page}?{query}" if query else page


def _address(url: Any) -> str:
    if not _short(url, 2048).startswith(("http://", "https://")):
        raise Failed(40058, "invalid url")
    return str(url)


def _media(platform: Platform, media_id: Any) -> str:
    if platform.media.get(media_id, ("", b"", 0.0))[2] < platform.clock.now():
        raise Failed(40007, "invalid media_id")
    return str(media_id)


def _short(text: Any, most: int) -> str:
    if not isinstance(text, str) or not text or len(text.encode()) > most:
        raise Failed(40058, "a text of a wrong size")
    return text
