"""POSTing what a citizen is told to the system he came through, signed as its own calls are."""

from __future__ import annotations

from datetime import datetime

import httpx

from channels.base import Gone, Refused, TryLater
from channels.webhook.models import Push
from channels.webhook.signing import signed

_NEVER = {400, 413, 415, 422}  # it has understood and will not have it; what might be a mistake of set-up (401, 404 …) is tried again
_LONGEST_S = 3600.0


async def push(http: httpx.AsyncClient, *, url: str, secret: str, content: Push, now: datetime) -> None:
    """Any 2xx is a yes. :raises TryLater, Gone, Refused:"""
    body = content.model_dump_json(exclude_defaults=False).encode()
    headers = {"content-type": "application/json; charset=utf-8", **signed(secret=secret, body=body, now=now)}
    try:
        answer = await http.post(url, content=body, headers=headers)
    except httpx.HTTPError as error:
        raise TryLater(type(error).__name__) from error
    if answer.is_success:
        return
    if answer.status_code == 410:
        raise Gone("410")
    if answer.status_code in _NEVER:
        raise Refused(str(answer.status_code))
    raise TryLater(str(answer.status_code), after_s=_asked_pause(answer))


def _asked_pause(answer: httpx.Response) -> float:
    """Retry-After in seconds; a date or nonsense counts as nothing."""
    given = answer.headers.get("retry-after", "")
    return min(float(given), _LONGEST_S) if given.isdigit() else 0.0
