"""Tiny processes for the supervisor to keep."""

from __future__ import annotations

import sys
from pathlib import Path

from bangban.supervisor.part import Part

# Says in a file that it lives, once per life, and how it was told to end.
_WORKER = """
import os, signal, subprocess, sys, time
folder, name, deaf = sys.argv[1], sys.argv[2], sys.argv[3] == "deaf"
def note(what):
    with open(os.path.join(folder, name), "a") as file: file.write(what + "\\n")
def ending(number, frame):
    note("told " + signal.Signals(number).name)
    if not deaf: sys.exit(0)
for number in (signal.SIGTERM, signal.SIGINT): signal.signal(number, ending)
helper = subprocess.Popen(["sleep", "300"])
note(f"alive {os.getpid()} {helper.pid}")
print("hello from " + name, flush=True)
while True: time.sleep(0.05)
"""


def worker(folder: Path, name: str, *, deaf: bool = False, **options) -> Part:
    """A part that is ready as soon as it has said that it lives; ``deaf`` ones ignore the signal to end."""
    script = folder / "worker.py"
    script.write_text(_WORKER)

    async def ready() -> bool:
        return bool(lives(folder, name))

    command = [sys.executable, str(script), str(folder), name, "deaf" if deaf else "good"]
    defaults = {"ready": ready, "backoff_s": (0.02, 0.2), "grace_s": 5.0}
    return Part(name=name, command=command, cwd=folder, env={"PATH": "/usr/bin:/bin"}, **(defaults | options))


def once(folder: Path, name: str, code: str, **options) -> Part:
    return Part(name=name, command=[sys.executable, "-c", code], cwd=folder, env={}, once=True, backoff_s=(0.02, 0.2), **options)


def notes(folder: Path, name: str) -> list[str]:
    path = folder / name
    return path.read_text().splitlines() if path.exists() else []


def lives(folder: Path, name: str) -> list[tuple[int, int]]:
    """The process id and its helper's, one pair per life."""
    return [(int(pid), int(helper)) for pid, helper in (line.split()[1:] for line in notes(folder, name) if line.startswith("alive"))]
