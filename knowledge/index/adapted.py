"""What the bundled encoder learned from our questions, and its file with that put in (ADR 15).

Only the half-precision scale of each block of 32 weights, the biases, the norms and the positions were trained, none of the
4-bit codes: so nothing is rounded away, and the engine runs the new file as fast as the old one. Queries alone are encoded with
it; the passages of the guides stay where the bundled encoder puts them, and the queries were taught to meet them there.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from common.settings import ROOT, settings
from knowledge.index.e5file import E5File, bundled_file, read_e5

SHIPPED = Path(__file__).parent / "adaptation.npz"
HEAD_SCALE = 20.0  # cosines of the head are this much apart
_SCALES, _FLOATS = "scales:", "floats:"


@dataclass(frozen=True)
class Adaptation:
    """``scales``: relative changes of block scales, ``floats``: changes of other tensors (their first rows), by tensor name.

    ``mean``: the mean of the questions it was taught, before; ``head`` (dimension, items) and ``bias`` (items,): what was learned
    beside it of each item in ``items``, so that ``HEAD_SCALE * q·(c + head) + bias`` tells them apart, with ``q`` the query without
    ``mean``, of length one, and ``c`` the centroid of the item's passages. ``taught``: digests of the questions.
    """

    scales: Mapping[str, npt.NDArray[np.float16]]
    floats: Mapping[str, npt.NDArray[np.float16]]
    mean: npt.NDArray[np.float32]
    head: npt.NDArray[np.float16]
    bias: npt.NDArray[np.float32]
    items: tuple[str, ...]
    taught: npt.NDArray[np.uint64]
    digest: str = ""  # of the file it was read from, eight hexadecimal digits

    def save(self, path: Path) -> None:
        named = {_SCALES + name: part for name, part in self.scales.items()} | {_FLOATS + name: part for name, part in self.floats.items()}
        rest = {"mean": self.mean, "head": self.head, "bias": self.bias, "items": np.array(self.items, np.str_), "taught": self.taught}
        np.savez_compressed(path, **named, **rest)  # type: ignore[arg-type]

    @classmethod
    def load(cls, path: Path) -> Adaptation:
        content = path.read_bytes()
        with np.load(io.BytesIO(content)) as stored:
            parts = dict(stored)
        scales = {name.removeprefix(_SCALES): part for name, part in parts.items() if name.startswith(_SCALES)}
        floats = {name.removeprefix(_FLOATS): part for name, part in parts.items() if name.startswith(_FLOATS)}
        items, digest = tuple(parts["items"].tolist()), hashlib.sha256(content).hexdigest()[:8]
        return cls(scales, floats, parts["mean"], parts["head"], parts["bias"], items, parts["taught"], digest)

    def was_taught(self, text: str) -> bool:
        """``text`` is normalised."""
        digest = question_digest(text)
        at = int(np.searchsorted(self.taught, digest))
        return at < len(self.taught) and bool(self.taught[at] == digest)


def question_digest(text: str) -> np.uint64:
    return np.frombuffer(hashlib.sha256(text.encode()).digest()[:8], "<u8")[0]


@cache
def shipped() -> Adaptation:
    return Adaptation.load(SHIPPED)


def adapted_file(adaptation: Adaptation) -> Path:
    """The encoder's file with what was learned in it; made where it is not there yet (a second, 70 MB), safe for several at once."""
    path = _folder() / f"e5-{adaptation.digest}.bin"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        content = apply(adaptation, read_e5(bundled_file()))
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".making-")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(beside, path)
    return path


def _folder() -> Path:
    """Beside the source in a checkout, so that every home of it shares one; else in the home."""
    checkout = (ROOT / "pyproject.toml").exists() and os.access(ROOT, os.W_OK)
    return (ROOT / ".cache" if checkout else settings().home) / "encoder"


def apply(adaptation: Adaptation, base: E5File) -> bytes:
    """The bytes of the adapted file."""
    raw = bytearray(base.raw)
    for name, change in adaptation.scales.items():
        blocks = base.blocks(name).copy()
        blocks["scale"] = (blocks["scale"].astype(np.float32) * (1 + change.astype(np.float32))).astype("<f2")
        _put(raw, base.tensors[name].offset, blocks.tobytes())
    for name, change in adaptation.floats.items():
        changed = base.floats(name)[: change.size] + change.astype(np.float32)
        _put(raw, base.tensors[name].offset, changed.astype("<f4").tobytes())
    return bytes(raw)


def _put(raw: bytearray, offset: int, content: bytes) -> None:
    raw[offset : offset + len(content)] = content
