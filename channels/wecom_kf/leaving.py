"""Giving a lease back also when the database is away for a moment: else what is behind it would wait until the lease ends by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from channels.wecom_kf.catalogue import limits

log = structlog.get_logger(__name__)
PAUSE_S = 1.0


async def insist(leave: Callable[[], Awaitable[None]]) -> None:
    """Until it is given back, or so long that it might end meanwhile and be another's. :raises: what ``leave`` raised last."""
    clock = asyncio.get_running_loop().time
    end = clock() + limits()["lease_s"] / 2
    while True:
        try:
            return await leave()
        except Exception as error:
            if clock() + PAUSE_S > end:
                raise
            log.warning("wecom_kf.lease.not_given_back", error=type(error).__name__)
            await asyncio.sleep(PAUSE_S)
