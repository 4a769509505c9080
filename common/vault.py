"""Encryption of personal values at rest: Fernet with rotating keys; the first key encrypts, every key decrypts."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from cryptography.fernet import Fernet, MultiFernet


class Vault:
    """Seals JSON values. ``secrets`` are pass phrases or Fernet keys, newest first."""

    def __init__(self, secrets: list[str]):
        if not secrets:
            raise ValueError("a vault needs at least one key")
        self._fernet = MultiFernet([Fernet(_key(s)) for s in secrets])

    def seal(self, value: Any) -> bytes:
        return self._fernet.encrypt(json.dumps(value, ensure_ascii=False).encode())

    def open(self, sealed: bytes) -> Any:
        return json.loads(self._fernet.decrypt(bytes(sealed)))

    def seal_bytes(self, value: bytes) -> bytes:
        return self._fernet.encrypt(value)

    def open_bytes(self, sealed: bytes) -> bytes:
        return self._fernet.decrypt(bytes(sealed))

    def rotate(self, sealed: bytes) -> bytes:
        """The same value under the newest key."""
        return self._fernet.rotate(bytes(sealed))


def _key(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest())
