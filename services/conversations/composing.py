"""From what an action staged and what the engine rendered to the messages that are stored."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from services.conversations.model import EngineReply, Staged, Utter
from services.messages.model import Choice, Choices, Message, Notice, Outcome, Text, message_adapter
from services.messages.payloads import Human
from services.messages.rendering import with_text


@cache
def _words() -> dict[str, Any]:
    return yaml.safe_load((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))


def notice(code: str, *, sender: str = "bot") -> Notice:
    """A notice whose words do not depend on the engine."""
    return Notice(code=code, text=_words()["notices"][code], sender=sender)


def unavailable() -> list[Message]:
    """What the citizen sees when a turn failed: the truth, and a way on."""
    human = Choice(label=_words()["buttons"]["human"], payload=str(Human()))
    return [notice("service.unavailable", sender="system"), with_text(Choices(prompt=_words()["buttons"]["human"] + "？", choices=[human]))]


def compose(reply: EngineReply, staged: Staged | None) -> list[Message]:
    """Messages in order. The k-th sentence an action asked for is the k-th one the engine rendered."""
    if staged is None:
        return [m for output in reply.outputs if (m := _from_output(output))]
    rendered = iter([o for o in reply.outputs if o.get("response") or o.get("text")])
    return [_sentence(e, next(rendered, {}).get("text") or "") if isinstance(e, Utter) else with_text(e) for e in staged.entries]


def default_outcome(reply: EngineReply) -> Outcome:
    """The outcome of a turn that the engine answered by itself: a response may carry one in ``custom.outcome``."""
    code = next((c["outcome"] for o in reply.outputs if (c := o.get("custom") or {}).get("outcome")), "answered")
    return Outcome(code=code)


def _sentence(utter: Utter, text: str) -> Message:
    if utter.notice:
        return Notice(code=utter.notice, text=text)
    if utter.choices:
        return with_text(Choices(prompt=text, choices=utter.choices))
    return Text(text=text)


def _from_output(output: dict[str, Any]) -> Message | None:
    custom, text = output.get("custom") or {}, output.get("text") or ""
    if custom.get("type") == "notice":
        known = _words()["notices"].get(custom["code"])
        return Notice(code=custom["code"], text=known or text)
    if custom.get("type"):
        return with_text(message_adapter.validate_python(custom))
    buttons = output.get("buttons") or []
    if buttons:
        return with_text(Choices(prompt=text, choices=[Choice(label=b["title"], payload=b["payload"]) for b in buttons]))
    return Text(text=text) if text else None
