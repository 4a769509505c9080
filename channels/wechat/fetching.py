"""Where tokens come from: ``stable_token`` for official accounts and mini-programs, ``gettoken`` for WeCom applications."""

from __future__ import annotations

import httpx

from channels.wechat.api import Answer, decoded, request, settle
from channels.wechat.tokens import Fetch, Fetched
from services.deliveries.errors import TryLater


def stable_token(http: httpx.AsyncClient, *, app_id: str, secret: str) -> Fetch:
    """Several processes may ask: all get the same token while it is valid, unless one of them forces a new one."""

    async def fetch(force: bool) -> Fetched:
        body = {"grant_type": "client_credential", "appid": app_id, "secret": secret, "force_refresh": force}
        return _fetched(settle("stable_token", decoded(await request(http, "/cgi-bin/stable_token", body, {}))))

    return fetch


def corp_token(http: httpx.AsyncClient, *, corp_id: str, secret: str) -> Fetch:
    """WeCom's: asking again gives the same token while it is valid; a new one cannot be forced."""

    async def fetch(_: bool) -> Fetched:
        return _fetched(settle("gettoken", decoded(await request(http, "/cgi-bin/gettoken", None, {"corpid": corp_id, "corpsecret": secret}))))

    return fetch


def _fetched(answer: Answer) -> Fetched:
    token, expires = answer.get("access_token"), answer.get("expires_in")
    if not isinstance(token, str) or not token or not isinstance(expires, int) or expires <= 0:
        raise TryLater("token", after_s=60)
    return Fetched(token, expires)
