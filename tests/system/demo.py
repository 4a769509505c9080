"""Starts `bangban demo wechat` beside a running product, and ends it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from bangban.stores.ports import free_port, is_free
from common.settings import ROOT
from tests.system.running import RunningSystem


@contextlib.contextmanager
def running_demo(system: RunningSystem, *, linked: bool = False, seconds: float = 600) -> Iterator[str]:
    """Its address. Afterwards it is gone, and the product it stood beside is not. ``linked``: cards are pages of the mini-program."""
    port = free_port()
    with tempfile.NamedTemporaryFile(prefix="bangban-demo-", suffix=".log") as out:
        command = [sys.executable, "-m", "bangban", "demo", "wechat", "--port", str(port), *(["--linked"] if linked else [])]
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "BANGBAN_HOME": str(system.home)}, stdout=out, stderr=out)
        try:
            yield _ready(f"http://127.0.0.1:{port}", process, Path(out.name), seconds)
        finally:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(60)
            ended = process.poll()
            process.kill()
        assert ended == 0, Path(out.name).read_text(errors="replace")[-2000:]
        assert is_free(port) and system.healthy()


def _ready(url: str, process: subprocess.Popen[bytes], log: Path, seconds: float) -> str:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{url}/api/state", trust_env=False, timeout=30).json()["state"]["product"]["ready"]:
                return url
        time.sleep(0.5)
    raise AssertionError(log.read_text(errors="replace")[-4000:])
