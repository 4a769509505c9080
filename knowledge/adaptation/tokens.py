"""Texts to the bundled encoder's tokens, as its C engine does it: the most likely way to cut a text into known pieces (unigram)."""

from __future__ import annotations

import re

from knowledge.index.e5file import E5File

_SPACE = "\u2581"
_UNKNOWN_COST = 10.0
_IMPOSSIBLE = -1e30


class Tokenizer:
    """``longest``: tokens kept, the two around them included."""

    def __init__(self, file: E5File, *, longest: int):
        self._file = file
        self._longest = longest
        self._widest = max(map(len, file.pieces))
        self._unknown_score = float(file.scores.min()) - _UNKNOWN_COST

    def __call__(self, text: str) -> list[int]:
        file = self._file
        plain = re.sub("  +", " ", "".join(file.characters.get(c, c) for c in text))
        cut = self._cut((plain if plain.startswith(" ") else " " + plain).replace(" ", _SPACE))
        return [file.bos, *cut[: self._longest - 2], file.eos]

    def _cut(self, text: str) -> list[int]:
        pieces, scores, unknown = self._file.pieces, self._file.scores, self._file.unknown
        best = [0.0] + [_IMPOSSIBLE] * len(text)
        came = [(0, unknown)] * (len(text) + 1)  # from where, by which piece
        for at in range(len(text)):
            for end in range(at + 1, min(len(text), at + self._widest) + 1):
                piece = pieces.get(text[at:end])
                if piece is not None and piece != unknown and best[at] + scores[piece] > best[end]:
                    best[end], came[end] = best[at] + scores[piece], (at, piece)
            if best[at] + self._unknown_score > best[at + 1]:
                best[at + 1], came[at + 1] = best[at] + self._unknown_score, (at, unknown)
        tokens, at = [], len(text)
        while at > 0:
            at, piece = came[at]
            tokens.append(piece)
        return tokens[::-1]
