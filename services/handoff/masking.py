"""What somebody who does not own a conversation may see of it: the run of it, without personal values."""

from __future__ import annotations

from typing import Any

from common.masking import mask
from services.messages.model import Message, message_adapter

_KEPT = {"id", "type", "sender", "created_at", "guide_id", "form_id", "appointment_id", "ticket_number", "state", "seq"}
_HIDDEN = {"value", "ics_url", "qr_url", "form_pdf_url", "url", "code", "number", "payload"}


def masked_message(message: Message) -> Message:
    """The same message with personal values masked, filled-in values hidden and links that open something removed."""
    data = message.model_dump(mode="python")
    keep_code = message.type == "notice"
    return message_adapter.validate_python(_masked(data, None, keep_code))


def masked(value: Any) -> Any:
    """Any JSON-like value in the same way."""
    return _masked(value, None, False)


def _masked(value: Any, key: str | None, keep_code: bool) -> Any:
    if isinstance(value, dict):
        return {k: _masked(v, k, keep_code) for k, v in value.items()}
    if isinstance(value, list):
        return [_masked(v, key, keep_code) for v in value]
    if key == "code" and keep_code:
        return value
    if key in _HIDDEN and isinstance(value, str):
        return "***"
    return mask(value) if isinstance(value, str) and key not in _KEPT else value
