"""What may have been meant, one tap away: beside an item that was found with some doubt, and where none was found for certain."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.service import Hit, SearchResult
from services.dialogue.assistant import Assistant
from services.dialogue.scene import Scene
from services.messages.model import Answer, Choice, GuideCard
from services.messages.payloads import ChooseItem
from services.messages.rendering import words

# Measured on the dev questions: shown at three sentences in ten, and the item meant is among them for most that were found wrongly.
DOUBTED = 0.97  # a score below it
NEAR = 0.01  # of the best score
SHOWN_BESIDE = 3
# What is refused all the same may be meant from this chance on: nine in ten of the refused dev questions, one in thirteen of what is nothing of ours.
MAYBE = 0.2
SHOWN_MAYBE = 3


def nearby(hits: Sequence[Hit], taken: str) -> list[Hit]:
    """What may have been meant instead of the item taken; nothing when it was found without doubt. ``hits`` must not be empty."""
    best = hits[0].score
    return [] if best >= DOUBTED else [h for h in hits if h.guide_id != taken and h.score >= NEAR * best][:SHOWN_BESIDE]


def perhaps(found: SearchResult) -> list[Hit]:
    """What a refused sentence may have meant after all."""
    return found.results[:SHOWN_MAYBE] if not found.answerable and found.confidence >= MAYBE else []


def offer_nearby(assistant: Assistant, scene: Scene, hits: Sequence[Hit]) -> None:
    """Puts them on the card or the answer just given; before a question, the item it is about is named with them."""
    taken = scene.state.guide_id
    if taken is None or scene.state.pending == "item" or not (near := nearby(hits, taken)):
        return
    for at, entry in enumerate(scene.entries):
        if isinstance(entry, GuideCard | Answer) and entry.guide_id == taken:
            scene.entries[at] = _with(entry, near)
            return
    names = words()["nearby"]["between"].join(h.name for h in near[:2])
    scene.say("utter_taken_as", at=0, name=assistant.knowledge.guide(taken).guide.name, others=names)


def _with(message: GuideCard | Answer, near: Sequence[Hit]) -> GuideCard | Answer:
    line = words()["nearby"]["line"].format(words()["nearby"]["between"].join(h.name for h in near))
    return message.model_copy(update={"nearby": as_choices(near), "text": f"{message.text}\n{line}"})


def as_choices(hits: Sequence[Hit]) -> list[Choice]:
    """The items as buttons."""
    return [Choice(label=h.name, payload=str(ChooseItem(guide_id=h.guide_id))) for h in hits]
