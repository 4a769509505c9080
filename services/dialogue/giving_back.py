"""A place that is only kept for him, and that he does not want after all."""

from __future__ import annotations

from services.dialogue import sentences
from services.dialogue.assistant import Assistant
from services.dialogue.refusals import refused
from services.dialogue.scene import Scene
from services.messages.rendering import with_text


async def gives_back(assistant: Assistant, scene: Scene) -> bool:
    """ "不约了", "算了" to a place that waits for his yes: somebody else may have it at once. What is booked is not touched by that."""
    asked = scene.turn.state
    if asked.pending != "confirm_slot" or scene.turn.kind != "text" or not sentences.gives_up(scene.text):
        return False
    active = await assistant.appointments.active(person_id=scene.turn.person_id)
    held = next((a for a in active if a.id == asked.appointment_id and a.state == "held"), None)
    if held is None:
        return False
    with refused(scene):
        given = await assistant.appointments.cancel(appointment_id=held.id, person_id=scene.turn.person_id, turn_id=scene.turn.id)
        scene.close_question()
        scene.update(appointment_id=None, moving=None, goal="overview")
        scene.show(with_text(assistant.appointments.message(given)))
        scene.say("utter_booking_cancelled")
        scene.conclude("answered", section="booking")
    return True
