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


def listed(name: str, **columns: Any) -> TableValuedAlias:
    """A table of the statement itself, by column and type; its rows are the parameters ``rows_of`` gives. Each column is sent as one array, so
    the statement is the same for any number of rows: it is built once, as a constant of its module, and prepared once by the database."""
    arrays = [bindparam(f"{name}_{key}", type_=ARRAY(kind)) for key, kind in columns.items()]
    return func.unnest(*arrays).table_valued(*(column(key, kind) for key, kind in columns.items()), name=name).render_derived()


def rows_of(name: str, **columns: Sequence[Any]) -> dict[str, list[Any]]:
    """The rows of a ``listed`` table, column by column, all of one length; lists are no values of it."""
    return {f"{name}_{key}": list(values) for key, values in columns.items()}


class Database:
    """An engine with the two ways of using it. ``pool_size``: connections at the most. What was opened stays open: opened and closed with
    every wave of citizens, connections would cost more than what is asked through them."""

    def __init__(self, url: str, *, pool_size: int = 20):
        self.engine: AsyncEngine = create_async_engine(
            sqlalchemy_url(url), pool_size=pool_size, max_overflow=0, pool_pre_ping=True, pool_recycle=600
        )

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: commits on leaving, rolls back on an exception."""
        async with self.engine.begin() as connection:
            yield connection

    async def close(self) -> None:
        await self.engine.dispose()
