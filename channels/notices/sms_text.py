"""What an SMS says and how many it is counted as: approved templates, variables within their bounds, 【signature】 and text counted together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from channels.numbers import read

_VARIABLE = re.compile(r"\$\{([a-z]+)\}")


@dataclass(frozen=True)
class Sms:
    """``params`` fill the provider's copy of the template; ``text`` is what arrives, with the signature in front."""

    params: dict[str, str]
    text: str

    @property
    def segments(self) -> int:
        """How many messages the provider counts."""
        return segments(len(self.text))


def book() -> dict[str, Any]:
    """``sms.yml``, in the script that is written in just now (:func:`channels.scripts.written`)."""
    return read(Path(__file__).parent, "sms")


def segments(length: int) -> int:
    """Of so many characters, half or full width alike; the signature and its brackets count."""
    limits = book()["limits"]
    return 1 if length <= limits["single"] else -(-length // limits["part"])


def compose(*, kind: str, facts: Mapping[str, str], sign: str) -> Sms:
    """:raises KeyError: the template has a variable that ``facts`` do not fill."""
    template = book()["templates"][kind]
    params = {name: _cut(facts[name], book()["limits"]["variable"]) for name in _VARIABLE.findall(template)}
    for name, least in book()["shrinks"].items():
        if name in params:
            params = _saving(template, params, name, least, sign)
    return Sms(params, _filled(template, params, sign))


def _saving(template: str, params: dict[str, str], name: str, least: int, sign: str) -> dict[str, str]:
    """Cuts a variable just so far that one message less is counted, if that can be done."""
    length = len(_filled(template, params, sign))
    limits, now = book()["limits"], segments(length)
    room = limits["single"] if now <= 2 else (now - 1) * limits["part"]
    keep = len(params[name]) - (length - room)
    return params if now == 1 or not least <= keep < len(params[name]) else {**params, name: _cut(params[name], keep)}


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _filled(template: str, params: Mapping[str, str], sign: str) -> str:
    return f"【{sign}】" + _VARIABLE.sub(lambda found: params[found[1]], template)


def faults() -> list[str]:
    """What a provider would refuse in the templates here; empty when all is well."""
    limits, found = book()["limits"], []
    for kind, template in book()["templates"].items():
        names = _VARIABLE.findall(template)
        if len(set(names)) < len(names):
            found.append(f"{kind}: a variable stands twice")
        if set(names) & set(limits["forbidden_names"]):
            found.append(f"{kind}: a name of a variable is not allowed")
        if set("【】") & set(template) or "$" in _VARIABLE.sub("", template):
            found.append(f"{kind}: brackets of a signature, or a broken variable")
        if len(template) + limits["variable"] * len(names) > limits["whole"] - 22:
            found.append(f"{kind}: may become longer than {limits['whole']} characters")
    return found
