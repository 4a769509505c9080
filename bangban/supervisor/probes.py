"""Ways to ask a process whether it is ready."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

Probe = Callable[[], Awaitable[bool]]


def answers(url: str, *, status: int | None = 200, timeout_s: float = 5.0) -> Probe:
    """Whether a GET of the page says ``status``; None takes any answer. A few lines of HTTP/1.0 spare the supervisor an HTTP library's memory."""
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    request = f"GET {path} HTTP/1.0\r\nHost: {parts.netloc}\r\n\r\n"

    async def probe() -> bool:
        try:
            async with asyncio.timeout(timeout_s):
                said = await _status(parts.hostname or "127.0.0.1", parts.port or 80, request)
        except (OSError, TimeoutError, ValueError, IndexError):
            return False
        return status in (None, said)

    return probe


def says_so(is_ready: Callable[[], bool]) -> Probe:
    """A blocking question, asked in a thread."""

    async def probe() -> bool:
        return await asyncio.to_thread(is_ready)

    return probe


async def _status(host: str, port: int, request: str) -> int:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(request.encode())
        line = await reader.readline()
        return int(line.split()[1])
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
