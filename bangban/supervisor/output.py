"""What the processes print: all of it into rotating files, what matters onto the console."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path

_LONGEST_LINE = 64 * 1024


class LogFile:
    """``<folder>/<name>.log``, five megabytes and three older ones."""

    def __init__(self, folder: Path, name: str):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        self._handler = RotatingFileHandler(folder / f"{name}.log", maxBytes=5_000_000, backupCount=3, encoding="utf-8")

    def write(self, line: str) -> None:
        self._handler.emit(logging.LogRecord("", logging.INFO, "", 0, line, None, None))

    def close(self) -> None:
        self._handler.close()


async def copy_lines(stream: asyncio.StreamReader, take: Callable[[str], None]) -> None:
    """Hands over line by line until the other end closes; a line without end is cut, never kept growing."""
    rest = b""
    while chunk := await stream.read(_LONGEST_LINE):
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > _LONGEST_LINE:
            lines, rest = [*lines, rest], b""
        for line in lines:
            take(line.decode(errors="replace").rstrip("\r"))
    if rest:
        take(rest.decode(errors="replace"))


def worth_showing(line: str) -> str | None:
    """The short form of a line an operator should see at once: our own warnings and errors; None for the rest."""
    if not line.startswith("{"):
        return None
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    if not isinstance(entry, dict) or entry.get("level") not in ("warning", "error", "critical"):
        return None
    about = {k: v for k, v in entry.items() if k not in ("event", "level", "timestamp", "logger", "part", "exception")}
    return " ".join([entry["level"], str(entry.get("event", "")), *(f"{k}={v}" for k, v in about.items())])[:300]
