"""Going back: to the matter that is named, to the situation answered last, to the item before this one."""

from __future__ import annotations

from knowledge.guidance.materials import material_question
from services.dialogue import lexicon, sentences
from services.dialogue.assistant import Assistant
from services.dialogue.booking import start_booking
from services.dialogue.drafts import drafts_meant
from services.dialogue.filling import continue_form
from services.dialogue.finding import find
from services.dialogue.going_on import ask_situation, next_steps
from services.dialogue.people import turn_to
from services.dialogue.reopening import ask_again
from services.dialogue.scene import Scene, answer_key, answers_for


async def go_back(assistant: Assistant, scene: Scene) -> None:
    """One step back: to the matter that is named, else the situation answered last is asked again, else the item before this one."""
    state = scene.state
    if way := sentences.goes_back_to(scene.text):
        await _back_to_what_was_begun(assistant, scene, way)
        return
    if scene.understood.objects:
        named = _visited(assistant, scene)
        if named is None:
            await find(assistant, scene, query=sentences.without_pointing_back(scene.text))
        else:
            await _return_to(assistant, scene, named)
        return
    if state.guide_id:
        published = assistant.knowledge.guide(state.guide_id)
        own = {answer_key(published.guide, s.id): s for s in published.guide.situations}
        answered = [key for key in state.answers if key in own]
        if answered and not sentences.points_back(scene.text):
            scene.update(answers={k: v for k, v in state.answers.items() if k != answered[-1]})
            scene.say("utter_back")
            ask_situation(scene, published, own[answered[-1]])
            scene.conclude("clarifying", guide=(published.id, published.version), section="situations")
            return
    before = [g for g in state.history if g != state.guide_id or state.pending == "item"]
    if before:
        await _return_to(assistant, scene, before[-1])
        return
    if state.guide_id and sentences.points_back(scene.text):
        scene.say("utter_back_to", name=assistant.knowledge.guide(state.guide_id).guide.name)
        await ask_again(assistant, scene)
        return
    scene.say("utter_back_nothing")
    scene.conclude("answered")


async def _back_to_what_was_begun(assistant: Assistant, scene: Scene, way: str) -> None:
    """ "回到预约", "回到护照的表": of the matter named, else of the one in hand or the last one that has it."""
    named = _visited(assistant, scene) if scene.understood.objects else None
    begun = scene.state.visit_for if way == "booking" else None
    visited = [named] if named else [g for g in (begun, scene.state.guide_id, *reversed(scene.state.history)) if g]
    if way == "form":
        draft = next((d for g in visited for d in await drafts_meant(assistant, scene) if d.guide_id == g), None)
        await continue_form(assistant, scene, form_id=draft.id if draft else None)
        return
    bookable = next((g for g in visited if assistant.knowledge.guide(g).guide.booking), None)
    scene.close_question()
    await start_booking(assistant, scene, guide_id=bookable)


def _visited(assistant: Assistant, scene: Scene) -> str | None:
    """The item talked of before that the sentence names, the latest first."""
    names = {g: assistant.knowledge.guide(g).guide for g in reversed(scene.state.history)}
    said, who = scene.understood.objects, lexicon.whom(scene.text)
    fitting = [g for g, guide in names.items() if any(o in n for o in said for n in (guide.name, guide.topic, *guide.aliases))]
    for_him = [g for g in fitting if scene.state.about.get(g) == who]
    elsewhere = [g for g in fitting if g != scene.state.guide_id]  # one does not go back to what is in hand
    return next(iter([*for_him, *elsewhere, *fitting]), None)


async def _return_to(assistant: Assistant, scene: Scene, guide_id: str) -> None:
    """Takes an item up where it was left, for whom it was; its card is not shown again."""
    published = assistant.knowledge.guide(guide_id)
    turn_to(scene, scene.state.about.get(guide_id, "self"))
    scene.close_question()
    scene.update(guide_id=guide_id, history=[*[g for g in scene.state.history if g != guide_id], guide_id], goal="materials")
    scene.say("utter_back_to", name=published.guide.name)
    question = material_question(published.guide, answers_for(scene, published.guide))
    if question:
        ask_situation(scene, published, question)
    else:
        next_steps(scene, published)
    scene.conclude("answered", guide=(published.id, published.version), section="overview")
