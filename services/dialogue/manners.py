"""Going back, saying it again, saying it more simply, another script, another place, starting over."""

from __future__ import annotations

from knowledge.guidance.situations import find_situation
from services.conversations.state import DialogueState
from services.dialogue.assistant import Assistant
from services.dialogue.going_on import ask_situation, give_aspects, go_on
from services.dialogue.scene import Scene, answer_key
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
    state = scene.state
    if state.guide_id and state.pending == "situation" and state.situation:
        published = assistant.knowledge.guide(state.guide_id)
        question = find_situation(published.guide, state.situation)
        if question:
            ask_situation(scene, published, question)
    elif state.guide_id and state.pending == "none":
        await give_aspects(assistant, scene, assistant.knowledge.guide(state.guide_id), ["steps"])
    scene.conclude("answered")


async def set_region(assistant: Assistant, scene: Scene, *, region: str | None) -> None:
    """ "我在番禺": remembered, and what was under way goes on from there."""
    if region is None:
        scene.say("utter_region_unknown")
        scene.conclude("clarifying")
        return
    scene.update(district=region)
    scene.say("utter_region_set", region=region)
    if scene.state.guide_id and scene.state.goal == "booking" and scene.state.pending in ("hall", "slot"):
        scene.update(hall_id=None)
        await go_on(assistant, scene)
    scene.conclude("answered")


async def use_script(assistant: Assistant, scene: Scene, *, script: str) -> None:
    scene.update(script=script, script_chosen=True)
    scene.say("utter_script_set")
    scene.conclude("answered")


async def go_back(assistant: Assistant, scene: Scene) -> None:
    """One step back: the situation answered last is asked again; else the item before this one."""
    state = scene.state
    if state.guide_id:
        published = assistant.knowledge.guide(state.guide_id)
        own = {answer_key(published.guide, s.id): s for s in published.guide.situations}
        answered = [key for key in state.answers if key in own]
        if answered:
            scene.update(answers={k: v for k, v in state.answers.items() if k != answered[-1]})
            scene.say("utter_back")
            ask_situation(scene, published, own[answered[-1]])
            scene.conclude("clarifying", guide=(published.id, published.version), section="situations")
            return
    if len(state.history) >= 2:
        scene.update(guide_id=state.history[-2], history=state.history[:-1], goal="overview", pending="none", offers=[])
        scene.say("utter_back")
        await go_on(assistant, scene)
        return
    scene.say("utter_back_nothing")
    scene.conclude("answered")


async def start_over(assistant: Assistant, scene: Scene) -> None:
    """A clean slate; what the citizen told about himself (place, script, plain words) stays, drafts stay saved."""
    kept = scene.state
    scene.state = DialogueState(district=kept.district, plain=kept.plain, script=kept.script, script_chosen=kept.script_chosen)
    scene.say("utter_started_over")
    scene.conclude("answered")


async def unclear(assistant: Assistant, scene: Scene) -> None:
    """An answer to what was asked that fits none of the offers: ask again, the same buttons."""
    state = scene.state
    if state.guide_id and state.pending == "situation" and state.situation:
        published = assistant.knowledge.guide(state.guide_id)
        question = find_situation(published.guide, state.situation)
        if question:
            scene.say("utter_unclear")
            ask_situation(scene, published, question)
            scene.conclude("clarifying", guide=(published.id, published.version))
            return
    scene.say("utter_unclear")
    scene.conclude("clarifying")
