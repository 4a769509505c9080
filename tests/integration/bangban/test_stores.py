"""The embedded stores under the supervisor: what was written survives kill -9, and the server comes back by itself."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from bangban.stores.ports import free_port, is_free
from bangban.stores.postgres import EmbeddedPostgres
from bangban.stores.running import running
from bangban.stores.valkey import EmbeddedValkey
from bangban.supervisor.part import Part
from bangban.supervisor.probes import says_so
from tests.integration.bangban.test_supervisor import supervised, until


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short: a socket's path has to fit."""
    with tempfile.TemporaryDirectory(prefix="bangban-test-") as path:
        yield Path(path)


def _part(store: EmbeddedPostgres | EmbeddedValkey) -> Part:
    return Part(
        name="store", command=store.command(), cwd=store.folder, env={"PATH": os.defpath}, ready=says_so(store.is_ready), prepare=store.prepare,
        account=store.account, stop_signal=store.stop_signal, backoff_s=(0.05, 0.5),
    )  # fmt: skip


async def test_postgres_comes_back_after_kill_9_with_every_commit(folder: Path) -> None:
    server = EmbeddedPostgres(folder / "postgres")
    async with supervised(folder, _part(server)) as (supervisor, _):
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (id int)")
            connection.execute("INSERT INTO kept VALUES (1)")
        killed = supervisor.keepers["store"].child.pid
        os.kill(killed, signal.SIGKILL)
        await until(lambda: supervisor.keepers["store"].child.pid != killed, 20)
        while not await asyncio.to_thread(server.is_ready):
            await asyncio.sleep(0.05)
        with psycopg.connect(server.url()) as connection:
            assert connection.execute("SELECT id FROM kept").fetchall() == [(1,)]


async def test_valkey_comes_back_after_kill_9_with_its_data(folder: Path) -> None:
    server = EmbeddedValkey(folder / "valkey", port=free_port(), password="secret")
    async with supervised(folder, _part(server)) as (supervisor, _):
        with redis.Redis.from_url(server.url()) as client:
            client.set("kept", "1")
            client.waitaof(1, 0, 2000)
        killed = supervisor.keepers["store"].child.pid
        os.kill(killed, signal.SIGKILL)
        await until(lambda: supervisor.keepers["store"].child.pid != killed)
        while not await asyncio.to_thread(server.is_ready):
            await asyncio.sleep(0.05)
        with redis.Redis.from_url(server.url()) as client:
            assert client.get("kept") == b"1"


def test_postgres_starts_with_the_pid_file_of_a_dead_server_whose_number_is_someone_elses(folder: Path) -> None:
    server = EmbeddedPostgres(folder / "postgres", durable=False)
    with running(server):
        lines = (server.data / "postmaster.pid").read_text().splitlines()
    (server.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    with running(server) as again:
        assert again.is_ready()


def test_a_second_postgres_on_the_same_data_is_refused(folder: Path) -> None:
    with running(EmbeddedPostgres(folder / "postgres", durable=False)) as first:
        with pytest.raises(RuntimeError, match="already serves"), running(EmbeddedPostgres(folder / "postgres", durable=False)):
            pass
        assert first.is_ready()


def test_postgres_listens_on_no_network_address_and_its_socket_is_private(folder: Path) -> None:
    with running(EmbeddedPostgres(folder / "postgres", durable=False)) as server:
        with psycopg.connect(server.url()) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        mode = (server.sockets / ".s.PGSQL.5432").stat().st_mode
        assert stat.S_IMODE(mode) == 0o700


def test_a_home_with_a_long_path_still_has_a_socket(folder: Path) -> None:
    server = EmbeddedPostgres(folder / ("long" * 30) / "postgres", durable=False)
    with running(server):
        assert server.is_ready()
    shutil.rmtree(server.sockets)


def test_valkey_wants_its_password_and_only_serves_loopback(folder: Path) -> None:
    port = free_port()
    with running(EmbeddedValkey(folder, port=port, password="secret")):
        assert not is_free(port)
        with redis.Redis(port=port) as client, pytest.raises(redis.AuthenticationError):
            client.ping()
        with redis.Redis(port=port, password="secret") as client:
            assert client.config_get("bind") == {"bind": "127.0.0.1"}
