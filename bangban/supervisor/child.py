"""A started process as the supervisor holds it.

asyncio's own processes say "ended" only when every holder of their output has closed it; a worker that outlives its killed
master would hide that death for ever. Here the death of the process itself is what counts.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import threading

from bangban.stores.account import run_as
from bangban.stores.leash import leash
from bangban.supervisor.part import Part


class Child:
    """Leads a process group of its own; ``output`` is what the group prints."""

    def __init__(self, process: subprocess.Popen[bytes], output: asyncio.StreamReader, pipe: asyncio.ReadTransport):
        self.pid = process.pid
        self.output = output
        self._pipe = pipe
        self._process = process
        self._loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[int] = self._loop.create_future()
        threading.Thread(target=self._wait, name=f"wait-{process.pid}", daemon=True).start()

    @property
    def alive(self) -> bool:
        return not self._ended.done()

    async def wait(self) -> int:
        """The exit code; negative for a signal."""
        return await asyncio.shield(self._ended)

    def signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    def kill_group(self) -> None:
        """Ends the process and every worker it left, also after its own death."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """No longer listens to what it prints."""
        self._pipe.close()

    def _wait(self) -> None:
        code = self._process.wait()
        with contextlib.suppress(RuntimeError):  # The loop has gone: nobody waits any more.
            self._loop.call_soon_threadsafe(self._ended.set_result, code)


async def start(part: Part) -> Child:
    """Starts the part's process from this thread, whose end would be the end of the process too."""
    ours, theirs = os.pipe()
    try:
        process = subprocess.Popen(
            part.command, cwd=part.cwd, env=dict(part.env), stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs,
            start_new_session=True, preexec_fn=leash(part.stop_signal), **run_as(part.account),
        )  # fmt: skip
    except BaseException:
        os.close(ours)
        raise
    finally:
        os.close(theirs)
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    pipe, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(ours, "rb", buffering=0))
    return Child(process, reader, pipe)
