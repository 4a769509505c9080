"""Mini-program sign-in (``wx.login``, phone number) and subscribe messages with their consents."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from tests.fakes.wechat.account import Account
from tests.fakes.wechat.failed import Failed

if TYPE_CHECKING:
    from tests.fakes.wechat.platform import Platform

_LONGEST = {"thing": 20, "character_string": 32, "phone_number": 17, "name": 10, "phrase": 5, "amount": 16, "time": 32, "date": 32, "number": 32}


def login_code(account: Account, openid: str, phone: str | None = None) -> str:
    """What ``wx.login`` (or the phone button) gives the mini-program: good once."""
    code = secrets.token_urlsafe(24)
    account.codes[code] = (openid, phone)
    return code


def code_to_session(platform: Platform, _: None, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    account = platform.accounts.get(query.get("appid", ""))
    if account is None or query.get("secret") != account.secret:
        raise Failed(40125 if account else 40013)
    found = account.codes.pop(query.get("js_code", ""), None)
    if found is None:
        raise Failed(40029, "invalid code")
    return {"openid": found[0], "session_key": secrets.token_urlsafe(16), "unionid": f"u{found[0][1:]}"}


def opened_by(platform: Platform, _: None, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """OAuth of a page inside WeChat."""
    return {**code_to_session(platform, None, {**query, "js_code": query.get("code", "")}, body), "access_token": "of the page", "expires_in": 7200}


def phone_number(platform: Platform, account: Account, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    found = account.codes.pop(str(body.get("code", "")), None)
    if found is None or found[1] is None:
        raise Failed(40029, "invalid code")
    return {"errcode": 0, "errmsg": "ok", "phone_info": {"phoneNumber": found[1], "purePhoneNumber": found[1], "countryCode": "86"}}


def subscribe_send(platform: Platform, account: Account, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    follower, fields = account.followers.get(str(body.get("touser", ""))), account.templates.get(str(body.get("template_id", "")))
    if follower is None:
        raise Failed(40003)
    if fields is None:
        raise Failed(40037, "invalid template_id")
    data = body.get("data")
    if not isinstance(data, dict) or set(data) != set(fields) or any(not _fits(name, entry) for name, entry in data.items()):
        raise Failed(47003, "argument invalid")
    left = follower.consents.get(body["template_id"], 0)
    if left == 0:
        raise Failed(43101, "user refuse to accept the msg")
    if left > 0:
        follower.consents[body["template_id"]] = left - 1
    account.notified.append(body)
    return {"errcode": 0, "errmsg": "ok"}


def _fits(name: str, entry: Any) -> bool:
    value = entry.get("value") if isinstance(entry, dict) else None
    return isinstance(value, str) and 1 <= len(value) <= _LONGEST[name.rstrip("0123456789")]
