"""A question about one aspect (or several) of the item in hand, or of the item the question names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.dialogue import lexicon, sentences
from services.dialogue.assistant import Assistant
from services.dialogue.booking import start_booking
from services.dialogue.family import of_the_family
from services.dialogue.faq import WORD_FOR_WORD, matching_faq, show_faq
from services.dialogue.finding import find, mentions_another_item
from services.dialogue.going_on import give_aspects
from services.dialogue.halls import asked_for_a_hall
from services.dialogue.hints import infer_answers
from services.dialogue.in_hand import about_the_item, answered_in_hand
from services.dialogue.lexicon import entries
from services.dialogue.narrowing import ask_which, open_items, passed_over
from services.dialogue.people import turn_to
from services.dialogue.reopening import ask_again
from services.dialogue.scene import Scene, button
from services.dialogue.several import take_several
from services.dialogue.taking import narrow_by_words, to_sibling
from services.messages.payloads import ContinueForm

_LOOKED_AT = 20  # hits among which an item talked of before is looked for


async def ask_aspect(assistant: Assistant, scene: Scene, *, aspects: Sequence[str] = (), guide_id: str | None = None) -> None:
    """ "要多少钱": of the item in hand, unless the sentence names another."""
    wanted = list(aspects or scene.understood.aspects)
    if guide_id is None and scene.state.guide_id and sentences.asks_whether_they_may(scene.text):
        wanted = ["conditions"]  # "孩子也要办吗" only looks like somebody going in his stead
    if not wanted:
        await find(assistant, scene)
        return
    if guide_id is None and wanted == ["time"] and scene.state.goal == "booking" and scene.understood.when.get("preference"):
        await start_booking(assistant, scene)  # "最快哪天", while a visit is being booked
        return
    if guide_id is None and await about_the_item(assistant, scene):
        await _back_to_what_was_open(assistant, scene)
        return
    if guide_id is None and await take_several(assistant, scene, goal="materials" if wanted == ["materials"] else "aspect"):
        return
    if guide_id is None and passed_over(scene):
        scene.close_question()
    if guide_id is None and open_items(scene) and not scene.understood.objects:
        await _of_the_open_items(assistant, scene, wanted)
        return
    turned_back = guide_id is None and _turns_back(assistant, scene)
    if guide_id is None and not turned_back and scene.text and mentions_another_item(assistant, scene, scene.text):
        await find(assistant, scene)
        return
    chosen = guide_id or scene.state.guide_id
    if guide_id is None and not turned_back and await asked_for_a_hall(assistant, scene):
        return
    if chosen is None and scene.understood.objects:
        await find(assistant, scene)
        return
    if chosen is None:
        scene.update(goal="aspect", aspects=wanted, pending="item", offers=[])
        scene.say("utter_ask_which_item")
        scene.conclude("clarifying")
        return
    if guide_id is None and (others := of_the_family(assistant, scene, chosen)):
        scene.update(goal="materials" if wanted == ["materials"] else "aspect", aspects=wanted)
        await to_sibling(assistant, scene, others, scene.text)
        return
    published = assistant.knowledge.guide(chosen)
    scene.update(guide_id=chosen, answers={**scene.state.answers, **infer_answers(published.guide, scene.text)})
    entry = matching_faq(published.guide, scene.text, alike=WORD_FOR_WORD) if guide_id is None else None
    if entry:
        show_faq(scene, published, entry)
        await _back_to_what_was_open(assistant, scene)
        return
    if guide_id is None and _guessed(scene, wanted) and answered_in_hand(assistant, scene, best=0.0):
        await _back_to_what_was_open(assistant, scene)
        return
    if wanted != ["materials"] or scene.state.pending not in ("field", "confirm_form"):
        scene.update(goal="materials" if wanted == ["materials"] else scene.state.goal)
    await give_aspects(assistant, scene, published, wanted)
    await _back_to_what_was_open(assistant, scene)


def _guessed(scene: Scene, wanted: Sequence[str]) -> bool:
    """ "还能开车吗" is taken for a question about the conditions without a word of them: the guide may have it in its own words."""
    return wanted[:1] in (["conditions"], ["proxy"]) and not re.search(entries()["in_hand"]["case_guessed"], lexicon.simplified(scene.text))


def _turns_back(assistant: Assistant, scene: Scene) -> bool:
    """ "刚才那个学位要交什么": asked of an item talked of before, the one that is named or that the words fit best; then the talk is of it."""
    visited = scene.state.history
    if len(visited) < 2 or not sentences.points_back(scene.text):
        return False
    said = scene.understood.objects
    guides = {g: assistant.knowledge.guide(g).guide for g in visited}
    named = [g for g in reversed(visited) if any(o in n for o in said for n in (guides[g].name, guides[g].topic, *guides[g].aliases))]
    if said and not named:
        return False
    found = assistant.knowledge.search(sentences.without_pointing_back(scene.text), region=scene.state.district, top_k=_LOOKED_AT).results
    likely = [h.guide_id for h in found if h.guide_id in visited]
    back = next(iter([*named, *likely, *(g for g in reversed(visited) if g != scene.state.guide_id)]))
    if back != scene.state.guide_id:
        turn_to(scene, scene.state.about.get(back, "self"))
        scene.close_question()
        scene.update(guide_id=back, history=[*[g for g in scene.state.history if g != back], back])
        scene.say("utter_back_to", name=guides[back].name)
    return True


async def _of_the_open_items(assistant: Assistant, scene: Scene, wanted: Sequence[str]) -> None:
    """Asked before it is clear which item: remembered, so that the answer comes at once when it is."""
    scene.update(goal="materials" if list(wanted) == ["materials"] else "aspect", aspects=list(wanted))
    if not await narrow_by_words(assistant, scene, scene.text):
        ask_which(assistant, scene)


async def ask_aspect_other(assistant: Assistant, scene: Scene) -> None:
    """ "那护照呢": what was asked last, of another item. "材料呢" names no other item."""
    if scene.understood.aspects and not scene.understood.objects:
        await ask_aspect(assistant, scene)
    elif not scene.understood.aspects:
        scene.update(pending="none", offers=[], candidates=[])
        await find(assistant, scene, goal="materials" if scene.state.aspects == ["materials"] else "aspect" if scene.state.aspects else None)
    else:
        await find(assistant, scene)


async def _back_to_what_was_open(assistant: Assistant, scene: Scene) -> None:
    """A side question loses neither the form nor the visit: the way back is said."""
    before = scene.turn.state
    if scene.state.form_id and before.pending in ("field", "confirm_form"):
        scene.suggest("utter_form_waiting", [button("keep_filling_form", ContinueForm(form_id=scene.state.form_id))])
    elif scene.state.pending in ("hall", "slot", "confirm_slot") or (scene.state.pending == "situation" and scene.state.goal in ("booking", "form")):
        outcome = scene.outcome
        await ask_again(assistant, scene)
        scene.outcome = outcome
