"""A question about one aspect (or several) of the item in hand, or of the item the question names."""

from __future__ import annotations

from collections.abc import Sequence

from services.dialogue.assistant import Assistant
from services.dialogue.faq import WORD_FOR_WORD, matching_faq, show_faq
from services.dialogue.finding import find, mentions_another_item
from services.dialogue.going_on import give_aspects
from services.dialogue.scene import Scene, button
from services.messages.payloads import ContinueForm


async def ask_aspect(assistant: Assistant, scene: Scene, *, aspects: Sequence[str] = (), guide_id: str | None = None) -> None:
    """ "要多少钱": of the item in hand, unless the sentence names another."""
    wanted = list(aspects or scene.understood.aspects)
    if not wanted:
        await find(assistant, scene)
        return
    if guide_id is None and scene.text and mentions_another_item(assistant, scene, scene.text):
        await find(assistant, scene)
        return
    chosen = guide_id or scene.state.guide_id
    if chosen is None:
        scene.update(goal="aspect", aspects=wanted, pending="item", offers=[])
        scene.say("utter_ask_which_item")
        scene.conclude("clarifying")
        return
    published = assistant.knowledge.guide(chosen)
    scene.update(guide_id=chosen)
    entry = matching_faq(published.guide, scene.text, alike=WORD_FOR_WORD) if guide_id is None else None
    if entry:
        show_faq(scene, published, entry)
        remind_of_form(scene)
        return
    if wanted != ["materials"] or scene.state.pending not in ("field", "confirm_form"):
        scene.update(goal="materials" if wanted == ["materials"] else scene.state.goal)
    await give_aspects(assistant, scene, published, wanted)
    remind_of_form(scene)


async def ask_aspect_other(assistant: Assistant, scene: Scene) -> None:
    """ "那护照呢": what was asked last, of another item."""
    if not scene.understood.aspects:
        scene.update(pending="none", offers=[])
        await find(assistant, scene, goal="materials" if scene.state.aspects == ["materials"] else "aspect" if scene.state.aspects else None)
    else:
        await find(assistant, scene)


def remind_of_form(scene: Scene) -> None:
    """A side question does not lose the form: say so, with the way back."""
    if scene.state.form_id and scene.turn.state.pending in ("field", "confirm_form"):
        scene.suggest("utter_form_waiting", [button("keep_filling_form", ContinueForm(form_id=scene.state.form_id))])
