"""Texts for the ear: no marks, no links, no buttons; lists are counted, codes and telephones spelled, times said, sentences short.

What stands for what is in ``voice.yml``. The 12345 hotline and its like read this aloud as it stands.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from channels.numbers import read
from channels.plain import channel_words
from channels.scripts import written

_STOPS = tuple("。！？；：，、.!?;:,")
_ENTRY = re.compile(r"^(\d{1,2})[.、．]\s*")
_MARK = re.compile(r"^([1-5]) (?=\D)")
_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3]):([0-5]\d)(?!\d)")
_RANGE = re.compile(r"\s*[–—~-]\s*")
_HIDDEN = re.compile(r"[0-9A-Za-z]*\*{2,}([0-9A-Za-z]+)")
_TOKEN = re.compile(r"(?<![0-9A-Za-z.])[0-9A-Za-z]+(?:-[0-9A-Za-z]+)*")


def aloud(text: str) -> str:
    """One line that a voice can read: a line's end is a pause."""
    for pattern, said in _instead():
        text = pattern.sub(said, text)
    lines = [_line(line.strip()) for line in text.splitlines()]
    return "".join(line if line.endswith(_STOPS) else f"{line}。" for line in lines if line)


def _line(line: str) -> str:
    line = _rewritten("first", line)
    line = _ENTRY.sub(lambda found: _words()["ordinal"].format(_numeral(int(found[1]))), line)
    line = _MARK.sub(lambda found: _words()["mark"].format(found[1]), line)
    line = _clocks(line)
    line = _HIDDEN.sub(lambda found: _words()["tail"].format(_spelled(found[1])), line)
    line = _TOKEN.sub(_token, line)
    return _rewritten("then", line)


def _clocks(line: str) -> str:
    """``14:00–15:30`` → 下午2点到3点30分."""
    words, said, at, late = _words(), "", 0, False
    for found in _CLOCK.finditer(line):
        between, hour, minute = line[at : found.start()], int(found[1]), int(found[2])
        goes_on = bool(at) and _RANGE.fullmatch(between) is not None and late
        late = hour > 12
        named = goes_on or re.search(f"(?:{words['after_noon']})$", between)
        said += between + (words["clock"]["after_noon"] if late and not named else "") + _clock(hour - 12 if late else hour, minute)
        at = found.end()
    return said + line[at:]


def _clock(hour: int, minute: int) -> str:
    words = _words()["clock"]
    rest = "" if minute == 0 else words["few" if minute < 10 else "minutes"].format(minute)
    return words["hour"].format(hour) + rest


def _token(found: re.Match[str]) -> str:
    """A code, a telephone or an account is spelled; what counts something is read as the number that it is."""
    token, behind = found[0], found.string[found.end() :].lstrip()
    word = not re.search(r"\d", token) and not token.isupper()  # a code need have no figure in it
    if word or len(token.replace("-", "")) < _words()["spelled"]:
        return token
    if token.isdigit() and re.match(f"\\.\\d|{_words()['units']}", behind):
        return token
    return "，".join(_spelled(part) for part in token.split("-")) if _is_name(token) else token


def _is_name(token: str) -> bool:
    """Not ``10-20000``, which is from one number to another: a telephone has three figures or more in front, a code has letters."""
    return "-" not in token or not token.replace("-", "").isdigit() or all(len(part) >= 3 for part in token.split("-"))


def _spelled(token: str) -> str:
    return " ".join(token)


def _numeral(number: int) -> str:
    """Of 1 to 99, as it is spoken."""
    names = _words()["numerals"]
    tens, ones = divmod(number, 10)
    if tens == 0:
        return str(names[number])
    return (names[tens] if tens > 1 else "") + names[10] + (names[ones] if ones else "")


def _rewritten(part: str, line: str) -> str:
    for pattern, said in _rules(part):
        line = pattern.sub(said, line)
    return line


@cache
def _rules(part: str) -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern), said) for pattern, said in _words()[part]]


@cache
def _instead() -> list[tuple[re.Pattern[str], str]]:
    """What the channel says to somebody who types, in either script, and what is said to somebody who listens."""
    found = []
    for name, said in _words()["instead"].items():
        for typed in _in_both_scripts(name):
            found.append((re.compile(re.escape(typed).replace(re.escape("{}"), r"\d+")), said))
    return found


def _in_both_scripts(name: str) -> list[str]:
    with written("hans"):
        simplified = str(channel_words()[name])
    with written("hant"):
        return [simplified, str(channel_words()[name])]


def _words() -> dict[str, Any]:
    return read(Path(__file__).parent, "voice")
