"""A citizen's things as his page is read: plain words beside the fields, in the script he chose there."""

from __future__ import annotations

from typing import Any

from sanic import Request

from services.conversations.service import in_script, preferred_script
from services.messages.model import Message
from services.messages.rendering import with_text


def as_read(request: Request, message: Message) -> Any:
    """The message of the same type. What the citizen wrote himself stays as he wrote it. The script is his page's setting, which it sends as
    ``Accept-Language``."""
    return in_script(with_text(message), preferred_script(request.headers.get("accept-language")))
