"""Identifiers: sortable by time, unguessable, and saying what they name (``cv_…`` a conversation, ``ms_…`` a message)."""

from __future__ import annotations

import hashlib
import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, lower case
# No 0/O, 1/I: these codes are read aloud at a counter.
_SPOKEN = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def _base32(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, rest = divmod(number, 32)
        digits.append(_ALPHABET[rest])
    return "".join(reversed(digits))


def new_id(prefix: str) -> str:
    """``<prefix>_`` + 9 characters of milliseconds + 13 random characters (65 bits)."""
    return f"{prefix}_{_base32(int(time.time() * 1000), 9)}{_base32(secrets.randbits(65), 13)}"


def new_token() -> str:
    """An opaque bearer token of 256 bits; only its :func:`digest` is ever stored."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """SHA-256 hex of a token; tokens are random, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def spoken_code(length: int = 8) -> str:
    """A random code without letters that are mistaken for digits, for appointments."""
    return "".join(secrets.choice(_SPOKEN) for _ in range(length))
