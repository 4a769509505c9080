"""Vectors that were computed once are not computed again: a new version of one guide costs its own passages only."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from knowledge.index.encoder import Encoder, Vectors

_BATCH = 32
Progress = Callable[[int, int], None]


class VectorCache:
    """One file per encoder. Not safe for two writers at once: whoever builds holds the index lock."""

    def __init__(self, folder: Path, encoder: Encoder):
        self._encoder = encoder
        self._path = folder / f"vectors-{hashlib.sha256(encoder.name.encode()).hexdigest()[:16]}.npz"
        self._known: dict[str, Vectors] = {}
        if self._path.exists():
            with np.load(self._path) as stored:
                self._known = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))
        self._stored = len(self._known)

    def queries(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        return self._vectors("q", texts, self._encoder.queries, progress)

    def documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        return self._vectors("d", texts, self._encoder.documents, progress)

    def _vectors(self, role: str, texts: Sequence[str], encode: Callable[[list[str]], Vectors], progress: Progress | None) -> Vectors:
        keys = [_key(role, text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        todo = sorted(missing.items(), key=lambda row: len(row[1]))  # of like length, a batch keeps all cores busy to its end: half the time
        for at in range(0, len(todo), _BATCH):
            batch = todo[at : at + _BATCH]
            self._known |= zip([key for key, _ in batch], encode([text for _, text in batch]), strict=True)
            if progress:
                progress(len(texts) - len(todo) + at + len(batch), len(texts))
        if progress:
            progress(len(texts), len(texts))
        return np.stack([self._known[key] for key in keys]) if keys else np.zeros((0, self._encoder.dimension), np.float32)

    def take(self, other: VectorCache, queries: Sequence[str]) -> None:
        """Takes over what another cache of the same encoder knows of these queries."""
        keys = {_key("q", text) for text in queries}
        self._known |= {key: vector.copy() for key, vector in other._known.items() if key in keys and key not in self._known}

    def save_if_grown(self) -> None:
        if len(self._known) > self._stored:
            self.save()

    def save(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_suffix(".tmp")
        with beside.open("wb") as file:
            np.savez(file, keys=np.array(list(self._known)), vectors=np.stack(list(self._known.values())))
        os.replace(beside, self._path)
        self._stored = len(self._known)


def _key(role: str, text: str) -> str:
    return role + hashlib.sha256(text.encode()).hexdigest()[:32]
