"""Going back, saying it again, saying it more simply, another script, another place, starting over."""

from __future__ import annotations

from knowledge.guidance.materials import material_question
from services.conversations.state import DialogueState
from services.dialogue import lexicon, sentences
from services.dialogue.assistant import Assistant
from services.dialogue.booking import start_booking
from services.dialogue.drafts import drafts_meant
from services.dialogue.filling import continue_form
from services.dialogue.finding import find
from services.dialogue.going_on import ask_situation, give_aspects, go_on, next_steps
from services.dialogue.people import turn_to
from services.dialogue.refusing import let_be, not_this, too_much
from services.dialogue.reopening import ask_again
from services.dialogue.scene import Scene, answer_key, answers_for
from services.dialogue.times import show_slots
from services.dialogue.waiting import next_matter
from services.messages.model import Message

_LOOK_BACK = 30


async def repeat(assistant: Assistant, scene: Scene) -> None:
    """The last thing the assistant said, again; the open question stays open."""
    last = await _last_said(assistant, scene)
    if not last:
        scene.say("utter_nothing_to_repeat")
    for message in last:
        scene.show(message.model_copy(update={"seq": 0, "id": "", "created_at": None}))
    scene.conclude("answered")


async def _last_said(assistant: Assistant, scene: Scene) -> list[Message]:
    messages = await assistant.conversations.messages(conversation_id=scene.turn.conversation.id, limit=2000)
    recent = messages[-_LOOK_BACK:]
    while recent and recent[-1].sender == "citizen":
        recent.pop()
    said: list[Message] = []
    while recent and recent[-1].sender == "bot":
        said.insert(0, recent.pop())
    return said


async def simplify(assistant: Assistant, scene: Scene) -> None:
    """ "我不懂，简单点": plain words from now on, and the open question or the last answer once more."""
    scene.update(plain=True)
    scene.say("utter_simplified")
    await _once_more(assistant, scene)


async def in_full(assistant: Assistant, scene: Scene) -> None:
    """ "恢复正常": out of the plain words again; to whom they were never simplified, the steps in full."""
    scene.update(plain=False)
    scene.say("utter_in_full")
    await _once_more(assistant, scene)


async def _once_more(assistant: Assistant, scene: Scene) -> None:
    state = scene.state
    if state.guide_id and state.pending == "none":
        published = assistant.knowledge.guide(state.guide_id)
        asked = [a for a in state.aspects if a != "materials"] or ["steps"]
        await give_aspects(assistant, scene, published, asked)
    elif state.pending != "none":
        await ask_again(assistant, scene)
    scene.conclude("answered")


async def set_region(assistant: Assistant, scene: Scene, *, region: str | None) -> None:
    """ "我在番禺": remembered, and what was under way goes on from there."""
    if region is None:
        scene.say("utter_region_unknown")
        scene.conclude("clarifying")
        return
    scene.update(district=region)
    scene.say("utter_region_set", region=region)
    if scene.state.guide_id and await _nearest_rule(assistant, scene, scene.state.guide_id, region):
        return
    if scene.state.guide_id and scene.state.goal == "booking" and scene.state.pending in ("hall", "slot"):
        scene.update(hall_id=None)
        await go_on(assistant, scene)
    elif scene.state.pending == "situation":
        await ask_again(assistant, scene)
    scene.conclude("answered")


async def _nearest_rule(assistant: Assistant, scene: Scene, guide_id: str, region: str) -> bool:
    """The same item as it is done where the citizen is, if that is another guide: said so, and the talk goes on with it."""
    found = assistant.knowledge.variant(guide_id, region=region)
    if found.id == guide_id:
        return False
    state, before = scene.state, assistant.knowledge.guide(guide_id).guide
    asked = {s.id: {o.id for o in s.options} for s in found.guide.situations}
    own = {s.id: state.answers[k] for s in before.situations if (k := answer_key(before, s.id)) in state.answers}
    kept = {answer_key(found.guide, s): option for s, option in own.items() if option in asked.get(s, ())}
    scene.close_question()
    scene.update(
        guide_id=found.id,
        history=[*[g for g in state.history if g not in (guide_id, found.id)], found.id],
        about={**state.about, found.id: state.whom},
        answers={**state.answers, **kept},
        hall_id=None,
        goal="overview" if state.goal == "materials" else state.goal,
    )
    scene.say("utter_region_variant", name=found.guide.name, region=found.guide.region.name)
    await go_on(assistant, scene)
    return True


async def use_script(assistant: Assistant, scene: Scene, *, script: str) -> None:
    scene.update(script=script, script_chosen=True)
    scene.say("utter_script_set")
    scene.conclude("answered")


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


async def start_over(assistant: Assistant, scene: Scene) -> None:
    """A clean slate; what the citizen told about himself (place, script, plain words) stays, drafts stay saved, and one can go back to what
    was talked of. While another matter of an earlier sentence waits, "另外一件事" is that one."""
    if await next_matter(assistant, scene):
        return
    kept = scene.state
    scene.state = DialogueState(district=kept.district, plain=kept.plain, script=kept.script, script_chosen=kept.script_chosen)
    scene.update(history=kept.history, visit_for=kept.visit_for)
    scene.say("utter_started_over")
    scene.conclude("answered")


async def unclear(assistant: Assistant, scene: Scene) -> None:
    """An answer that fits nothing on offer: the question again, with the same buttons; a yes or no to nothing is no misunderstanding."""
    state = scene.state
    if await next_matter(assistant, scene):
        return
    if state.pending != "none" and sentences.gives_up(scene.text):
        await let_be(assistant, scene)
        return
    if sentences.is_weary(scene.text):
        too_much(assistant, scene)
        return
    if state.guide_id and sentences.is_not_this(scene.text):
        await not_this(assistant, scene)
        return
    if state.pending == "slot" and scene.understood.when and state.guide_id and state.hall_id:
        scene.update(when=scene.understood.when)
        await show_slots(assistant, scene, assistant.knowledge.guide(state.guide_id), state.hall_id)
        return
    if state.pending == "none":
        scene.say("utter_at_your_service" if scene.understood.intent in ("affirm", "deny") else "utter_unclear")
    else:
        scene.say("utter_unclear")
    await ask_again(assistant, scene)
