"""Mini-program sign-in (``wx.login``, phone number) and subscribe messages with their consents."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any

from tests.fakes.wechat.account import Account
from tests.fakes.wechat.failed import Failed
from tests.fakes.wechat.phone import Seen

if TYPE_CHECKING:
    from tests.fakes.wechat.platform import Platform

_LONGEST = {"thing": 20, "character_string": 32, "phone_number": 17, "name": 10, "phrase": 5, "amount": 16, "time": 32, "date": 32, "number": 32}


_FORM = {  # what a value has to look like, where it is not free
    "character_string": re.compile(r"[!-~ ]+"), "phrase": re.compile("[\u4e00-\u9fa5]+"), "phone_number": re.compile(r"[0-9+() -]+"),
    "time": re.compile(r"(\d{4}年)?(\d{1,2}月\d{1,2}日 ?)?(\d{1,2}:\d{2})?(~((\d{4}年)?\d{1,2}月\d{1,2}日 ?)?\d{1,2}:\d{2})?"),
    "date": re.compile(r"\d{4}年\d{1,2}月\d{1,2}日( ?\d{1,2}:\d{2})?"), "number": re.compile(r"\d+(\.\d+)?"),
}  # fmt: skip


def login_code(account: Account, openid: str, phone: str | None = None) -> str:
    """What ``wx.login`` (or the phone button) gives the mini-program: good once."""
    code = secrets.token_urlsafe(24)
    account.codes[code] = (openid, phone)
    return code


def code_to_session(platform: Platform, _: None, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    account = platform.accounts.get(query.get("appid", ""))
    if account is None or query.get("secret") != account.secret:
        raise Failed(40125 if account else 40013)
    openid, _number = take_code(platform, account, query.get("js_code", ""))
    if openid in account.blocked:
        raise Failed(40226, "high risk user")
    account.session_keys.append(secrets.token_urlsafe(16))
    union = union_of(account, openid)
    return {"openid": openid, "session_key": account.session_keys[-1], **({"unionid": union} if union else {})}


def take_code(platform: Platform, account: Account, code: str) -> tuple[str, str | None]:
    """Whose code it is; good once and, where it runs out, in time."""
    if code in account.codes_used:
        raise Failed(40163, "code been used")
    if code not in account.codes or account.codes_until.get(code, float("inf")) < platform.clock.now():
        raise Failed(40029, "invalid code")
    account.codes_used.add(code)
    return account.codes[code]


def union_of(account: Account, openid: str) -> str | None:
    """The same at every account of the organisation; None where they are not bound together."""
    return account.unions.get(openid, f"u{openid[1:]}")


def user_info(platform: Platform, account: Account, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """A follower as the Official Account may know him: no name and no picture since 2021."""
    openid = query.get("openid", "")
    if openid not in account.followers:
        raise Failed(40003)
    union = union_of(account, openid)
    return {"subscribe": 1, "openid": openid, "language": "zh_CN", "remark": "", **({"unionid": union} if union else {})}


def opened_by(platform: Platform, _: None, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """OAuth of a page inside WeChat."""
    return {**code_to_session(platform, None, {**query, "js_code": query.get("code", "")}, body), "access_token": "of the page", "expires_in": 7200}


def phone_number(platform: Platform, account: Account, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    code = str(body.get("code", ""))
    if code in account.codes and account.codes[code][1] is None:
        raise Failed(40029, "invalid code")  # one of wx.login
    number = take_code(platform, account, code)[1] or ""
    country, _, pure = number.rpartition("-")
    told = {"phoneNumber": number.replace("-", ""), "purePhoneNumber": pure, "countryCode": country.lstrip("+") or "86"}
    watermark = {"timestamp": int(platform.clock.now()), "appid": account.app_id}
    return {"errcode": 0, "errmsg": "ok", "phone_info": {**told, "watermark": watermark}}


def subscribe_send(platform: Platform, account: Account, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    follower, fields = account.followers.get(str(body.get("touser", ""))), account.templates.get(str(body.get("template_id", "")))
    if follower is None:
        raise Failed(40003)
    if fields is None:
        raise Failed(40037, "invalid template_id")
    if account.pages and str(body.get("page", "")).split("?")[0] not in account.pages:
        raise Failed(41030, "invalid page")
    data = body.get("data")
    if not isinstance(data, dict) or set(data) != set(fields) or any(not fits(name, entry) for name, entry in data.items()):
        raise Failed(47003, "argument invalid")
    left = follower.consents.get(body["template_id"], 0)
    if left == 0:
        raise Failed(43101, "user refuse to accept the msg")
    if left > 0:
        follower.consents[body["template_id"]] = left - 1
    account.notified.append(body)
    if follower.openid in platform.phones:
        lines = [str(entry["value"]) for entry in data.values()]
        platform.phones[follower.openid].show(Seen("custom", "subscribe", "\n".join(lines), url=str(body.get("page", ""))))
    return {"errcode": 0, "errmsg": "ok", "msgid": next(platform.ids)}


def fits(name: str, entry: Any) -> bool:
    """Whether the platform takes this value in a field of this name."""
    value, kind = entry.get("value") if isinstance(entry, dict) else None, name.rstrip("0123456789")
    if not isinstance(value, str) or not 1 <= len(value) <= _LONGEST[kind] or "\n" in value:
        return False
    return kind not in _FORM or _FORM[kind].fullmatch(value) is not None
