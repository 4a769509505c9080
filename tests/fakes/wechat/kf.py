"""微信客服 of WeCom: a signal without content, messages to be pulled, sessions that somebody serves.

A message is accepted first and may fail later (``msg_send_fail``), as on the platform. ``Desk`` is one customer-service account
(``open_kfid``) of a corporation, kept on its :class:`~tests.fakes.wechat.account.Account` (``kind="kf"``, ``app_id`` the corporation's id).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.wechat.account import Account
from tests.fakes.wechat.failed import Failed
from tests.fakes.wechat.kf_shapes import shown

if TYPE_CHECKING:
    from tests.fakes.wechat.platform import Platform

Item = dict[str, Any]
_MAY_GO = {0: {1, 2, 3, 4}, 1: {2, 3, 4}, 2: {3, 4}, 3: {3, 4}, 4: set()}
# Of the code of an event: seconds, what may be sent, and in which state of the session.
SOON = 0  # within what the rules say: twenty seconds; a slow machine is given more
CODES: dict[str, tuple[int, set[str], set[int]]] = {
    "welcome": (SOON, {"text", "msgmenu"}, {0, 1, 2, 3, 4}),
    "pool": (48 * 3600, {"text"}, {2}),
    "taken": (48 * 3600, {"text"}, {3}),
    "ended": (SOON, {"text", "msgmenu"}, {4}),
}


@dataclass
class Session:
    """``state``: 0 new, 1 the assistant, 2 queue, 3 a person in the WeCom client, 4 over."""

    state: int = 4
    servicer: str = ""


@dataclass
class Desk:
    open_kfid: str
    items: list[Item] = field(default_factory=list)  # what sync_msg hands out, in order
    sessions: dict[str, Session] = field(default_factory=dict)
    tokens: dict[str, float] = field(default_factory=dict)  # of the signals: valid until
    codes: dict[str, tuple[str, str, float]] = field(default_factory=dict)  # code: (customer, kind, until)
    accepted: dict[str, str] = field(default_factory=dict)  # msgid: customer
    receiving: set[str] = field(default_factory=lambda: {"servicer-1"})
    pulls: list[float] = field(default_factory=list)  # without a token
    blocked_until: float = 0.0
    cursors: list[str] = field(default_factory=list)  # what was asked for, in order
    first: int = 0  # the number of its first message: a platform that begins anew counts on from the one before


def gettoken(platform: Platform, _: None, query: dict[str, str], body: Item) -> Item:
    from tests.fakes.wechat.tokens import fresh

    account = platform.accounts.get(query.get("corpid", ""))
    if account is None or account.kind != "kf":
        raise Failed(40013, "invalid corpid")
    if query.get("corpsecret") != account.secret:
        raise Failed(40001, "invalid credential")
    token = fresh(platform, account)
    return {"errcode": 0, "errmsg": "ok", "access_token": token.value, "expires_in": int(token.until - platform.clock.now())}


def desk_of(account: Account, open_kfid: Any) -> Desk:
    if open_kfid not in account.desks:
        raise Failed(95000, "invalid open_kfid")
    return account.desks[str(open_kfid)]


def sync_msg(platform: Platform, account: Account, query: dict[str, str], body: Item) -> Item:
    """Also empty batches have ``has_more``, now and then; three days are kept."""
    desk, now = desk_of(account, body.get("open_kfid")), platform.clock.now()
    if token := str(body.get("token") or ""):
        if desk.tokens.get(token, 0.0) < now:
            raise Failed(95007, "invalid msg token")
    else:
        _seldom(platform, desk, now)
    cursor, limit = str(body.get("cursor") or "0"), int(body.get("limit") or 1000)
    if not cursor.isdigit() or not 1 <= limit <= 1000:
        raise Failed(40058, "invalid cursor or limit")
    desk.cursors.append(cursor)
    if platform.rules.kf_hollow:
        platform.rules.kf_hollow -= 1
        return {"errcode": 0, "errmsg": "ok", "next_cursor": cursor, "has_more": 1, "msg_list": []}
    start = max(int(cursor) - desk.first, 0)
    found = desk.items[start : start + min(limit, platform.rules.kf_batch)]
    kept = [i for i in found if i["send_time"] > now - 3 * 86400]
    end = start + len(found)
    return {"errcode": 0, "errmsg": "ok", "next_cursor": str(desk.first + end), "has_more": int(end < len(desk.items)), "msg_list": kept}


def _seldom(platform: Platform, desk: Desk, now: float) -> None:
    desk.pulls = [t for t in desk.pulls if t > now - 60]
    if desk.blocked_until > now or len(desk.pulls) >= platform.rules.kf_pulls_a_minute:
        desk.blocked_until = max(desk.blocked_until, now + 60)
        raise Failed(45009, "api freq out of limit")
    desk.pulls.append(now)


def account_list(platform: Platform, account: Account, query: dict[str, str], body: Item) -> Item:
    named = [{"open_kfid": name, "name": "帮办", "avatar": "", "manage_privilege": True} for name in account.desks]
    offset = int(body.get("offset") or 0)
    return {"errcode": 0, "errmsg": "ok", "account_list": named[offset : offset + int(body.get("limit") or 100)]}


def send_msg(platform: Platform, account: Account, query: dict[str, str], body: Item) -> Item:
    desk, customer = desk_of(account, body.get("open_kfid")), str(body.get("touser", ""))
    session, follower = desk.sessions.get(customer), account.followers.get(customer)
    if session is None or follower is None:
        raise Failed(40096, "invalid external_userid")
    msgid = str(body.get("msgid") or secrets.token_hex(16))
    if len(msgid) > 32 or not all(c.isascii() and (c.isalnum() or c in "_-") for c in msgid):
        raise Failed(40058, "invalid msgid")
    if msgid in desk.accepted:  # a number is good once
        raise Failed(40058, "msgid used before")
    seen = shown(platform, account, body)
    if session.state not in (0, 1):
        raise Failed(95018, "send msg session status invalid")
    from tests.fakes.wechat.sending import use

    try:
        use(platform, follower)
    except Failed as failed:
        if not platform.rules.kf_fails_later:
            raise Failed(95001 if failed.errcode == 45047 else 95002) from None
        later(platform, desk, customer, "msg_send_fail", fail_msgid=msgid, fail_type=6 if failed.errcode == 45047 else 4)
    else:
        platform.phones[customer].show(seen)
    desk.accepted[msgid] = customer
    return {"errcode": 0, "errmsg": "ok", "msgid": msgid}


def send_on_event(platform: Platform, account: Account, query: dict[str, str], body: Item) -> Item:
    code = str(body.get("code", ""))
    for desk in account.desks.values():
        if code in desk.codes:
            customer, kind, until = desk.codes.pop(code)
            _, kinds, states = CODES[kind]
            if until < platform.clock.now() or body.get("msgtype") not in kinds or desk.sessions[customer].state not in states:
                raise Failed(40029, "invalid code or type")
            platform.phones[customer].show(shown(platform, account, body))
            return {"errcode": 0, "errmsg": "ok", "msgid": secrets.token_hex(16)}
    raise Failed(40029, "invalid code")


def state_get(platform: Platform, account: Account, query: dict[str, str], body: Item) -> Item:
    session = _session(account, body)
    return {"errcode": 0, "errmsg": "ok", "service_state": session.state, "servicer_userid": session.servicer}


def state_trans(platform: Platform, account: Account, query: dict[str, str], body: Item) -> Item:
    desk, session, wanted = desk_of(account, body.get("open_kfid")), _session(account, body), body.get("service_state")
    customer, servicer = str(body["external_userid"]), str(body.get("servicer_userid") or "")
    if wanted not in _MAY_GO[session.state]:
        raise Failed(95013 if session.state == 4 else 95016, "invalid state transfer")
    if wanted == 3 and servicer not in desk.receiving:
        raise Failed(95014, "not a servicer who is receiving")
    before, session.state, session.servicer = session.servicer, int(wanted), servicer if wanted == 3 else ""
    kind = {2: "pool", 3: "taken", 4: "ended"}.get(int(wanted))
    code = new_code(platform, desk, customer, kind) if kind else ""
    if wanted in (3, 4):
        changed = {3: 2 if before else 1, 4: 3}[int(wanted)]
        later(
            platform, desk, customer, "session_status_change", change_type=changed, old_servicer_userid=before, new_servicer_userid=session.servicer,
            msg_code=code,
        )  # fmt: skip
    return {"errcode": 0, "errmsg": "ok", **({"msg_code": code} if code else {})}


def batchget(platform: Platform, account: Account, query: dict[str, str], body: Item) -> Item:
    ids = body.get("external_userid_list", [])
    if not 1 <= len(ids) <= 100:
        raise Failed(40058)
    known = [{"external_userid": i, "nickname": "微信用户", "gender": 0, "unionid": f"u{i[2:]}"} for i in ids if i in account.followers]
    return {"errcode": 0, "errmsg": "ok", "customer_list": known, "invalid_external_userid": [i for i in ids if i not in account.followers]}


def _session(account: Account, body: Item) -> Session:
    found = desk_of(account, body.get("open_kfid")).sessions.get(str(body.get("external_userid", "")))
    if found is None:
        raise Failed(40096, "invalid external_userid")
    return found


def new_code(platform: Platform, desk: Desk, customer: str, kind: str) -> str:
    code = secrets.token_urlsafe(24)
    desk.codes[code] = (customer, kind, platform.clock.now() + (CODES[kind][0] or platform.rules.kf_code_s))
    return code


def later(platform: Platform, desk: Desk, customer: str, event: str, **more: Any) -> Item:
    """An event of the platform's own stands in the list; the next signal brings it."""
    content = {"event_type": event, "open_kfid": desk.open_kfid, "external_userid": customer, **more}
    return put(platform, desk, 4, {"msgtype": "event", "event": content})


def put(platform: Platform, desk: Desk, origin: int, content: Item) -> Item:
    where = {} if content["msgtype"] == "event" else {"open_kfid": desk.open_kfid}
    item = {"msgid": secrets.token_hex(16), **where, "send_time": int(platform.clock.wall()), "origin": origin, **content}
    desk.items.append(item)
    return item
