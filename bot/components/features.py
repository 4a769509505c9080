"""What every component of the pipeline knows of one message; made once by the normaliser, carried on the message."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer

from components.encoder import encode
from components.reading.normalise import normalise

READING = "reading"
_NGRAMS = HashingVectorizer(analyzer="char", ngram_range=(1, 3), n_features=2**14, alternate_sign=False, norm="l2", lowercase=False)


@dataclass(frozen=True)
class Reading:
    """A message as written and as understood. Features are computed on first use: what a cheap look decides costs no encoding."""

    written: str
    normal: str

    @property
    def payload(self) -> bool:
        """Whether it is a tapped button (``/intent{...}``), which needs no understanding."""
        return self.written.startswith("/")

    @cached_property
    def vector(self) -> np.ndarray:
        """384 float32, unit length."""
        return encode(self.normal)

    @cached_property
    def ngrams(self) -> csr_matrix:
        """Hashed counts of 1–3 characters with the ends marked, shape (1, 16384), unit length."""
        return ngrams([self.normal])


def ngrams(texts: list[str]) -> csr_matrix:
    """Hashed character n-grams of normalised texts, shape ``(len(texts), 16384)``."""
    return _NGRAMS.transform([f"^{t}$" for t in texts])


def reading_of(message: Message) -> Reading:
    """The reading on the message; made here when the normaliser has not run (training)."""
    reading = message.get(READING)
    if reading is None:
        written = (message.get(TEXT) or "").strip()
        reading = Reading(written, written if written.startswith("/") else normalise(written))
        message.data[READING] = reading
    return reading
