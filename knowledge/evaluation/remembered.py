"""Vectors of the evaluation questions, computed once: replays ask the same ones again and again, and encoding is nearly all of the cost.

Kept in ``<home>/index/replay/``; what an index build left in the workshop's cache is taken over. Citizens' own sentences are
remembered in memory only, a few of them.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

import numpy as np

from knowledge.evaluation.questions import read_questions
from knowledge.index.encoder import Encoder, Vectors
from knowledge.index.vector_cache import VectorCache
from knowledge.search.normalise import normalise

_OTHERS = 500


class RememberedQuestions:
    """An :class:`Encoder` that encodes a question once. One replay at a time."""

    def __init__(self, encoder: Encoder, *, folder: Path, workshop: Path):
        self.name, self.dimension, self.documents = encoder.name, encoder.dimension, encoder.documents
        self._encoder, self._cache = encoder, VectorCache(folder, encoder)
        self._cache.take(VectorCache(workshop, encoder), wanted := [normalise(q.text) for q in read_questions()])
        self._known, self._others = set(wanted), OrderedDict[str, Vectors]()
        self._lock = threading.Lock()

    def queries(self, texts: list[str]) -> Vectors:
        with self._lock:
            return np.stack([self._cache.queries([text])[0] if text in self._known else self._other(text) for text in texts])

    def keep(self) -> None:
        """Writes down what was encoded since."""
        with self._lock:
            self._cache.save_if_grown()

    def _other(self, text: str) -> Vectors:
        if text not in self._others:
            self._others[text] = self._encoder.queries([text])[0]
        self._others.move_to_end(text)
        if len(self._others) > _OTHERS:
            self._others.popitem(last=False)
        return self._others[text]
