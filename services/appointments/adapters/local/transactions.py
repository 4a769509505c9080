"""Transactions whose waiting is limited and whose failures have names."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from psycopg import errors as pg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection

from common.database import Database
from services.appointments.errors import Busy

_WAITED_TOO_LONG = (pg.LockNotAvailable, pg.DeadlockDetected, pg.SerializationFailure)


class Transactions:
    def __init__(self, *, database: Database, lock_timeout_ms: int):
        self._database, self._lock_timeout_ms = database, lock_timeout_ms

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Raises :class:`Busy` where nothing was done because others were first; every other failure stays what it is."""
        try:
            async with self._database.begin() as c:
                yield c
        except PoolTimeout as error:
            raise Busy() from error
        except DBAPIError as error:
            if isinstance(error.orig, _WAITED_TOO_LONG):
                raise Busy() from error
            raise

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[AsyncConnection]:
        """As :meth:`reading`, waiting for locks only so long."""
        async with self.reading() as c:
            await c.execute(text(f"SET LOCAL lock_timeout = {int(self._lock_timeout_ms)}"))
            yield c
