"""One written form for what people write: half-width, simplified, standard words. For understanding only, never for showing."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

import opencc

from components.reading.vocabulary import any_of, load

_SPACE = re.compile(r"\s+")
_REPEATED = re.compile(r"([。！？!?~～…,，、.])\1+")
_CJK = r"\u3400-\u9fff"
_SPACE_IN_CJK = re.compile(rf"(?<=[{_CJK}])\s+(?=[{_CJK}])")


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _dialect() -> tuple[re.Pattern[str], dict[str, str]]:
    table = {str(k): str(v) for k, v in load("cantonese").items()}
    return any_of(list(table)), table


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """``身份證唔見咗，點樣補領呀`` → ``身份证不见了,怎么补领呀``. Length and positions may change."""
    text = unicodedata.normalize("NFKC", text).strip().lower()
    text = _simplifier().convert(text)
    pattern, table = _dialect()
    text = pattern.sub(lambda m: table[m.group()], text)
    text = _REPEATED.sub(r"\1", _SPACE.sub(" ", text))
    return _SPACE_IN_CJK.sub("", text)


def is_traditional(text: str) -> bool:
    """Whether the text holds characters that simplification changes."""
    return _simplifier().convert(text) != text
