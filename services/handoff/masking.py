"""What somebody who does not own a conversation may see of it: the run of it, without personal values.

Which values are personal depends on the type of message. What comes out of a guide (its card, its answers, its materials, the
times of a hall) is public and stays whole; what a citizen wrote, filled in or booked under is hidden.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from common.masking import mask
from services.messages.model import Message, message_adapter
from services.messages.rendering import render

HIDDEN = "***"
_PUBLIC = frozenset({"guide", "answer", "materials", "item_list", "slots", "notice", "handoff", "rating"})
# A case number (20 digits) and an appointment code (8 letters and digits, see common.ids.spoken_code) as people write them.
_CASE = re.compile(r"(?<!\d)4401(?:[ -]?\d){16}(?!\d)")
_CODE = re.compile(r"(?<![0-9A-Za-z])(?!\d{8})[2-9A-HJ-NP-Z]{8}(?![0-9A-Za-z])")


def masked_message(message: Message) -> Message:
    """The same message without personal values; :data:`HIDDEN` stands where one was."""
    if message.type in _PUBLIC:
        return message
    data = message.model_dump(mode="python")
    hide = _BY_TYPE[message.type]
    hidden = message_adapter.validate_python({**data, **hide(data)})
    return hidden if message.type in ("text", "choices") else hidden.model_copy(update={"text": render(hidden)})


def masked_package(package: dict[str, Any]) -> dict[str, Any]:
    """The package of :mod:`services.handoff.reading` in the same way; situation answers and shown guides stay."""
    form, visit = package["form"], package["appointment"]
    return {
        **package,
        "summary": masked_text(package["summary"]),
        "failures": [{**f, "text": masked_text(f["text"])} for f in package["failures"]],
        "form": form and {**form, **_form(form)},
        "appointment": visit and {**visit, **_appointment(visit)},
    }


def masked_text(text: str) -> str:
    """A sentence without personal values, appointment codes and case numbers."""
    return mask(_CODE.sub("[code]", _CASE.sub("[case]", text)))


def _text(data: dict[str, Any]) -> dict[str, Any]:
    return {"text": masked_text(data["text"])}


def _choices(data: dict[str, Any]) -> dict[str, Any]:
    """The options are ours (a hall's address, say); only the sentence before them may hold a value."""
    prompt, text = masked_text(data["prompt"]), data["text"]
    known = data["prompt"] and text.startswith(data["prompt"])
    return {"prompt": prompt, "text": prompt + text.removeprefix(data["prompt"]) if known else masked_text(text)}


def _form(data: dict[str, Any]) -> dict[str, Any]:
    fields = [
        {**f, "value": f["value"] if f["value"] in (None, "") else HIDDEN, "error": f["error"] and masked_text(f["error"])} for f in data["fields"]
    ]
    return {"fields": fields, "url": HIDDEN}


def _appointment(data: dict[str, Any]) -> dict[str, Any]:
    return {"code": HIDDEN, "ics_url": HIDDEN, "qr_url": HIDDEN}


def _case(data: dict[str, Any]) -> dict[str, Any]:
    timeline = [{**t, "note": t["note"] and masked_text(t["note"])} for t in data["timeline"]]
    return {"number": HIDDEN, "timeline": timeline, "form_pdf_url": None}


_BY_TYPE: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "text": _text, "choices": _choices, "form": _form, "appointment": _appointment, "case": _case,
}  # fmt: skip
