"""Typing mistakes that sound right: 公基金 for 公积金, 驾使证 for 驾驶证. Only what no guide says anywhere is taken for a mistake."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from knowledge.schema.guide import Guide
from knowledge.service import Knowledge, PublishedGuide
from services.dialogue.lexicon import entries, simplified

_LENGTHS = (3, 4)  # characters of a name; two characters sound like too many other things
_LEAST = 2  # names of items that bear it


@dataclass(frozen=True)
class Spelled:
    """A text as it was meant, and the things in it that were misspelt (as they are written)."""

    text: str
    things: tuple[str, ...] = ()


@dataclass(frozen=True)
class Speller:
    """``names`` by their sound; ``known`` are all pieces of what the guides say, and ``words`` all pairs of characters."""

    names: dict[tuple[str, ...], str]
    known: frozenset[str]
    words: frozenset[str]

    def mend(self, text: str) -> Spelled:
        """The text with every misspelt name in its right spelling; as long as before."""
        plain, things = simplified(text), []
        for length in _LENGTHS:
            for at in range(len(plain) - length + 1):
                piece = plain[at : at + length]
                name = self.names.get(_sounds(piece))
                if name and piece != name and piece not in self.known and self._is_a_slip(plain, at, name):
                    plain = plain[:at] + name + plain[at + length :]
                    things.append(name)
        return Spelled(plain, tuple(things)) if things else Spelled(text)

    def _is_a_slip(self, text: str, at: int, name: str) -> bool:
        """One wrong character, which makes no word with its neighbour beyond the name: in "许可怎么" nothing is misspelt."""
        wrong = [i for i, right in enumerate(name) if text[at + i] != right]
        if len(wrong) != 1:
            return False
        place = at + wrong[0]
        outside = [text[place : place + 2]] if wrong[0] == len(name) - 1 else [text[place - 1 : place + 1]] if wrong[0] == 0 and place else []
        return not any(pair in self.words for pair in outside)


def spelled(knowledge: Knowledge, text: str) -> Spelled:
    """``text`` as it was meant, by the guides that are published now."""
    guides = knowledge.guides()
    return _speller(_Edition(tuple((g.id, g.version) for g in guides), guides)).mend(text)


@dataclass(frozen=True)
class _Edition:
    key: tuple[tuple[str, int], ...]
    guides: Sequence[PublishedGuide] = field(compare=False)


@lru_cache(maxsize=2)
def _speller(edition: _Edition) -> Speller:
    ends = re.compile(entries()["spelling"]["ends"])
    counted: Counter[str] = Counter()
    known: set[str] = set()
    words: set[str] = set()
    for published in edition.guides:
        guide = published.guide
        counted.update({p for name in (guide.name, guide.topic, *guide.aliases) for p in _pieces(name) if ends.search(p)})
        for text in _said_by(guide):
            known.update(_pieces(text))
            words.update(pair for i in range(len(text) - 1) if re.fullmatch(r"[\u4e00-\u9fff]{2}", pair := text[i : i + 2]))
    names = {_sounds(name): name for name, times in sorted(counted.items(), key=lambda pair: pair[1]) if times >= _LEAST}
    return Speller(names, frozenset(known), frozenset(words))


def _said_by(guide: Guide) -> Iterator[str]:
    yield from (guide.name, guide.topic, guide.summary, *guide.aliases, *guide.conditions)
    yield from (f"{e.q}{e.a}" for e in guide.faq)
    yield from (f"{m.name}，{m.note or ''}" for m in guide.materials)
    yield from (f"{s.name}，{s.what}" for s in guide.steps)


def _pieces(text: str) -> Iterator[str]:
    for run in re.findall(r"[\u4e00-\u9fff]+", text):
        for length in _LENGTHS:
            yield from (run[at : at + length] for at in range(len(run) - length + 1))


def _sounds(text: str) -> tuple[str, ...]:
    return tuple(_sound(character) for character in text)


@cache
def _sound(character: str) -> str:
    """Its first reading without tone, in the few sounds that southern speakers tell apart; itself when it has none."""
    from pypinyin import Style, pinyin_dict  # loaded when the first sentence is looked at, not by every process that imports this
    from pypinyin.style import convert

    readings = pinyin_dict.pinyin_dict.get(ord(character))
    if not readings:
        return character
    sound: str = convert(readings.split(",")[0], Style.NORMAL, strict=False)
    for pattern, merged in entries()["spelling"]["one_sound"].items():
        sound = re.sub(pattern, merged, sound)
    return sound
