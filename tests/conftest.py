"""Real stores for tests: one PostgreSQL and one Valkey per test run, a fresh migrated database per test that asks for one;
and one whole running product for every test that only talks to it."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
import redis.asyncio
from hypothesis import HealthCheck
from hypothesis import settings as property_settings

from bangban.migrations import upgrade
from bangban.stores.ports import free_port
from bangban.stores.postgres import EmbeddedPostgres
from bangban.stores.running import running
from bangban.stores.valkey import EmbeddedValkey
from common.clock import FixedClock
from common.database import Database
from common.ids import new_id
from common.vault import Vault
from tests.system.running import RunningSystem, running_system

# No property is about how long an example takes; a busy machine takes any time.
property_settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
property_settings.load_profile("patient")

# What fails fastest first; whoever shares the running product last, so that it runs beside nothing else.
_ORDER = ("architecture", "unit", "contract", "concurrency", "integration", "resilience", "conversations", "browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Groups in the order above; within a group as they were found."""
    here = Path(__file__).parent
    groups = {name: place for place, name in enumerate(_ORDER)}
    items.sort(key=lambda item: groups.get(item.path.relative_to(here).parts[0], len(groups)))


@pytest.fixture(scope="session")
def system() -> Iterator[RunningSystem]:
    """The product, started once for every test that kills nothing of it. Leave it as it was found: nobody on duty, nobody waiting."""
    with running_system() as running:
        yield running


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """The running server; its database ``bangban`` is migrated and serves as the template of every other."""
    with tempfile.TemporaryDirectory(prefix="bangban-test-") as folder:
        with running(EmbeddedPostgres(Path(folder) / "postgres", durable=False)) as server:
            upgrade(server.url())
            yield server


@pytest.fixture(scope="session")
def database_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """Address of a migrated database shared by the whole run."""
    with _copy(postgres) as url:
        yield url


@pytest.fixture
def fresh_database_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """Address of a migrated, empty database of this test alone."""
    with _copy(postgres) as url:
        yield url


@pytest.fixture
async def database(fresh_database_url: str) -> AsyncIterator[Database]:
    """A migrated, empty database of this test alone, opened."""
    opened = Database(fresh_database_url, pool_size=10)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """Address of the Valkey of the whole run."""
    with tempfile.TemporaryDirectory(prefix="bangban-test-") as folder:
        with running(EmbeddedValkey(Path(folder), port=free_port(), password="test")) as server:
            yield server.url()


@pytest.fixture
async def redis_client(redis_url: str) -> AsyncIterator[redis.asyncio.Redis]:
    """A client on an emptied Valkey."""
    async with redis.asyncio.Redis.from_url(redis_url) as client:
        await client.flushall()
        yield client


@pytest.fixture
def vault() -> Vault:
    return Vault(["a key for tests"])


@pytest.fixture
def clock() -> FixedClock:
    """Stands at Wednesday 2026-03-18 10:00 in Guangdong, an ordinary working day."""
    return FixedClock(datetime(2026, 3, 18, 10, 0))


class _copy:
    """A database copied from the template, dropped on leaving."""

    def __init__(self, server: EmbeddedPostgres):
        self.server = server
        self.name = new_id("t")

    def __enter__(self) -> str:
        self._run(f"CREATE DATABASE {self.name} TEMPLATE bangban")
        return self.server.url(self.name)

    def __exit__(self, *_: object) -> None:
        self._run(f"DROP DATABASE {self.name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)
