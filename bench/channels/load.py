"""The load generator, a process of its own: an open loop at a fixed rate over as many connections as it needs.

A latency runs from the moment a call was due, not from when it could be written, so a stalled gateway is not flattered (coordinated omission).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import resource
import sys
from array import array
from pathlib import Path

_LEISURE = 20  # calls a second
_AT_MOST_S = 300  # for what is still unanswered after the last call


class Line(asyncio.Protocol):
    """One kept connection; one call at a time."""

    def __init__(self, load: Load):
        self.load, self.buffer, self.due = load, b"", 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]

    def send(self, due: float, request: bytes) -> None:
        self.due = due
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        if len(body) >= length:
            self.buffer = b""
            self.load.answered(self, ok=head.startswith(b"HTTP/1.1 200") and body == b"success")

    def connection_lost(self, error: Exception | None) -> None:
        self.load.broken(self)


class Load:
    def __init__(self, requests: list[bytes], *, rate: float, port: int):
        self._requests, self._rate, self._port = requests, rate, port
        self._idle: list[Line] = []
        self._busy: set[Line] = set()
        self._late = array("d")
        self._due = array("d")
        self._errors = 0
        self._most = 0
        self._opening: set[asyncio.Task[None]] = set()

    async def run(self) -> dict[str, object]:
        loop = asyncio.get_running_loop()
        self._clock = loop.time
        began = loop.time() + 0.2
        for k, request in enumerate(self._requests):
            due = began + k / self._rate
            if (pause := due - loop.time()) > 0:
                await asyncio.sleep(pause)
            elif k % 16 == 0:
                await asyncio.sleep(0)  # behind: answers are read all the same
            self._send(due, request)
        sent_s = loop.time() - began
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_AT_MOST_S):
                while len(self._late) + self._errors < len(self._requests):
                    await asyncio.sleep(0.02)
        late = [round(seconds * 1000, 2) for seconds in self._late]
        return {
            "late": late,
            "due": [round(due - began, 3) for due in self._due],
            "errors": len(self._requests) - len(late),
            "connections": self._most,
            "sent_s": sent_s,
        }

    def _send(self, due: float, request: bytes) -> None:
        if self._idle:
            self._go(self._idle.pop(), due, request)
        else:
            task = asyncio.create_task(self._open(due, request))
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    async def _open(self, due: float, request: bytes) -> None:
        try:
            _, line = await asyncio.get_running_loop().create_connection(lambda: Line(self), "127.0.0.1", self._port)
        except OSError:
            self._errors += 1
            return
        self._go(line, due, request)

    def _go(self, line: Line, due: float, request: bytes) -> None:
        self._busy.add(line)
        self._most = max(self._most, len(self._busy))
        line.send(due, request)

    def answered(self, line: Line, *, ok: bool) -> None:
        self._busy.discard(line)
        self._idle.append(line)
        self._errors += not ok
        if ok:
            self._late.append(self._clock() - line.due)
            self._due.append(line.due)

    def broken(self, line: Line) -> None:
        if line in self._busy:
            self._busy.discard(line)
            self._errors += 1
        elif line in self._idle:
            self._idle.remove(line)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """``calls warm rate port``: sends the first ``warm`` calls at leisure, says ``ready``, waits for a line, sends the others, and prints its
    figures as JSON."""
    path, warm, rate, port = sys.argv[1:]
    requests = [json.loads(line).encode() for line in Path(path).read_text().splitlines()]
    asyncio.run(Load(requests[: int(warm)], rate=_LEISURE, port=int(port)).run())
    print("ready", flush=True)
    sys.stdin.readline()
    before = _cpu()
    found = asyncio.run(Load(requests[int(warm) :], rate=float(rate), port=int(port)).run())
    found["cpu_s"] = _cpu() - before
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
