"""Signatures and the AES envelope of WeChat, mini-program and WeCom callbacks (one scheme; only the receiver's id differs).

Cipher: AES-256-CBC, IV = first half of the key, PKCS#7 padding to blocks of **32**; inside: 16 random bytes, 4-byte big-endian
length, message, receiver's id. Two keys may be valid for a while after a change; an answer uses the one that opened the question.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from channels.wechat.errors import Forged, Stale

_BLOCK = 32
_HEAD = 20  # random bytes and length


def signature(*parts: str) -> str:
    """SHA-1 over the sorted parts, in hexadecimal: what the platform calls ``signature`` and ``msg_signature``."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def decode_key(encoding_key: str) -> bytes:
    """The 32 bytes of an ``EncodingAESKey`` of 43 characters, whose last one may carry bits that mean nothing.

    :raises ValueError: no such key.
    """
    alphabet = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    if len(encoding_key) != 43 or not set(encoding_key) <= alphabet:
        raise ValueError("an EncodingAESKey is 43 characters of base64")
    return base64.b64decode(encoding_key + "=")


def random_nonce() -> str:
    return secrets.token_hex(8)


@dataclass(frozen=True)
class Opened:
    """A message that was decrypted, and the key that did it."""

    message: bytes
    key: bytes


@dataclass(frozen=True)
class Envelope:
    """The answer to an encrypted push, before it is written as XML."""

    encrypt: str
    signature: str
    timestamp: str
    nonce: str


class Crypto:
    """One account's secrets. ``keys``: EncodingAESKeys, newest first, none in plaintext mode. ``now``: seconds since 1970.

    ``window_s``: how far the signed timestamp may lie from now, both ways.
    """

    def __init__(self, *, token: str, keys: Sequence[str], receiver: str, now: Callable[[], float], window_s: float):
        if not token:
            raise ValueError("callbacks need a token: without one anybody could sign")
        self._token, self._keys, self._receiver = token, [decode_key(key) for key in keys], receiver.encode()
        self._now, self._window_s = now, window_s

    @property
    def encrypts(self) -> bool:
        return bool(self._keys)

    def check(self, *, given: str, timestamp: str, nonce: str, encrypt: str | None = None) -> None:
        """:raises Forged: signed by somebody else. :raises Stale: outside the window."""
        parts = [self._token, timestamp, nonce, *([] if encrypt is None else [encrypt])]
        if not same(signature(*parts), given):
            raise Forged
        if not timestamp.isascii() or not timestamp.isdigit() or abs(self._now() - int(timestamp[:12])) > self._window_s:
            raise Stale

    def open(self, encrypt: str) -> Opened:
        """:raises Forged: no key of ours opens it, or it was meant for another receiver. Check the signature first."""
        for key in self._keys:
            message = _opened(key, encrypt, self._receiver)
            if message is not None:
                return Opened(message, key)
        raise Forged

    def seal(self, message: bytes, *, key: bytes | None = None, random: bytes | None = None) -> str:
        """The base64 of an encrypted message; ``random`` (16 bytes) only for published test vectors."""
        used = key or self._keys[0]
        plain = (random or secrets.token_bytes(16)) + struct.pack(">I", len(message)) + message + self._receiver
        pad = _BLOCK - len(plain) % _BLOCK
        encryptor = _cipher(used).encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()

    def answer(self, message: bytes, *, key: bytes | None = None, nonce: str | None = None) -> Envelope:
        """An encrypted and signed reply, under the key that opened the push."""
        encrypt, timestamp, nonce = self.seal(message, key=key), str(int(self._now())), nonce or random_nonce()
        return Envelope(encrypt, signature(self._token, timestamp, nonce, encrypt), timestamp, nonce)


def same(expected: str, given: str) -> bool:
    """Compared in the same time wherever they differ."""
    return hmac.compare_digest(*(text.encode("utf-8", "surrogatepass") for text in (expected, given)))


def _opened(key: bytes, encrypt: str, receiver: bytes) -> bytes | None:
    try:
        sealed = base64.b64decode(encrypt, validate=True)
    except (binascii.Error, ValueError):
        return None
    if not sealed or len(sealed) % 16:
        return None
    decryptor = _cipher(key).decryptor()
    padded = decryptor.update(sealed) + decryptor.finalize()
    pad = padded[-1]
    if not 1 <= pad <= _BLOCK or not hmac.compare_digest(padded[-pad:], bytes([pad]) * pad):
        return None
    plain = padded[:-pad]
    if len(plain) < _HEAD:
        return None
    end = _HEAD + struct.unpack(">I", plain[16:_HEAD])[0]
    if end > len(plain) or not hmac.compare_digest(plain[end:], receiver):
        return None
    return plain[_HEAD:end]


def _cipher(key: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
