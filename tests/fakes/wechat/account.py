"""An account on the platform: an Official Account, a mini-program, or a corporation with its customer-service desks."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from tests.fakes.wechat.kf import Desk

Kind = Literal["oa", "miniprogram", "kf"]
Mode = Literal["plain", "compatible", "safe"]
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def random_key() -> str:
    """An EncodingAESKey. The last character stands for whole bits only, as the console makes them."""
    return "".join(secrets.choice(_LETTERS) for _ in range(42)) + secrets.choice("AEIMQUYcgkosw048")


@dataclass
class Token:
    value: str
    born: float
    until: float


@dataclass
class Grant:
    """``left`` messages may be sent ``until``."""

    kind: str
    left: int
    until: float


@dataclass
class Follower:
    """What the platform knows of one citizen at one account."""

    openid: str
    subscribed: bool = True
    receives: bool = True
    grants: list[Grant] = field(default_factory=list)
    consents: dict[str, int] = field(default_factory=dict)  # template id: messages still allowed; -1 for ever


@dataclass
class Account:
    app_id: str = "wx0123456789abcdef"
    secret: str = "secret-of-the-account"
    token: str = "token-of-the-callback"
    original_id: str = "gh_bangban000001"
    kind: Kind = "oa"
    mode: Mode = "safe"
    format: Literal["xml", "json"] = "xml"  # mini-programs may choose JSON
    verified: bool = True
    subscription: bool = False  # 订阅号: takes no msgmenu
    linked: set[str] = field(default_factory=set)  # AppIDs of mini-programs that its cards may open
    callback: str = ""
    aes_key: str = field(default_factory=random_key)
    old_aes_key: str | None = None  # still used for some pushes while the key changes
    stable: list[Token] = field(default_factory=list)
    plain: list[Token] = field(default_factory=list)  # of the old interface: each call replaces the one before
    forced: list[float] = field(default_factory=list)
    followers: dict[str, Follower] = field(default_factory=dict)
    sends: list[float] = field(default_factory=list)
    menu: dict[str, Any] | None = None
    codes: dict[str, tuple[str, str | None]] = field(default_factory=dict)  # wx.login code: (openid, phone number)
    codes_used: set[str] = field(default_factory=set)
    codes_until: dict[str, float] = field(default_factory=dict)  # those that run out
    unions: dict[str, str | None] = field(default_factory=dict)  # openid: union id, where it is another than the usual
    blocked: set[str] = field(default_factory=set)  # openids held for a risk
    session_keys: list[str] = field(default_factory=list)  # handed out
    pages: set[str] = field(default_factory=set)  # of the mini-program as released; any when empty
    templates: dict[str, list[str]] = field(default_factory=dict)  # of subscription or template messages: their fields
    template_fate: str = ""  # what the platform says afterwards of every template message, instead of what became of it
    template_keys: dict[tuple[str, str], tuple[float, int]] = field(default_factory=dict)  # (openid, client_msg_id): known until, message
    desks: dict[str, Desk] = field(default_factory=dict)  # 微信客服: by open_kfid
    notified: list[dict[str, Any]] = field(default_factory=list)
