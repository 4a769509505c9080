"""Customer-service messages with their windows and quotas, the typing mark, and the custom menu."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.wechat.account import Account, Follower, Grant
from tests.fakes.wechat.failed import Failed
from tests.fakes.wechat.phone import Seen

if TYPE_CHECKING:
    from tests.fakes.wechat.platform import Platform

_TYPING_S = 15.0
_TYPES = {
    "oa": {"text", "image", "voice", "video", "news", "msgmenu", "miniprogrampage"},
    "miniprogram": {"text", "image", "link", "miniprogrampage"},
}


def grant(platform: Platform, follower: Follower, kind: str) -> None:
    """What a deed of the citizen allows; a new grant takes the place of the one of its kind."""
    left, seconds = platform.rules.grants[kind]
    follower.grants = [g for g in follower.grants if g.kind != kind] + [Grant(kind, left, platform.clock.now() + seconds)]


def custom_send(platform: Platform, account: Account, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    if account.kind == "oa" and not account.verified:
        raise Failed(48001, "api unauthorized")
    follower = account.followers.get(str(body.get("touser", "")))
    if follower is None:
        raise Failed(40003, "invalid openid")
    seen = _checked(platform, account, body)
    if not follower.receives:
        raise Failed(48002)
    _count_minute(platform, account)
    use(platform, follower)
    platform.phones[follower.openid].show(seen)
    return {"errcode": 0, "errmsg": "ok"}


def _count_minute(platform: Platform, account: Account) -> None:
    now = platform.clock.now()
    account.sends = [t for t in account.sends if t > now - 60]
    if len(account.sends) >= platform.rules.sends_a_minute:
        raise Failed(45011, "api minute-quota reach limit")
    account.sends.append(now)


def use(platform: Platform, follower: Follower) -> None:
    """Takes one message from the grant that ends first."""
    now = platform.clock.now()
    open_ = sorted((g for g in follower.grants if g.until > now), key=lambda g: g.until)
    if not open_ or not follower.subscribed:
        raise Failed(45015, "response out of time limit or subscription is canceled")
    one = next((g for g in open_ if g.left), None)
    if one is None:
        raise Failed(45047, "out of response count limit")
    one.left -= 1


def _checked(platform: Platform, account: Account, body: dict[str, Any]) -> Seen:
    kind = body.get("msgtype")
    if kind not in _TYPES[account.kind]:
        raise Failed(40008, "invalid message type")
    content = body.get(kind)
    if not isinstance(content, dict):
        raise Failed(47001)
    if kind == "miniprogrampage":
        return _page(platform, account, content)
    if kind == "msgmenu" and account.subscription:
        raise Failed(40200, "invalid account type")
    return {"text": _text, "msgmenu": _menu, "news": _news, "link": _link}.get(kind, _media)(platform, kind, content)


def _sized(platform: Platform, text: Any, *, most: int | None = None) -> str:
    if not isinstance(text, str) or not text.strip():
        raise Failed(44004, "empty content")
    if len(text.encode()) > (most or platform.rules.text_bytes):
        raise Failed(45002, "content size out of limit")
    return text


def _text(platform: Platform, kind: str, content: dict[str, Any]) -> Seen:
    return Seen("custom", kind, _sized(platform, content.get("content")))


def _menu(platform: Platform, kind: str, content: dict[str, Any]) -> Seen:
    entries = content.get("list")
    if not isinstance(entries, list) or not 1 <= len(entries) <= platform.rules.menu_entries:
        raise Failed(40058, "invalid list")
    choices = [(_sized(platform, str(e["id"]), most=128), _sized(platform, e["content"], most=256)) for e in entries]
    if len({key for key, _ in choices}) != len(choices):
        raise Failed(40058, "an id occurs twice")
    return Seen("custom", kind, _sized(platform, content.get("head_content")), choices=choices, tail=content.get("tail_content", ""))


def _news(platform: Platform, kind: str, content: dict[str, Any]) -> Seen:
    articles = content.get("articles")
    if not isinstance(articles, list) or len(articles) != platform.rules.articles:
        raise Failed(45008, "article size out of limit")
    return _card(platform, kind, articles[0], "description")


def _link(platform: Platform, kind: str, content: dict[str, Any]) -> Seen:
    return _card(platform, kind, content, "description")


def _card(platform: Platform, kind: str, card: dict[str, Any], words: str) -> Seen:
    if not str(card.get("url", "")).startswith(("https://", "http://")):
        raise Failed(40058, "invalid url")
    for name, most, code in (("title", 128, 45003), (words, 512, 45004), ("url", 2048, 45005)):
        if len(str(card.get(name, "")).encode()) > most:
            raise Failed(code, f"{name} size out of limit")
    picture = str(card.get("picurl") or card.get("thumb_url") or "")
    return Seen("custom", kind, str(card.get(words, "")), title=_sized(platform, card.get("title")), url=card["url"], picture=picture)


def _page(platform: Platform, account: Account, content: dict[str, Any]) -> Seen:
    _kept(platform, content.get("thumb_media_id"))
    title, path = _sized(platform, content.get("title"), most=192), _sized(platform, content.get("pagepath"), most=1024)
    if account.kind == "oa" and content.get("appid") not in account.linked:
        raise Failed(40166, "invalid weapp appid")
    mini = account if account.kind == "miniprogram" else platform.accounts.get(str(content.get("appid")))
    if mini is not None and mini.pages and path.split("?")[0] not in mini.pages:
        raise Failed(40165, "invalid weapp pagepath")
    return Seen("custom", "miniprogrampage", "", title=title, url=path, picture=content["thumb_media_id"])


def _media(platform: Platform, kind: str, content: dict[str, Any]) -> Seen:
    _kept(platform, content.get("media_id"))
    return Seen("custom", kind, "", url=content["media_id"])


def _kept(platform: Platform, media_id: Any) -> None:
    if platform.media.get(media_id, ("", b"", 0.0))[2] < platform.clock.now():
        raise Failed(40007, "invalid media_id")


def typing(platform: Platform, account: Account, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """For a quarter of a minute at most, or until a message comes."""
    if body.get("command") not in ("Typing", "CancelTyping"):
        raise Failed(45072)
    phone = platform.phones.get(str(body.get("touser", "")))
    if phone is not None:
        phone.typing_until = platform.clock.now() + _TYPING_S if body["command"] == "Typing" else 0.0
    return {"errcode": 0, "errmsg": "ok"}


def create_menu(platform: Platform, account: Account, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    buttons = body.get("button", [])
    if not 1 <= len(buttons) <= 3:
        raise Failed(40016, "invalid button size")
    for top in buttons:
        entries = top.get("sub_button") or [top]
        if len(entries) > 5 or len(top["name"].encode()) > 16:
            raise Failed(40017 if len(entries) > 5 else 40018)
        for entry in entries:
            _check_entry(entry)
    account.menu = body
    return {"errcode": 0, "errmsg": "ok"}


def _check_entry(entry: dict[str, Any]) -> None:
    if len(entry["name"].encode()) > 60:
        raise Failed(40018, "invalid button name size")
    if entry.get("type") == "click" and not 1 <= len(entry.get("key", "").encode()) <= 128:
        raise Failed(40019, "invalid button key size")
    if entry.get("type") == "view" and not str(entry.get("url", "")).startswith("http"):
        raise Failed(40020, "invalid button url size")
    if entry.get("type") not in ("click", "view", "miniprogram", "location_select", "pic_photo_or_album"):
        raise Failed(40017, "invalid button type")


def current_menu(platform: Platform, account: Account, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    return {"is_menu_open": int(account.menu is not None), "selfmenu_info": account.menu or {}}
