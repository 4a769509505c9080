"""What a citizen sees of a turn: the question that is open, the buttons, and which item it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from services.messages.payloads import AnswerSituation, ChooseItem, Payload, PickFacet, parse_payload

Message = dict[str, Any]  # as the chat API gives it
Options = Sequence[tuple[str, Payload]]  # (label, what the button says)
_KINDS = {"situation": (AnswerSituation,), "item": (PickFacet, ChooseItem)}


@dataclass(frozen=True)
class Question:
    """About his case, or which item he means; ``text`` is what he reads."""

    kind: Literal["situation", "item"]
    options: Options
    text: str


def question(messages: Sequence[Message]) -> Question | None:
    """The last question of the turn."""
    for message in reversed(messages):
        options = [(o.get("label") or o.get("name") or "", parse_payload(o["payload"])) for o in _buttons(message)]
        for kind, classes in _KINDS.items():
            if found := [(label, payload) for label, payload in options if isinstance(payload, classes)]:
                return Question(kind, found, message["text"])  # type: ignore[arg-type]
    return None


def payloads(message: Message) -> list[str]:
    """Of every button below a message, the items of a list among them."""
    return [o["payload"] for o in _buttons(message)]


def key_of(options: Options) -> str:
    """Tells whether the same is asked again."""
    return " ".join(str(payload) for _, payload in options)


def about_another(message: Message, guide_id: str) -> bool:
    """Whether the message shows another item than this."""
    return message["type"] in ("guide", "materials", "answer") and message.get("guide_id") not in (None, guide_id)


def _buttons(message: Message) -> list[dict[str, Any]]:
    return [*(message.get("items") or []), *(message.get("choices") or [])]
