"""``bangban channels check`` for the webhook channel."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

import httpx

from channels.base import Finding, SendFailed
from channels.webhook.errors import BadSignature
from channels.webhook.models import Push
from channels.webhook.pushing import push
from channels.webhook.signing import TIMESTAMP, signed, verified
from common.settings import WebhookClient


async def check_clients(http: httpx.AsyncClient, clients: Mapping[str, WebhookClient], *, now: datetime) -> list[Finding]:
    """For each system: how it is set up, that its secrets sign and refuse as they should, and whether its address answers a signed ping."""
    found: list[Finding] = []
    for name, client in sorted(clients.items()):
        way = "pushed" if client.push_url else "asked for"
        found.append(Finding(f"{name}: settings", True, f"style {client.style}, {len(client.secrets)} secret(s), answers are {way}"))
        found.append(_signature(name, client, now))
        if client.push_url:
            found.append(await _reachable(http, name, client, now))
    return found


def _signature(name: str, client: WebhookClient, now: datetime) -> Finding:
    """Signs and verifies with every secret; a changed body and an old time stamp must be refused."""
    keys, body = [s.get_secret_value() for s in client.secrets], b'{"type":"ping"}'
    try:
        for key in keys:
            headers = signed(secret=key, body=body, now=now)
            verified(headers, keys=keys, body=body, now=now, window_s=client.window_s)
            later = now + timedelta(seconds=client.window_s + 1)
            for forged in ({"body": body + b" ", "now": now}, {"body": body, "now": later}):
                try:
                    verified(headers, keys=keys, window_s=client.window_s, **forged)  # type: ignore[arg-type]
                    return Finding(f"{name}: signature", False, f"a forged call was believed ({TIMESTAMP} or body)")
                except BadSignature:
                    pass
    except BadSignature:
        return Finding(f"{name}: signature", False, "its own signature was refused")
    return Finding(f"{name}: signature", True, "signs, verifies, refuses what was changed or is old")


async def _reachable(http: httpx.AsyncClient, name: str, client: WebhookClient, now: datetime) -> Finding:
    ping = Push(type="ping", id=secrets.token_hex(8))
    try:
        await push(http, url=client.push_url or "", secret=client.secrets[0].get_secret_value(), content=ping, now=now)
    except SendFailed as failure:
        return Finding(f"{name}: reachable", False, f"its address answered a ping with {failure.reason}")
    return Finding(f"{name}: reachable", True, "its address answered a signed ping")
