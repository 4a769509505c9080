"""Processes of a supervisor that was killed. The kernel asks them to end; this makes sure before anything new starts."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from pathlib import Path

import psutil


class Leftovers:
    """A file of process ids, each with its start time so that a reused id is never mistaken for ours."""

    def __init__(self, path: Path):
        self._path = path
        self._known: dict[int, float] = {}

    def remember(self, pids: list[int]) -> None:
        """Notes the processes running now; called at every change of any of them."""
        if set(pids) == set(self._known):
            return
        self._known = {pid: self._known.get(pid) or _started(pid) for pid in pids}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(json.dumps(self._known), encoding="utf-8")

    def forget(self) -> None:
        self._known = {}
        self._path.unlink(missing_ok=True)

    def clear(self, patience_s: float = 10.0) -> list[int]:
        """Waits for leftovers to end, then kills their groups; the ids that had to be killed."""
        left = [process for process in map(_same, self._read().items()) if process]
        _, stubborn = psutil.wait_procs(left, timeout=patience_s)
        for process in stubborn:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        psutil.wait_procs(stubborn, timeout=5)
        self.forget()
        return [process.pid for process in stubborn]

    def _read(self) -> dict[int, float]:
        try:
            return {int(pid): float(started) for pid, started in json.loads(self._path.read_text(encoding="utf-8")).items()}
        except (OSError, ValueError, AttributeError):
            return {}


def _started(pid: int) -> float:
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return 0.0


def _same(entry: tuple[int, float]) -> psutil.Process | None:
    pid, started = entry
    try:
        process = psutil.Process(pid)
        return process if abs(process.create_time() - started) < 0.05 else None
    except psutil.Error:
        return None
