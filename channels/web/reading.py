"""What a page is given outside of the talk, as it is read there: plain words beside the fields, in the script chosen there."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson
from sanic import Request

from services.conversations.service import in_script, preferred_script, worded
from services.messages.model import Message
from services.messages.rendering import with_text


def as_read(request: Request, message: Message) -> Any:
    """The message of the same type. What the citizen wrote himself stays as he wrote it. The script is his page's setting, which it sends as
    ``Accept-Language``."""
    return in_script(with_text(message), preferred_script(request.headers.get("accept-language")))


_KEYS = {"guide_id", "id", "unit", "value", "url", "when"}  # of what clients look words up by, or compare


def guide_as_read(request: Request, view: dict[str, Any]) -> dict[str, Any]:
    """A guide, every word of it, in the script asked for by ``Accept-Language``; ids, conditions and units as published."""
    return _in_traditional(orjson.dumps(view)) if preferred_script(request.headers.get("accept-language")) == "hant" else view


@lru_cache(maxsize=256)  # a hundredth of a second each
def _in_traditional(view: bytes) -> dict[str, Any]:
    return _traditional(orjson.loads(view))


def _traditional(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: inner if key in _KEYS else _traditional(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_traditional(inner) for inner in value]
    return worded(value, "hant") if isinstance(value, str) and not value.isascii() else value
