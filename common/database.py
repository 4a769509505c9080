"""PostgreSQL access shared by knowledge and every service: one async engine per process, SQLAlchemy Core, psycopg 3.

Each package owns one PostgreSQL schema named after it and its own Alembic branch (``<package>/migrations/``).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import MetaData, TableValuedAlias, bindparam, column, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine


def sqlalchemy_url(url: str) -> str:
    """The same address with the driver we use (``postgresql+psycopg``)."""
    scheme, rest = url.split("://", 1)
    return f"{scheme.split('+')[0].replace('postgres', 'postgresql').replace('postgresqlql', 'postgresql')}+psycopg://{rest}"


def metadata_for(schema: str) -> MetaData:
    """Table metadata of one package; its tables live in a PostgreSQL schema of the same name."""
    return MetaData(schema=schema)


def listed(name: str, **columns: tuple[Any, Sequence[Any]]) -> TableValuedAlias:
    """A table of the statement itself, by column (type, values), all of one length. It is sent as one array a column, so the statement is the
    same for any number of rows, and prepared once. Lists are no values of it."""
    arrays = [bindparam(f"{name}_{key}", list(values), type_=ARRAY(kind)) for key, (kind, values) in columns.items()]
    return func.unnest(*arrays).table_valued(*(column(key, kind) for key, (kind, _) in columns.items()), name=name).render_derived()


class Database:
    """An engine with the two ways of using it."""

    def __init__(self, url: str, *, pool_size: int = 10):
        self.engine: AsyncEngine = create_async_engine(
            sqlalchemy_url(url), pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True, pool_recycle=600
        )

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: commits on leaving, rolls back on an exception."""
        async with self.engine.begin() as connection:
            yield connection

    async def close(self) -> None:
        await self.engine.dispose()
