"""One supervisor per home. The lock is the kernel's, so it cannot outlive its process; the file only says who holds it."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """``pid`` and ``url`` of the one that runs, as far as it had written them down."""

    def __init__(self, pid: int | None, url: str | None):
        super().__init__(f"already running (process {pid}) on {url}")
        self.pid, self.url = pid, url


@contextmanager
def home_lock(home: Path, *, url: str | None = None) -> Iterator[None]:
    """Holds the home for the block. Raises :class:`AlreadyRunning`."""
    path = home / "run" / "lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = lock_holder(home)
            raise AlreadyRunning(holder.get("pid"), holder.get("url")) from None
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "url": url}))
        file.flush()
        yield


def lock_holder(home: Path) -> dict:
    """Who wrote the lock last (``pid``, ``url``), held or not; empty when nobody did."""
    try:
        return json.loads((home / "run" / "lock").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def is_locked(home: Path) -> bool:
    """Whether a supervisor holds the home now."""
    try:
        with (home / "run" / "lock").open("r") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
