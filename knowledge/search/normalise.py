"""One form for every way of writing the same question: full-width, traditional and Hong Kong characters, Cantonese and dialect words."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

import yaml
from opencc import OpenCC

_SPACE = re.compile(r"\s+")
_NOISE = re.compile(r"[\u200b-\u200f\ufeff]")
_IS = re.compile("(?<![關关聯联干])係")  # Cantonese 是; OpenCC would make it 系, as is right in 關係
_REVERT = str.maketrans({"𠮶": "嗰"})  # OpenCC's simplified form, which nobody types
_LIMIT = 512  # characters; the encoder reads no more, and nobody's question needs more


@cache
def _converter() -> OpenCC:
    return OpenCC("hk2s")


@cache
def _words() -> tuple[re.Pattern[str], dict[str, str]]:
    tables = yaml.safe_load((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))
    table = {str(k): str(v) for part in tables.values() for k, v in part.items()}
    longest_first = sorted(table, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), table


def simplify(text: str) -> str:
    """Full-width to half-width, traditional (incl. Hong Kong variants) to simplified, lower case, single spaces."""
    text = _NOISE.sub("", unicodedata.normalize("NFKC", text[:_LIMIT]))
    text = _converter().convert(_IS.sub("是", text)).translate(_REVERT)
    return _SPACE.sub(" ", text).strip().lower()


def normalise(text: str) -> str:
    """The question in the guides' language: :func:`simplify`, then Cantonese and dialect words replaced (``words.yml``)."""
    pattern, table = _words()
    return pattern.sub(lambda match: table[match.group()], simplify(text))
