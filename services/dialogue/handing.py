"""To a human, with everything already gathered; complaints become tickets; ratings."""

from __future__ import annotations

from typing import Any

from common.clock import today
from knowledge.guidance.situations import spoken_answers
from services.conversations.model import Effect
from services.conversations.state import Offer
from services.dialogue import sentences
from services.dialogue.assistant import Assistant
from services.dialogue.scene import Scene, answers_for, button
from services.messages.model import Rating
from services.messages.payloads import Complaint, Human
from services.messages.rendering import render_template

_ANSWERED_ELSEWHERE = ("complaint", "field", "confirm_form")
_STILL = 30 * 60  # seconds: how long after a complaint what is said may belong to it


async def hand_off(assistant: Assistant, scene: Scene) -> None:
    """ "转人工": the commit moves the conversation to the queue (or makes a ticket when nobody is there) and says so."""
    scene.effects.append(Effect(kind="handoff", data=await package(assistant, scene)))
    scene.close_question()
    scene.say("utter_handoff_started")
    scene.conclude("handed_off", guide=_cited(assistant, scene))


async def package(assistant: Assistant, scene: Scene) -> dict[str, Any]:
    """What the agent will see before he reads anything: ids and answers; personal values are read from their services when shown."""
    state, guide = scene.state, None
    situation: list[dict[str, str]] = []
    if state.guide_id:
        guide = assistant.knowledge.guide(state.guide_id).guide
        situation = [{"ask": a, "answer": b} for a, b in spoken_answers(guide, answers_for(scene, guide))]
    summary = render_template(
        "handoff_summary",
        name=guide.name if guide else None,
        situation=situation,
        said=scene.turn.masked,
        misses=state.misses,
        form=bool(state.form_id),
        appointment=bool(state.appointment_id),
    )
    return {
        "summary": summary,
        "guide_id": state.guide_id,
        "situation": situation,
        "form_id": state.form_id,
        "appointment_id": state.appointment_id,
        "reason": "asked" if state.misses < 2 else "not_understood",
        "elder": _is_elder(assistant, scene),
    }


def _is_elder(assistant: Assistant, scene: Scene) -> bool:
    return bool(scene.citizen and scene.citizen.is_elder(today(assistant.clock)))


def _cited(assistant: Assistant, scene: Scene) -> tuple[str, int] | None:
    if scene.state.guide_id is None:
        return None
    return scene.state.guide_id, assistant.knowledge.guide(scene.state.guide_id).version


async def cancel_handoff(assistant: Assistant, scene: Scene) -> None:
    """Nothing is waiting when this reaches the bot: say that it listens. What was asked before nobody waits for is not asked any more."""
    scene.close_question()
    scene.update(goal="overview", aspects=[])
    scene.say("utter_listening")
    scene.conclude("answered")


async def complaint(assistant: Assistant, scene: Scene) -> None:
    """A complaint or suggestion becomes a ticket with a number and a promise; one that says nothing yet is asked what happened."""
    if scene.state.pending != "complaint" and lately_complained(assistant, scene) and scene.text and not sentences.is_new_complaint(scene.text):
        await add_to_complaint(assistant, scene)
        return
    if scene.turn.kind != "text" or sentences.is_bare_complaint(scene.text):
        scene.close_question()
        scene.say("utter_ask_complaint")
        scene.update(pending="complaint")
        scene.conclude("clarifying")
        return
    scene.close_question()
    data = {**await package(assistant, scene), "kind": "complaint", "text": scene.turn.masked}
    scene.effects.append(Effect(kind="ticket", data=data))
    scene.update(complained=scene.turn.id, complained_at=assistant.clock.now().timestamp())
    scene.suggest("utter_complaint_received", [button("human", Human())])
    scene.conclude("handed_off", guide=_cited(assistant, scene))


def lately_complained(assistant: Assistant, scene: Scene) -> bool:
    """Whether a complaint was registered in this talk a short while ago."""
    state = scene.state
    return state.complained is not None and state.complained_at is not None and assistant.clock.now().timestamp() - state.complained_at <= _STILL


def adds_on(assistant: Assistant, scene: Scene) -> bool:
    """ "补充一下，…" shortly after a complaint."""
    return sentences.adds_on(scene.text) and scene.state.pending not in _ANSWERED_ELSEWHERE and lately_complained(assistant, scene)


async def add_to_complaint(assistant: Assistant, scene: Scene) -> None:
    """What is told after a complaint joins its ticket; what was open before stays open."""
    data = {**await package(assistant, scene), "kind": "complaint", "text": scene.turn.masked, "adds_to": scene.state.complained}
    scene.effects.append(Effect(kind="ticket", data=data))
    scene.update(complained_at=assistant.clock.now().timestamp())
    scene.say("utter_complaint_added")
    scene.conclude("handed_off", guide=_cited(assistant, scene))


async def rate(assistant: Assistant, scene: Scene, *, episode_id: str | None, value: int | None) -> None:
    """A rating of an episode. A wish to rate brings back the last one that was asked for; other praise or blame is thanked for."""
    if not episode_id and await _offered_rating(assistant, scene):
        return
    if episode_id and value:
        scene.effects.append(Effect(kind="rating", data={"episode_id": episode_id, "value": value}))
        scene.say("utter_rated_low" if value <= 2 else "utter_rated")
    else:
        scene.say("utter_rated_low" if sentences.is_displeased(scene.text) else "utter_rated")
    scene.update(pending="none", offers=[])
    scene.conclude("answered", section="rating")


async def _offered_rating(assistant: Assistant, scene: Scene) -> bool:
    """Whether there is a wish to rate to be answered: with the marks of the last talk with a person, or that there was none."""
    wish, mark = sentences.wishes_to_rate(scene.text), sentences.gives_a_mark(scene.text)
    if not wish and not mark:
        return False
    messages = await assistant.conversations.messages(conversation_id=scene.turn.conversation.id, limit=2000)
    asked = next((m for m in reversed(messages) if isinstance(m, Rating)), None)
    if asked is None and not wish:
        return False
    if asked is None:
        scene.suggest("utter_nothing_to_rate", [button("human", Human()), button("complaint", Complaint())])
        scene.conclude("answered", section="rating")
        return True
    scene.say("utter_rate_now")
    scene.show(asked.model_copy(update={"seq": 0, "id": "", "created_at": None}))
    scene.update(pending="rating", offers=[Offer(label=a.label, payload=a.payload, number=(a.value, a.value)) for a in asked.levels])
    scene.conclude("clarifying", section="rating")
    return True
