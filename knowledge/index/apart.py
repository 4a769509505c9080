"""Making the index of the newest edition in a process of its own.

Encoding and training take memory that Python does not give back, so a process that serves citizens lets another do it.
"""

from __future__ import annotations

import asyncio
import os
import sys

from common.settings import Settings


class BuildFailed(Exception):
    """The process that builds the index ended with an error; its last words are the message."""


async def build_apart(settings: Settings) -> None:
    """The same for the newest edition, in another process. Two callers build once: the second finds the index when its turn comes."""
    environment = {
        **os.environ, "BANGBAN_HOME": str(settings.home), "BANGBAN_ENCODER": settings.encoder,
        "BANGBAN_DATABASE_URL": settings.database_url or "", "OMP_NUM_THREADS": str(os.cpu_count() or 1),
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "knowledge.cli", "index", "build", "--quiet", "--published",
        env=environment, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    if process.returncode:
        raise BuildFailed(said.decode(errors="replace").strip()[-300:])
