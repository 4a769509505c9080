"""After a complaint or a request for a person was registered: "工单号多少", "什么时候给我答复", "还要等多久"."""

from __future__ import annotations

import re

from services.dialogue import lexicon
from services.dialogue.assistant import Assistant
from services.dialogue.lexicon import entries
from services.dialogue.scene import Scene, button
from services.messages.model import Handoff, Message
from services.messages.payloads import Complaint, Human

_ANSWERED_ELSEWHERE = ("complaint", "field", "confirm_form")


async def tells_of_ticket(assistant: Assistant, scene: Scene) -> bool:
    """Whether it is asked what became of what was registered in this talk; then its number and its date are said again."""
    rule, said = entries()["tickets"], lexicon.without_marks(scene.text)
    named, waits = bool(re.search(rule["named"], said)), bool(re.search(rule["waits"], said))
    if not (named or waits) or scene.state.pending in _ANSWERED_ELSEWHERE:
        return False
    messages = await assistant.conversations.messages(conversation_id=scene.turn.conversation.id, limit=2000)
    ticket = next((m for m in reversed(messages) if isinstance(m, Handoff) and m.ticket_number), None)
    if ticket is None and not re.search(rule["plainly"], said):
        return False
    if ticket is None:
        scene.suggest("utter_no_ticket", [button("complaint", Complaint()), button("human", Human())])
    elif named or _last_said(messages) is ticket:
        scene.say("utter_ticket_stands")
        scene.show(ticket.model_copy(update={"seq": 0, "id": "", "created_at": None}))
    else:
        return False
    scene.conclude("answered", section="progress")
    return True


def _last_said(messages: list[Message]) -> Message | None:
    """The last thing that was said to the citizen."""
    return next((m for m in reversed(messages) if m.sender != "citizen"), None)
