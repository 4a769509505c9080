"""Making the index of a set of guides in this process."""

from __future__ import annotations

from collections.abc import Sequence

from common.settings import Settings
from knowledge.evaluation.questions import read_questions
from knowledge.index.build import Report, build_index
from knowledge.index.encoder import adaptation_of, load_encoder
from knowledge.index.files import IndexFolder
from knowledge.index.fingerprint import index_fingerprint
from knowledge.index.vector_cache import VectorCache
from knowledge.model import PublishedGuide


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
    built = build_index(
        guides, fingerprint=fingerprint, encoder=encoder.name, cache=cache, questions=questions, adaptation=adaptation_of(encoder_name), report=report
    )
    cache.save()
    folder.save(built)
