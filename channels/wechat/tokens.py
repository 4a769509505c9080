"""An access token that every worker shares: kept in Valkey, renewed by one of them under a lock.

While Valkey is away each worker keeps its own: the stable interface gives all of them the same token as long as nobody forces a new one.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import redis.asyncio as redis
import structlog
from cryptography.fernet import InvalidToken
from redis.exceptions import RedisError

from common.vault import Vault

log = structlog.get_logger(__name__)
_LOCK_S, _LOCK_WAIT_S = 15.0, 12.0
_AWAY = (RedisError, OSError)


@dataclass(frozen=True)
class Fetched:
    """What the platform gave: the token and for how many seconds it lasts."""

    token: str
    expires_s: int


Fetch = Callable[[bool], Awaitable[Fetched]]  # the argument: force a new one, which kills the old at once


class Tokens:
    """The token of one account. ``early_s``: renewed this long before its end. ``force_every_s``: at most one forced renewal in that time,
    by all workers together (the platform allows 20 a day).
    """

    def __init__(self, *, store: redis.Redis, account: str, fetch: Fetch, vault: Vault, early_s: int = 300, force_every_s: int = 60):
        self._store, self._fetch, self._vault = store, fetch, vault
        self._key, self._early_s, self._force_every_s = f"bangban:token:{account}", early_s, force_every_s
        self._own: tuple[str, float] = ("", 0.0)  # only read while the store is away

    async def get(self) -> str:
        """A token that should hold. :raises whatever ``fetch`` raises:"""
        return await self._kept() or await self._renewed(unlike="")

    async def renew(self, bad: str) -> str:
        """Another token than ``bad``, which the platform refused; what a colleague has fetched meanwhile will do."""
        return await self._renewed(unlike=bad)

    async def _renewed(self, *, unlike: str) -> str:
        async with self._alone():
            kept = await self._kept()
            if kept and kept != unlike:
                return kept
            fetched = await self._fetch(False)
            if fetched.token == unlike and await self._may_force():
                log.warning("wechat.token.forced", account=self._key)
                fetched = await self._fetch(True)
            await self._keep(fetched)
            return fetched.token

    @contextlib.asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        lock = self._store.lock(f"{self._key}:lock", timeout=_LOCK_S, blocking_timeout=_LOCK_WAIT_S)
        try:
            held = await lock.acquire()
        except _AWAY:
            held = False
        try:
            yield
        finally:
            if held:
                with contextlib.suppress(*_AWAY):
                    await lock.release()

    async def _kept(self) -> str:
        try:
            sealed = await self._store.get(self._key)
        except _AWAY:
            token, until = self._own
            return token if until > time.monotonic() else ""
        if sealed is None:
            return ""
        with contextlib.suppress(InvalidToken):  # sealed with a key that is gone: as good as none
            return str(self._vault.open_bytes(sealed).decode())
        return ""

    async def _keep(self, fetched: Fetched) -> None:
        seconds = max(fetched.expires_s - self._early_s, min(fetched.expires_s, 30), 1)
        self._own = fetched.token, time.monotonic() + seconds
        with contextlib.suppress(*_AWAY):
            await self._store.set(self._key, self._vault.seal_bytes(fetched.token.encode()), ex=seconds)

    async def _may_force(self) -> bool:
        try:
            return bool(await self._store.set(f"{self._key}:forced", b"1", nx=True, ex=self._force_every_s))
        except _AWAY:
            return False
