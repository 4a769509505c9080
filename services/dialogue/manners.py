"""Saying it again, saying it more simply, another script, another place, starting over."""

from __future__ import annotations

from services.conversations.state import DialogueState
from services.dialogue import sentences
from services.dialogue.assistant import Assistant
from services.dialogue.going_on import give_aspects, go_on
from services.dialogue.refusing import let_be, not_this, too_much
from services.dialogue.reopening import ask_again
from services.dialogue.scene import Scene, answer_key
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
