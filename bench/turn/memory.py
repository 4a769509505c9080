"""Memory of a tree of processes, shared pages counted once (PSS)."""

from __future__ import annotations

import threading
import time

import psutil


class PeakMemory:
    """Samples a process tree while the context lasts; ``peak_mb`` is the largest sum of PSS seen."""

    def __init__(self, pid: int, every_s: float = 0.5):
        self._root, self._every_s = psutil.Process(pid), every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.peak_mb = 0.0
        self.parts: dict[str, float] = {}

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.is_set():
            parts = self._sample()
            total = sum(parts.values())
            if total > self.peak_mb:
                self.peak_mb, self.parts = total, parts
            time.sleep(self._every_s)

    def _sample(self) -> dict[str, float]:
        parts: dict[str, float] = {}
        for process in [self._root, *self._root.children(recursive=True)]:
            try:
                name = _name(process)
                parts[name] = parts.get(name, 0.0) + process.memory_full_info().pss / 2**20
            except psutil.Error:
                continue
        return parts


def _name(process: psutil.Process) -> str:
    line = " ".join(process.cmdline())
    for mark, name in (
        ("rasa run", "rasa"),
        ("-m actions", "actions"),
        ("bangban.gateway", "gateway"),
        ("bangban up", "supervisor"),
        ("valkey", "valkey"),
        ("postgres", "postgres"),
    ):
        if mark in line:
            return name
    return process.name()
