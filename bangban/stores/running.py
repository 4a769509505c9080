"""A store kept running for the length of a ``with`` block: tests and one-off commands; the supervisor does its own watching."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from bangban.stores.account import run_as
from bangban.stores.leash import leash


class Store(Protocol):
    folder: Path
    account: str | None
    stop_signal: int

    def prepare(self) -> None: ...
    def command(self) -> list[str]: ...
    def is_ready(self) -> bool: ...


S = TypeVar("S", bound=Store)


@contextmanager
def running(store: S, *, patience_s: float = 30) -> Iterator[S]:
    """Prepares and starts the store, yields when it answers, stops it on leaving. Its log is ``<folder>/server.log``."""
    store.prepare()
    with (store.folder / "server.log").open("ab") as log:
        process = subprocess.Popen(
            store.command(), stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=store.folder,
            start_new_session=True, preexec_fn=leash(store.stop_signal), **run_as(store.account),
        )  # fmt: skip
    try:
        _wait_until_ready(store, process, patience_s)
        yield store
    finally:
        process.send_signal(store.stop_signal)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(store: Store, process: subprocess.Popen, patience_s: float) -> None:
    deadline = time.monotonic() + patience_s
    while not store.is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            tail = (store.folder / "server.log").read_text(errors="replace")[-2000:]
            raise RuntimeError(f"{type(store).__name__} did not start (exit {process.poll()}):\n{tail}")
        time.sleep(0.03)
