"""Template messages of the Official Account, and what the platform tells of them afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.wechat.account import Account
from tests.fakes.wechat.failed import Failed
from tests.fakes.wechat.phone import Seen
from tests.fakes.wechat.subscribing import fits

if TYPE_CHECKING:
    from tests.fakes.wechat.platform import Platform


def template_send(platform: Platform, account: Account, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """Taken from followers only, whenever they wrote last; who switched messages off is found out later."""
    if account.kind != "oa" or not account.verified or account.subscription:
        raise Failed(48001, "api unauthorized")
    follower, fields = account.followers.get(str(body.get("touser", ""))), account.templates.get(str(body.get("template_id", "")))
    if follower is None:
        raise Failed(40003, "invalid openid")
    if fields is None:
        raise Failed(40037, "invalid template_id")
    if not follower.subscribed:
        raise Failed(43004, "require subscribe")
    _check_data(body.get("data"), fields)
    opens = _opens(platform, account, body)
    if (known := _known(platform, account, follower.openid, str(body.get("client_msg_id", "")))) is not None:
        if platform.rules.template_again:
            raise Failed(platform.rules.template_again, "client_msg_id exist")
        return {"errcode": 0, "errmsg": "ok", "msgid": known}
    if len(account.notified) >= platform.rules.templates_a_day:
        raise Failed(45009, "reach max api daily quota limit")
    return _sent(platform, account, follower.openid, body, opens)


def _sent(platform: Platform, account: Account, openid: str, body: dict[str, Any], opens: str) -> dict[str, Any]:
    number, phone, follower = next(platform.ids), platform.phones.get(openid), account.followers[openid]
    if key := str(body.get("client_msg_id", "")):
        account.template_keys[(openid, key)] = (platform.clock.now() + platform.rules.template_key_s, number)
    account.notified.append(body)
    if phone is not None:
        status = account.template_fate or ("success" if follower.receives else "failed:user block")
        if status == "success":
            lines = [str(entry["value"]) for entry in body["data"].values()]
            phone.show(Seen("custom", "template", "\n".join(lines), url=opens))
        platform.pusher.soon(phone.event("TEMPLATESENDJOBFINISH", None, MsgID=number, Status=status))
    return {"errcode": 0, "errmsg": "ok", "msgid": number}


def _known(platform: Platform, account: Account, openid: str, key: str) -> int | None:
    until, number = account.template_keys.get((openid, key), (0.0, 0))
    return number if until > platform.clock.now() else None


def _check_data(data: Any, fields: list[str]) -> None:
    if not isinstance(data, dict) or set(data) != set(fields):
        raise Failed(47003, "argument invalid!")
    for name, entry in data.items():
        if not fits(name, entry):
            raise Failed(47003, f"argument invalid! data.{name}.value invalid")


def _opens(platform: Platform, account: Account, body: dict[str, Any]) -> str:
    mini = body.get("miniprogram")
    if not isinstance(mini, dict):
        return str(body.get("url", ""))
    if mini.get("appid") not in account.linked:
        raise Failed(40166, "invalid weapp appid")
    there = platform.accounts.get(str(mini["appid"]))
    if there is not None and there.pages and str(mini.get("pagepath", "")).split("?")[0] not in there.pages:
        raise Failed(40165, "invalid weapp pagepath")
    return str(mini.get("pagepath", ""))
