"""The accounts of the demo, with keys made on the spot, and how the product is told of them."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass

from tests.fakes.wechat import Account, Desk, Platform

DESK = "wkBangbanDemo000001"
PASSIVE = "wechat_oa_passive"  # the channel of the account that may only answer within the push


@dataclass
class Accounts:
    """One of each kind, all in safe mode. ``speech_token`` is the recogniser's; nothing of this is ever shown."""

    verified: Account
    passive: Account
    mini: Account
    corporation: Account
    speech_token: str

    def all(self) -> dict[str, Account]:
        """By the channel they are connected to."""
        return {"wechat_oa": self.verified, PASSIVE: self.passive, "miniprogram": self.mini, "wecom_kf": self.corporation}

    def environment(self, *, platform_url: str, page_url: str, public_url: str) -> dict[str, str]:
        """The product's settings; the second Official Account goes by a variable of the demo's own."""
        told = {
            "BANGBAN_WECHAT_API_BASE": platform_url, "BANGBAN_WECOM_API_BASE": platform_url, "BANGBAN_PUBLIC_URL": public_url,
            "BANGBAN_SPEECH_URL": f"{platform_url}/speech", "BANGBAN_SPEECH_TOKEN": self.speech_token,
            "BANGBAN_WECOM_CORP_ID": self.corporation.app_id,
            "BANGBAN_DEMO_WECHAT": json.dumps({"authorize_url": f"{page_url}/connect/oauth2/authorize", "passive": _keys(self.passive)}),
        }  # fmt: skip
        for prefix, account in (("WECHAT_OA", self.verified), ("MINIPROGRAM", self.mini)):
            told |= {f"BANGBAN_{prefix}_{name.upper()}": value for name, value in _keys(account).items()}
        kf = _keys(self.corporation)
        return told | {f"BANGBAN_WECOM_KF_{name.upper()}": kf[name] for name in ("secret", "token", "aes_key")}


def make_accounts(platform: Platform) -> Accounts:
    """New keys every time."""
    corporation = _account("kf", "ww", "")
    corporation.desks[DESK] = Desk(DESK, first=int(time.time()))  # whoever read the last platform's to its end reads on here
    made = Accounts(
        _account("oa", "wx", "gh_"), _account("oa", "wx", "gh_"), _account("miniprogram", "wx", "gh_"), corporation, secrets.token_urlsafe(24)
    )
    made.passive.verified = False
    made.mini.format = "json"
    for account in made.all().values():
        platform.add(account)
    return made


def _account(kind: str, prefix: str, original: str) -> Account:
    return Account(
        app_id=f"{prefix}{secrets.token_hex(8)}", secret=secrets.token_hex(16), token=secrets.token_hex(12),
        original_id=f"{original}{secrets.token_hex(6)}" if original else "", kind=kind, mode="safe",  # type: ignore[arg-type]
    )  # fmt: skip


def _keys(account: Account) -> dict[str, str]:
    return {"app_id": account.app_id, "secret": account.secret, "token": account.token, "aes_key": account.aes_key}
