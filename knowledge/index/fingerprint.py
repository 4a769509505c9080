"""What an index is made from, in one hash: encoder, format, documents, questions, words, and the code that turns them into an index."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import orjson

from knowledge.evaluation.questions import FOLDER
from knowledge.index.encoder import encoder_name
from knowledge.index.model import FORMAT
from knowledge.model import PublishedGuide
from knowledge.schema.guide import Guide

_HERE = Path(__file__).resolve().parent
_SEARCH = _HERE.parent / "search"
_CODE = (
    _HERE / "passages.py", _HERE / "lexical.py", _HERE / "cosine.py", _HERE / "build.py",
    _SEARCH / "asked.py", _SEARCH / "evidence.py", _SEARCH / "lesson.py", _SEARCH / "training.py", _SEARCH / "weighing.py", _SEARCH / "problem.py",
    _SEARCH / "calibration.py", _SEARCH / "minimise.py", _SEARCH / "newness.py", _SEARCH / "ranker.py",
    _SEARCH / "normalise.py", _SEARCH / "pinyin.py", _SEARCH / "words.yml", FOLDER.parent / "questions.py",
)  # fmt: skip


def document_digest(guide: Guide) -> str:
    """SHA-256 hex of a guide's document, independent of the order of its keys."""
    return hashlib.sha256(orjson.dumps(guide.document(), option=orjson.OPT_SORT_KEYS)).hexdigest()


def index_fingerprint(guides: Iterable[PublishedGuide], *, encoder: str) -> str:
    """``encoder`` is the setting. 16 hexadecimal digits."""
    return fingerprint_of({g.id: document_digest(g.guide) for g in guides}, encoder_name(encoder))


def fingerprint_of(digests: Mapping[str, str], encoder: str) -> str:
    """The same from the digests of the documents by guide id; ``encoder`` is the name an index remembers."""
    documents = "\n".join(sorted(f"{guide_id} {digest}" for guide_id, digest in digests.items()))
    parts = [str(FORMAT), encoder, documents, _files(_CODE), _files(tuple(sorted(FOLDER.glob("*.tsv"))))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@cache
def _files(paths: tuple[Path, ...]) -> str:
    total = hashlib.sha256()
    for path in paths:
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()
