"""This project, started as anyone starts it, on a home of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping

import httpx

from bangban.stores.ports import free_port
from common.settings import ROOT

# Needs a search, and its list is exact without a question: a whole turn of "search + materials answer".
MESSAGE = "残疾人证换领需要带什么材料"


@contextlib.contextmanager
def serving(settings: Mapping[str, str] | None = None) -> Iterator[tuple[str, int]]:
    """(address, pid of the supervisor). ``settings``: further variables of its environment."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="bangban-bench-") as home:
        environment = {
            **os.environ,
            "BANGBAN_HOME": home,
            "BANGBAN_PORT": str(port),
            "BANGBAN_DEMO": "1",
            "BANGBAN_CHAT_PER_MINUTE": "100000",
            "BANGBAN_SESSIONS_PER_MINUTE": "100000",
            **(settings or {}),
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "bangban", "up"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            _wait(f"http://127.0.0.1:{port}/healthz", process)
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def _wait(url: str, process: subprocess.Popen[bytes], seconds: int = 300) -> None:
    for _ in range(seconds * 2):
        if process.poll() is not None:
            raise RuntimeError("`bangban up` ended; run it by hand to see why")
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url, trust_env=False).status_code == 200:
                return
        time.sleep(0.5)
    raise TimeoutError(url)
