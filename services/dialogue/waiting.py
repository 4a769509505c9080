"""The matters that wait: said when they are put off, offered again when the one before them has come to an end."""

from __future__ import annotations

import re

from services.conversations.model import Utter
from services.conversations.state import Offer, Waiting
from services.dialogue import lexicon
from services.dialogue.assistant import Assistant
from services.dialogue.scene import Scene
from services.dialogue.several import take_up
from services.messages.model import Choice
from services.messages.payloads import ChooseItem
from services.messages.rendering import words

# Sentences after which nothing is left to do for the matter in hand.
_ENDS = ("utter_what_next", "utter_booked", "utter_submitted", "utter_moved", "utter_booking_cancelled", "utter_form_discarded", "utter_let_be")


def offer_waiting(scene: Scene) -> None:
    """At the end of a turn: names what waits when it was just put off, and offers it when the matter in hand is done with."""
    state = scene.state
    waiting = [w for w in state.waiting if state.guide_id not in w.guides]
    if waiting != state.waiting:
        scene.update(waiting=waiting)
    if not waiting:
        return
    ended = any(isinstance(e, Utter) and e.response in _ENDS for e in scene.entries) and state.pending == "none"
    if not ended and scene.turn.state.waiting:
        return
    before = list(scene.state.offers)
    names = words()["nearby"]["between"].join(w.label for w in waiting)
    choices = [Choice(label=w.label, payload=str(ChooseItem(guide_id=w.guides[0]))) for w in waiting]
    scene.suggest("utter_next_matter" if ended else "utter_others_wait", choices, names=names)
    if state.pending == "none":
        next_one = Offer(label=choices[0].label, payload=choices[0].payload, words=lexicon.entries()["next_matter"])
        scene.update(offers=[next_one, *scene.state.offers[1:], *before])


async def chosen_waiting(assistant: Assistant, scene: Scene, guide_id: str) -> bool:
    """Whether the item tapped is one that waits; then it is taken up as it was asked for."""
    matter = next((w for w in scene.state.waiting if w.guides[0] == guide_id), None)
    if matter is None:
        return False
    _put_behind(assistant, scene, matter)
    await take_up(assistant, scene, matter)
    return True


def _put_behind(assistant: Assistant, scene: Scene, chosen: Waiting) -> None:
    """ "先说转学": what is in hand and not done with waits behind the others."""
    state = scene.state
    if state.guide_id is None or state.guide_id in chosen.guides or state.pending != "situation":
        return
    name = assistant.knowledge.guide(state.guide_id).guide.name
    scene.update(
        waiting=[*state.waiting, Waiting(label=name, query=state.query or name, guides=[state.guide_id], goal=state.goal, aspects=state.aspects)]
    )


async def next_matter(assistant: Assistant, scene: Scene) -> bool:
    """Whether "接着说下一件" or "护照呢" was said while something waits; then that is taken up."""
    waiting = scene.state.waiting
    plain = lexicon.without_function_words(scene.text)
    said = re.sub(lexicon.entries()["first_of"], "", plain)
    meant = said in scene.understood.objects or (len(said) > 1 and said != plain)
    named = [w for w in waiting if meant and said in f"{w.label}{w.query}"]
    chosen: Waiting | None = next(iter([*named, *(waiting if lexicon.says_next_matter(scene.text) else [])]), None)
    if chosen is None:
        return False
    if chosen in named:
        _put_behind(assistant, scene, chosen)
    await take_up(assistant, scene, chosen)
    return True
