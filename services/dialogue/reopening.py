"""Putting an open question again: after a side question, or when the answer fitted nothing. The same buttons, no card twice."""

from __future__ import annotations

from knowledge.guidance.situations import find_situation
from services.dialogue.assistant import Assistant
from services.dialogue.going_on import ask_situation, next_steps
from services.dialogue.scene import Scene, button
from services.messages.payloads import ContinueForm

_MANY = 8  # offers beyond this (the times of a week) are not listed again
_AGAIN = {
    "item": "utter_which_of_these",
    "hall": "utter_ask_hall",
    "confirm_slot": "utter_slot_waiting",
    "confirm_form": "utter_form_ready_waiting",
}


async def ask_again(assistant: Assistant, scene: Scene) -> None:
    """The open question once more; without one, what can be done next."""
    state = scene.state
    published = assistant.knowledge.guide(state.guide_id) if state.guide_id else None
    question = find_situation(published.guide, state.situation) if published and state.situation else None
    if state.pending == "situation" and published and question:
        ask_situation(scene, published, question)
    elif state.pending == "field" and state.form_id:
        scene.suggest("utter_form_waiting", [button("keep_filling_form", ContinueForm(form_id=state.form_id))])
    elif state.pending == "slot":
        scene.say("utter_pick_slot_waiting")
    elif state.pending in _AGAIN and 0 < len(state.offers) <= _MANY:
        scene.ask(_AGAIN[state.pending], state.offers, pending=state.pending)
    elif state.pending == "none" and published:
        next_steps(scene, published)
    cited = (published.id, published.version) if published else None
    scene.conclude("clarifying" if state.pending != "none" else "answered", guide=cited)
