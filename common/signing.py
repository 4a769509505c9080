"""Links that carry their own permission: an HMAC over what they open, for pages that cannot send a bearer token (a PDF, an .ics)."""

from __future__ import annotations

import hashlib
import hmac


class Signer:
    """Signs ids with the newest secret and accepts every secret given, so that links survive a key rotation.

    ``purpose`` ("case.pdf", "appointment.ics") is part of what is signed: a key for one thing never opens another.
    """

    def __init__(self, secrets: list[str]):
        if not secrets:
            raise ValueError("a signer needs at least one secret")
        self._keys = [hashlib.sha256(b"bangban.signing:" + s.encode()).digest() for s in secrets]

    def sign(self, *, purpose: str, id: str) -> str:
        """32 hexadecimal characters (128 bits)."""
        return _mac(self._keys[0], purpose, id)

    def verify(self, *, purpose: str, id: str, key: str) -> bool:
        """Whether ``key`` was made for this id and purpose; takes the same time whatever is wrong with it."""
        return any([hmac.compare_digest(_mac(k, purpose, id).encode(), key.encode()) for k in self._keys])


def _mac(key: bytes, purpose: str, id: str) -> str:
    return hmac.new(key, f"{purpose}\n{id}".encode(), hashlib.sha256).hexdigest()[:32]
