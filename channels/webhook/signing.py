"""Signatures of both directions: HMAC-SHA256 over time, nonce and body, by a secret that only the two systems know.

Headers ``X-Bangban-Timestamp`` (Unix seconds), ``X-Bangban-Nonce`` (8 to 64 of ``A-Za-z0-9_-``, never used twice) and
``X-Bangban-Signature`` (``v1=`` and 64 hexadecimal characters) of ``<timestamp>\\n<nonce>\\n<body as sent>``.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from channels.webhook.errors import BadSignature

TIMESTAMP, NONCE, SIGNATURE = "X-Bangban-Timestamp", "X-Bangban-Nonce", "X-Bangban-Signature"
_NONCE = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


def signature(*, secret: str, timestamp: str, nonce: str, body: bytes) -> str:
    """The value of the signature header."""
    said = f"{timestamp}\n{nonce}\n".encode() + body
    return "v1=" + hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()


def signed(*, secret: str, body: bytes, now: datetime, nonce: str | None = None) -> dict[str, str]:
    """The three headers of a body that goes out."""
    timestamp, nonce = str(int(now.timestamp())), nonce or secrets.token_urlsafe(18)
    return {TIMESTAMP: timestamp, NONCE: nonce, SIGNATURE: signature(secret=secret, timestamp=timestamp, nonce=nonce, body=body)}


def verified(headers: Mapping[str, str], *, keys: Sequence[str], body: bytes, now: datetime, window_s: float) -> str:
    """The nonce of a body that one of the keys signed lately; whether it was used before is the caller's question.

    :raises BadSignature: in the same time whatever is wrong with the signature itself.
    """
    timestamp, nonce, given = (headers.get(name) or "" for name in (TIMESTAMP, NONCE, SIGNATURE))
    if not _SECONDS.fullmatch(timestamp):
        raise BadSignature(fields={TIMESTAMP: "seconds"})
    if not _NONCE.fullmatch(nonce):
        raise BadSignature(fields={NONCE: "8..64 of A-Za-z0-9_-"})
    sent = given.encode("utf-8", "surrogatepass")  # bytes that are no UTF-8 stand as surrogates in a header
    right = [hmac.compare_digest(signature(secret=k, timestamp=timestamp, nonce=nonce, body=body).encode(), sent) for k in keys]
    if not any(right):
        raise BadSignature(fields={SIGNATURE: "wrong"})
    if abs(now.timestamp() - int(timestamp)) > window_s:
        raise BadSignature(fields={TIMESTAMP: "too far from now"})
    return nonce
