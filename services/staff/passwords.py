"""Argon2id, off the event loop and never more than two at once: each takes 64 MiB and a good part of 100 ms."""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST_LENGTH = 10


class Passwords:
    def __init__(self, hasher: PasswordHasher | None = None):
        self._hasher = hasher or PasswordHasher()
        self._turnstile = asyncio.Semaphore(2)
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        async with self._turnstile:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, hashed: str | None, password: str) -> bool:
        """Takes the same time whether there is such an account (``hashed``) or not (None)."""
        if hashed is None:
            self._nobody = self._nobody or await self.hash("nobody has this password")
        async with self._turnstile:
            return await asyncio.to_thread(self._verify, hashed or self._nobody or "", password) and hashed is not None

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, hashed: str) -> bool:
        """Made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)
