"""Making the index of the newest edition, here or in a process of its own.

Training takes memory that Python does not give back, so a process that serves citizens lets another do it.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence

from common.settings import Settings
from knowledge.evaluation.questions import read_questions
from knowledge.index.build import Report, build_index
from knowledge.index.encoder import load_encoder
from knowledge.index.files import IndexFolder
from knowledge.index.fingerprint import index_fingerprint
from knowledge.index.vector_cache import VectorCache
from knowledge.model import PublishedGuide


class BuildFailed(Exception):
    """The process that builds the index ended with an error; its last words are the message."""


def ensure_index(guides: Sequence[PublishedGuide], settings: Settings, *, force: bool = False, report: Report | None = None) -> str:
    """Builds the index of these guides if it is not there, and returns its fingerprint."""
    home, workshop = IndexFolder.of_home(settings.home), IndexFolder.workshop(settings.home)
    fingerprint = index_fingerprint(guides, encoder=settings.encoder)
    if home.has(fingerprint) and not force:
        return fingerprint
    with workshop.building():
        if force or not workshop.has(fingerprint):  # it may have been built while we waited
            _build(guides, settings.encoder, workshop, fingerprint, report)
    if not home.has(fingerprint) or (force and home.path != workshop.path):
        home.adopt(workshop, fingerprint)
    return fingerprint


def _build(guides: Sequence[PublishedGuide], encoder_name: str, folder: IndexFolder, fingerprint: str, report: Report | None) -> None:
    encoder = load_encoder(encoder_name)
    cache = VectorCache(folder.path, encoder)
    questions = [q for q in read_questions() if q.split == "train"]
    built = build_index(guides, fingerprint=fingerprint, encoder=encoder.name, cache=cache, questions=questions, report=report)
    cache.save()
    folder.save(built)


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
