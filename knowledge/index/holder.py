"""Opening an index beside the one in use: read, passed through the gate, tried once. Whoever swaps it in replaces one reference."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from knowledge.index.encoder import Encoder, serving_encoder
from knowledge.index.files import IndexFolder
from knowledge.index.gate import gate
from knowledge.index.model import Index
from knowledge.model import PublishedGuide
from knowledge.search.engine import Searcher


class GateClosed(Exception):
    """The index on disk does not hold what is published."""


class IndexHolder:
    """Opens indexes one after another with one encoder, which is loaded once."""

    def __init__(self, encoder: str):
        self._chosen = encoder
        self._encoder: Encoder | None = None
        self._loading = threading.Lock()

    def encoder(self) -> Encoder:
        """Takes seconds the first time with other encoders than the bundled one."""
        with self._loading:
            return self._loaded()

    def load(self, folder: IndexFolder, fingerprint: str, published: Sequence[PublishedGuide], *, like: Index | None = None) -> Searcher:
        """``like``: the index in use, see :meth:`IndexFolder.load`. Raises :class:`GateClosed`, or what reading the files raises."""
        return self.open(folder.load(fingerprint, like=like), published)

    def open(self, index: Index, published: Sequence[PublishedGuide]) -> Searcher:
        """The same for an index in memory. Raises :class:`GateClosed`."""
        findings = gate(index, published)
        if findings:
            raise GateClosed(", ".join(f"{f.guide_id}: {f.reason}" for f in findings[:10]))
        searcher = Searcher(index=index, encoder=self.encoder())
        searcher.search("预热", region="000000", top_k=1)  # so that the first citizen does not pay for cold pages
        return searcher

    def _loaded(self) -> Encoder:
        self._encoder = self._encoder or serving_encoder(self._chosen)
        return self._encoder
