"""Starts and stops the product, and finds its processes."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from bangban.stores.ports import free_port
from common.settings import ROOT

PASSWORD = "a password for tests"
_MARKS = {"gateway": "bangban.gateway", "actions": "-m actions", "rasa": "rasa run", "redis": "valkey", "postgres": "postgres"}


@dataclass
class RunningSystem:
    url: str
    home: Path
    process: subprocess.Popen[bytes]

    def pid_of(self, part: str) -> int:
        """The process of a part: the supervisor's own child, not a child of that."""
        mark = _MARKS[part]
        for child in psutil.Process(self.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if mark in " ".join(child.cmdline()):
                    return child.pid
        raise LookupError(part)

    def kill(self, part: str) -> int:
        """``kill -9`` of a part; its pid."""
        pid = self.pid_of(part)
        os.kill(pid, signal.SIGKILL)
        return pid

    def setting(self, name: str) -> str:
        """A variable as the supervisor gave it to the gateway."""
        return psutil.Process(self.pid_of("gateway")).environ()[name]

    def healthy(self) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"{self.url}/healthz", timeout=5, trust_env=False).status_code == 200
        return False

    def wait_healthy(self, seconds: float = 600) -> None:
        end = time.monotonic() + seconds
        while not self.healthy():
            if self.process.poll() is not None:
                raise RuntimeError("bangban up ended early:\n" + self.logs())
            if time.monotonic() > end:
                raise TimeoutError("not healthy in time:\n" + self.logs())
            time.sleep(0.3)

    def logs(self, lines: int = 15) -> str:
        parts = sorted((self.home / "logs").glob("*.log"))
        return "\n".join(f"== {p.name}\n" + "\n".join(p.read_text(errors="replace").splitlines()[-lines:]) for p in parts)


@contextlib.contextmanager
def running_system(**settings: str) -> Iterator[RunningSystem]:
    """The product in demo mode on a free port; everything it left is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bangban-system-") as folder:
        port = free_port()
        environment = {
            **os.environ, "BANGBAN_HOME": folder, "BANGBAN_PORT": str(port), "BANGBAN_DEMO": "1", "BANGBAN_DEMO_PASSWORD": PASSWORD,
            "BANGBAN_CHAT_PER_MINUTE": "100000", **settings,
        }  # fmt: skip
        process = subprocess.Popen(
            [sys.executable, "-m", "bangban", "up"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        system = RunningSystem(f"http://127.0.0.1:{port}", Path(folder), process)
        try:
            system.wait_healthy()
            yield system
        finally:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(40)
            if process.poll() is None:
                process.kill()
