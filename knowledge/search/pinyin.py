"""What a text sounds like, so that a homophone typed by mistake still matches (深份证 ~ 身份证).

One syllable per character, without tone: reading in context would need pypinyin's phrase tables (50 MB), and both sides
of the comparison are read the same way. The table of single characters is made once, at index time, and stored with the index.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_FIRST, _LAST = 0x4E00, 0x9FFF
# Sounds that southern speakers do not tell apart are one sound here.
_MERGED_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_MERGED_FINALS = (("ing", "in"), ("eng", "en"), ("ang", "an"))


class Sounds:
    """``table[code point − 0x4E00]`` is a place in ``syllables``."""

    def __init__(self, syllables: list[str], table: npt.NDArray[np.uint16]):
        self.syllables = syllables
        self.table = table

    @classmethod
    def build(cls) -> Sounds:
        from pypinyin import Style, pinyin_dict
        from pypinyin.style import convert

        places: dict[str, int] = {"": 0}
        table = np.zeros(_LAST - _FIRST + 1, np.uint16)
        for code in range(_FIRST, _LAST + 1):
            readings = pinyin_dict.pinyin_dict.get(code)
            if readings:
                syllable = _merge(convert(readings.split(",")[0], Style.NORMAL, strict=False))
                table[code - _FIRST] = places.setdefault(syllable, len(places))
        return cls(list(places), table)

    def of(self, text: str) -> list[str]:
        """The syllables of a text; what is not a Chinese character stands for itself."""
        return [self._one(character) for character in text]

    def _one(self, character: str) -> str:
        code = ord(character)
        place = int(self.table[code - _FIRST]) if _FIRST <= code <= _LAST else 0
        return self.syllables[place] if place else character


def _merge(syllable: str) -> str:
    for long, short in _MERGED_INITIALS:
        if syllable.startswith(long):
            syllable = short + syllable[len(long) :]
    for long, short in _MERGED_FINALS:
        if syllable.endswith(long):
            syllable = syllable[: -len(long)] + short
    return syllable.replace("ü", "v")
