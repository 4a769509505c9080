"""What is promised "here" is promised as the channel can keep it."""

from __future__ import annotations

import pytest

from channels.base import Capabilities
from channels.rendering import plan
from channels.scripts import script_of, written
from services.conversations.service import worded
from services.messages.model import Handoff, Message, Text
from services.tickets.model import words

PROMISES = [name for name, text in words()["to_citizen"].items() if "{promise}" in text]


def told(name: str) -> Handoff:
    text = words()["to_citizen"][name].format(number="GD1", promise="3月19日（周四）11:00", note="已经更正。")
    return Handoff(seq=1, state="ticket", ticket_number="GD1", text=text, sender="system")


def shown(message: Message, *, push: bool) -> str:
    with written(script_of([message])):
        return "\n".join(part.text for part in plan([message], capabilities=Capabilities(push=push), room=None) if part.kind == "text")


@pytest.mark.parametrize("name", PROMISES)
@pytest.mark.parametrize("voice", ["hans", "hant"])
def test_where_answers_are_fetched_he_is_told_how(name: str, voice: str) -> None:
    message = told(name).model_copy(update={"text": worded(told(name).text, voice)})  # type: ignore[arg-type]
    said = shown(message, push=False)
    assert worded("前答复。到时在这里回复“继续”，就能看到", voice) in said and worded("在这里回复您", voice) not in said  # type: ignore[arg-type]
    assert shown(message, push=True) == message.text


def test_there_are_promises_and_the_answer_itself_promises_nothing() -> None:
    assert len(PROMISES) >= 3
    assert shown(told("replied"), push=False) == told("replied").text


def test_what_an_agent_says_stays_as_he_said_it() -> None:
    assert "在这里回复您" in shown(Text(seq=1, sender="agent", text="明天在这里回复您。"), push=False)
