"""Traditional characters for those who prefer them: every visible string of a message, ids and payloads untouched."""

from __future__ import annotations

import contextlib
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from opencc import OpenCC

from services.conversations.state import Script, Voice
from services.messages.model import Message, message_adapter

_HIDDEN = {
    "id",
    "type",
    "code",
    "payload",
    "guide_id",
    "form_id",
    "section",
    "aspect",
    "state",
    "url",
    "ics_url",
    "qr_url",
    "form_pdf_url",
    "slot_id",
    "episode_id",
    "appointment_id",
    "case_id",
    "number",
    "sender",
    "created_at",
    "source",
    "waived_by",
    "missing",
    "ticket_number",
}


@cache
def _converter(config: str) -> OpenCC:
    return OpenCC(config)


def prepare() -> None:
    """Reads the dictionaries, a tenth of a second each, before anybody waits for them. Called once by a process that serves."""
    for config in ("t2s", "s2t", "s2hk"):
        _converter(config).convert("")


def _traditional(text: str) -> str:
    found = _converter("s2hk").convert(text)
    for wrong, right in _mended().items():
        found = found.replace(wrong, right)
    return found


@cache
def _mended() -> dict[str, str]:
    """``traditional.yml``: what the dictionaries take for another word, and what it is."""
    return yaml.safe_load((Path(__file__).parent / "traditional.yml").read_text(encoding="utf-8"))


def written_in(text: str) -> Script | None:
    """The script a sentence is written in, or None when it could be either."""
    simplified, traditional = _converter("t2s").convert(text) != text, _converter("s2t").convert(text) != text
    if simplified and not traditional:
        return "hant"
    return "hans" if traditional and not simplified else None


def leaning(text: str) -> Script:
    """The script that most of a text is in, for words that are to be put beside it; simplified when nothing tells."""
    told = {config: sum(a != b for a, b in zip(text, _converter(config).convert(text), strict=False)) for config in ("t2s", "s2hk")}
    return "hant" if told["t2s"] > told["s2hk"] else "hans"


def worded(text: str, voice: Voice) -> str:
    """Words of our own as somebody reads them (Hong Kong forms)."""
    return text if voice == "hans" else _traditional(text)


_HANT = {"zh-hant", "zh-hk", "zh-mo", "zh-tw"}


def preferred_script(accept_language: str | None) -> Script:
    """What a browser asks for (RFC 9110 Accept-Language), for somebody of whom nothing else is known: its first Chinese decides."""
    asked: list[tuple[float, str]] = []
    for part in (accept_language or "").split(","):
        tag, _, parameter = part.strip().lower().partition(";")
        name, _, value = parameter.strip().partition("=")
        with contextlib.suppress(ValueError):
            asked.append((float(value) if name == "q" else 1.0, tag.strip()))
    chinese = [tag for weight, tag in sorted(asked, key=lambda a: -a[0]) if weight > 0 and tag.split("-")[0] == "zh"]
    return "hant" if chinese and any(chinese[0] == t or chinese[0].startswith(f"{t}-") for t in _HANT) else "hans"


def in_script(message: Message, voice: Voice) -> Message:
    """The message as it is shown (Hong Kong forms); with ``hant_text`` the official names in its fields stay as published."""
    if voice == "hans":
        return message
    kept = _HIDDEN if voice == "hant" else _HIDDEN | {"name"}
    return message_adapter.validate_python(_convert(message.model_dump(mode="python"), None, kept))


def _convert(value: Any, key: str | None, kept: set[str]) -> Any:
    if isinstance(value, dict):
        # An option's value is a key, a guide's summary is words.
        return {k: _convert(v, "words" if key == "summary" and k == "value" else k, kept) for k, v in value.items()}
    if isinstance(value, list):
        return [_convert(v, key, kept) for v in value]
    return _traditional(value) if isinstance(value, str) and key not in kept and key != "value" else value
