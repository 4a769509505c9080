"""Access tokens: the stable interface, and the old one whose every call replaces the token before."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from tests.fakes.wechat.account import Account, Token
from tests.fakes.wechat.failed import Failed

if TYPE_CHECKING:
    from tests.fakes.wechat.platform import Platform


def stable_token(platform: Platform, _: None, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    account, now, rules = _signed_in(platform, body), platform.clock.now(), platform.rules
    if body.get("force_refresh"):
        account.forced = [t for t in account.forced if t > now - 86400]
        if len(account.forced) >= rules.forced_a_day:
            raise Failed(45009)
        if account.forced and account.forced[-1] > now - rules.forced_every_s:
            raise Failed(45011)
        account.forced.append(now)
        account.stable.clear()
    token = fresh(platform, account)
    return {"access_token": token.value, "expires_in": int(token.until - now)}


def fresh(platform: Platform, account: Account) -> Token:
    """The token that stands, or a new one shortly before its end."""
    if not account.stable or account.stable[-1].until - platform.clock.now() <= platform.rules.token_early_s:
        account.stable.append(_new(platform))
    return account.stable[-1]


def old_token(platform: Platform, _: None, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    account = _signed_in(platform, query)
    for earlier in account.plain:
        earlier.until = min(earlier.until, platform.clock.now() + 300)
    account.plain.append(_new(platform))
    return {"access_token": account.plain[-1].value, "expires_in": platform.rules.token_s}


def account_of(platform: Platform, value: str) -> Account:
    """Whose token it is."""
    if not value:
        raise Failed(41001)
    for account in platform.accounts.values():
        for token in [*account.stable, *account.plain]:
            if token.value == value:
                if token.until <= platform.clock.now():
                    raise Failed(42001)
                return account
    raise Failed(40001)


def expire(account: Account) -> None:
    """Every token of the account is dead at once, as after somebody forced a new one elsewhere."""
    account.stable.clear()
    account.plain.clear()


def _new(platform: Platform) -> Token:
    now = platform.clock.now()
    return Token(secrets.token_urlsafe(platform.rules.token_chars)[: platform.rules.token_chars], now, now + platform.rules.token_s)


def _signed_in(platform: Platform, given: dict[str, Any]) -> Account:
    account = platform.accounts.get(given.get("appid", ""))
    if account is None:
        raise Failed(40013)
    if given.get("secret") != account.secret:
        raise Failed(40125)
    if given.get("grant_type") != "client_credential":
        raise Failed(40002)
    return account
